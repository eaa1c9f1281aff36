import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const bash = '/bin/bash';
const scenes = join(import.meta.dirname, 'ready.slow.ts');
/** In a mount namespace of its own, `sh` is bash for whoever starts it. */
const withBash = 'mount --make-rprivate / && mount --bind "$1" "$2" && shift 2 && exec "$@"';

function whyNot(): string | false {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'needs Linux and root';
  if (!existsSync(bash)) return 'needs bash';
  const made = spawnSync('unshare', ['--mount', 'true']);
  return made.status === 0 ? false : 'needs a mount namespace';
}

test('a shell stands ready where sh is bash, too', { skip: whyNot() }, () => {
  // Without the name by which a test runner knows that it is inside another.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const node = [process.execPath, '--test', '--test-reporter=tap', scenes];
  const { status, stdout } = spawnSync(
    'unshare',
    ['--mount', 'sh', '-c', withBash, 'sh', bash, realpathSync('/bin/sh'), ...node],
    { env, encoding: 'utf8' },
  );
  assert.equal(status, 0, stdout);
  assert.match(stdout, /^# pass [1-9]\d*$/m);
  assert.match(stdout, /^# skipped 0$/m);
});
