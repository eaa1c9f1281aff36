import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeNodePlace } from './node-place.ts';

const cases: readonly (readonly [path: string, keep: string, isStable: boolean])[] = [
  ['/usr/local/bin/node', '/usr/local/bin/node', true],
  ['/opt/node-v24/bin/node', '/opt/node-v24/bin/node', true],
  ['/opt/homebrew/Cellar/node@24/24.21.0_1/bin/node', '/opt/homebrew/opt/node@24/bin/node', false],
  ['/usr/local/Cellar/node/24.1.0/bin/node', '/usr/local/opt/node/bin/node', false],
  [
    '/Users/ana/.nvm/versions/node/v24.1.0/bin/node',
    '/Users/ana/.nvm/versions/node/v24.1.0/bin/node',
    false,
  ],
  ['/private/tmp/x/node', '/private/tmp/x/node', false],
];
for (const [path, keep, isStable] of cases) {
  test(`${path} ${isStable ? 'stays what it is' : 'does not stay'}`, () => {
    const place = judgeNodePlace(path);
    assert.equal(place.path, keep);
    assert.equal(place.why === null, isStable);
  });
}
