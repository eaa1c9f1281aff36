import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import manifest from '../package.json' with { type: 'json' };

const entry = 'scripts/prepare.js';
const oldest = Number.parseFloat(manifest.engines.node.replace('>=', ''));

/** The Node of this machine, which need not be the packaged one; null where there is none that is too old. */
function olderNode(): string | null {
  const found = spawnSync('/bin/sh', ['-lc', 'command -v node'], { env: {}, encoding: 'utf8' });
  const node = found.stdout.trim();
  if (node === '') return null;
  const { stdout } = spawnSync(node, ['--version'], { env: {}, encoding: 'utf8' });
  return Number(/^v(\d+)\./.exec(stdout)?.[1] ?? oldest) < Math.floor(oldest) ? node : null;
}

const node = olderNode();

test('npm builds by a file that every Node can read', () => {
  assert.equal(manifest.scripts.prepare, `node ${entry}`);
});

test('a Node that is too old to build says so, and what to do', {
  skip: node === null ? 'this machine has no older Node of its own' : false,
}, () => {
  const path = fileURLToPath(new URL(`../${entry}`, import.meta.url));
  const ran = spawnSync(node ?? '', [path], { env: {}, encoding: 'utf8' });
  assert.equal(ran.status, 1);
  assert.equal(ran.stdout, '');
  const [why = '', next = '', ...more] = ran.stderr.split('\n');
  assert.match(why, /^cronkeeper needs Node [\d.]+ or newer to be built; this is [\d.]+ \(/);
  assert.match(next, /Install it \(https:\/\/nodejs\.org\), then type: npm ci$/);
  assert.deepEqual(more, ['']);
});
