import assert from 'node:assert/strict';
import { chmodSync, existsSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import type { StartOrder } from '../../ports/executor.ts';
import { attemptFolder } from './attempt-folder.ts';
import { until } from './test-bench.ts';
import { home, order, plainGo, type Ran, tools, wrap } from './test-wrapper.ts';
import type { Tools } from './wrapper.ts';

const redactor = fileURLToPath(new URL('../../main/redactor.ts', import.meta.url));
const hidden = [{ name: 'token', value: 'swordfish' }];
const secret = { hidden, outputLimit: 1024 * 1024 };
const missing = /what reads this output ended early; some of it may be missing/;

/** Runs with a secret. @param node a runtime in the place of ours */
const withSecret = (given: StartOrder, node = tools.node): Promise<Ran> =>
  wrap(tools.shell, given, plainGo(), { with: { ...tools, redactor, node } });

/** A shell script in the place of the runtime. */
function standIn(lines: string): Tools['node'] {
  const path = join(home, `node-${Math.random()}`);
  writeFileSync(path, `#!/bin/sh\n${lines}\n`);
  chmodSync(path, 0o755);
  return path;
}

const limitMs = 15_000;
const writesMuch = 'head -c 300000 /dev/zero; sleep 0.1; echo done >"$WITNESS"';

function muchWritten(): { readonly given: StartOrder; readonly witness: string } {
  const given = order(writesMuch, { ...secret, timeoutMs: limitMs });
  const witness = join(home, `witness-${given.key.runId}`);
  return { given: { ...given, env: { ...given.env, WITNESS: witness } }, witness };
}

test('output with secrets is whole when its reader came to its end', async () => {
  const ran = await withSecret(order('echo swordfish; echo end', secret));
  assert.equal(ran.output, '[secret token]\nend\n');
  assert.equal(ran.record.end?.outputTruncated, false);
});

test('what the job tells its own programs is loaded by none of ours, and reaches the job', async () => {
  const given = order('echo "$NODE_ICU_DATA $LD_BIND_NOW"; env | grep -c FOR_OTHERS', secret);
  const env = { ...given.env, NODE_ICU_DATA: '/no/such', LD_BIND_NOW: 'it\'s "1"' };
  const ran = await withSecret({ ...given, env });
  assert.equal(ran.output, `/no/such it's "1"\n0\n`);
  assert.equal(ran.record.end?.outputTruncated, false);
});

for (const [why, node] of [
  ['is not there', join(home, 'no-such-node')],
  ['cannot begin', standIn('exit 127')],
  ['is killed', standIn('kill -KILL $$')],
] as const)
  test(`a command whose reader ${why} goes on, and its output says so`, async () => {
    const { given, witness } = muchWritten();
    const ran = await withSecret(given, node);
    assert.equal(existsSync(witness), true);
    assert.equal(ran.record.end?.outcome, 'succeeded');
    assert.equal(ran.record.end?.outputTruncated, true);
    assert.match(ran.output, missing);
  });

test('the reader of a plain command that is killed is missed, too', async () => {
  const given = order('while ! [ -e "$GO" ]; do sleep 0.1; done; head -c 300000 /dev/zero', {
    timeoutMs: limitMs,
  });
  const go = join(home, 'go');
  const ran = wrap(tools.shell, { ...given, env: { ...given.env, GO: go } }, plainGo());
  const folder = attemptFolder(home, given.key);
  const reader = await until('it is read', 5_000, () => readerOf(join(folder, 'output.log')));
  process.kill(reader, 'SIGKILL');
  writeFileSync(go, '');
  const { output, record } = await ran;
  assert.equal(record.end?.outcome, 'succeeded');
  assert.equal(record.end?.outputTruncated, true);
  assert.match(output, missing);
});

/** The process whose standard output is this file. */
function readerOf(path: string): number | null {
  const isOutput = (pid: string): boolean => {
    try {
      return readlinkSync(`/proc/${pid}/fd/1`) === path;
    } catch {
      // Gone meanwhile.
      return false;
    }
  };
  const pid = readdirSync('/proc').find((name) => /^\d+$/.test(name) && isOutput(name));
  return pid === undefined ? null : Number(pid);
}

test('a reader that is slow is waited for as long as it does something', async () => {
  const begins = 'for n in 1 2 3 4 5; do sleep 1; read -r word </proc/uptime; done';
  const node = standIn(`${begins}\nexec ${tools.node} "$@"`);
  const ran = await withSecret(order('echo swordfish; echo end', secret), node);
  assert.equal(ran.output, '[secret token]\nend\n');
  assert.equal(ran.record.end?.outputTruncated, false);
});
