import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

test('every branch of core and of the loops that decide is taken by a test', (t) => {
  const script = fileURLToPath(new URL('../scripts/coverage.ts', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
  t.diagnostic(stdout.trim().split('\n').at(-1) ?? '');
  assert.equal(status, 0, `${stdout}${stderr}`.slice(-6_000));
});
