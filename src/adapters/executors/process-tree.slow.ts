import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import test, { type TestContext } from 'node:test';
import { endTree } from './process-tree.ts';
import { identify, newRunId, until } from './test-bench.ts';

const clock = {
  now: () => ({ wall: 0, boot: performance.now() }),
  sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
};

const sweep = (runId: string): Promise<number> =>
  endTree({ runIds: new Set([runId]), wrappers: false, sessions: [] }, clock);

/** A process of a session of its own that has these variables and no others. */
function start(
  t: TestContext,
  line: string,
  env: Readonly<Record<string, string>>,
): ChildProcess & { readonly pid: number } {
  const child = spawn('/bin/sh', ['-c', line], { env, detached: true, stdio: 'pipe' });
  const { pid } = child;
  assert.ok(pid !== undefined);
  t.after(() => {
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It is gone.
    }
  });
  return Object.assign(child, { pid });
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode !== null || signalCode !== null;

test('the sweep of a run leaves alone what delivers its result, with all that this starts', async (t) => {
  const runId = newRunId();
  const env = { CRONKEEPER_RUN_ID: runId, CRONKEEPER_SENDER: `${process.pid}` };
  const program = start(t, 'sleep 300 & echo there; wait', env);
  await once(program.stdout ?? program, 'data');
  assert.equal(await sweep(runId), 0);
  assert.equal(hasEnded(program), false);
});

test('it ends a delivery that has outlived its sender', async (t) => {
  const runId = newRunId();
  const line = 'CRONKEEPER_SENDER=$$ setsid sleep 300 </dev/null >/dev/null 2>&1 & echo $!';
  const sender = start(t, line, { CRONKEEPER_RUN_ID: runId });
  await once(sender, 'exit');
  assert.equal(await sweep(runId), 1);
});

for (const { what, line } of [
  { what: 'gives its children the id of a delivery', line: 'CRONKEEPER_DELIVERY_ID=x sleep 300' },
  { what: 'names no process as a sender', line: 'CRONKEEPER_SENDER=me sleep 300' },
  { what: 'names one that is not there', line: 'CRONKEEPER_SENDER=999999999 sleep 300' },
]) {
  test(`it ends what is left of a run that ${what}`, async (t) => {
    const runId = newRunId();
    const left = start(t, line, { CRONKEEPER_RUN_ID: runId });
    assert.ok((await sweep(runId)) >= 1);
    await until('it has ended', 1_000, () => hasEnded(left));
  });
}

test('a pid that was used again by a later process is no sender', async (t) => {
  const runId = newRunId();
  const program = start(t, 'read pid; CRONKEEPER_SENDER=$pid exec sleep 300', {
    CRONKEEPER_RUN_ID: runId,
  });
  // The kernel counts in hundredths of a second.
  await clock.sleep(30);
  const later = start(t, 'sleep 300', {});
  program.stdin?.write(`${later.pid}\n`);
  await clock.sleep(200);
  assert.equal(await sweep(runId), 1);
});

test('whoever has the number of a session that is gone is left alone, with all that it started', async (t) => {
  const stranger = start(t, 'sleep 300 & echo there; wait', {});
  await once(stranger.stdout ?? stranger, 'data');
  const { startMark } = identify(stranger.pid) ?? {};
  assert.ok(startMark !== undefined);
  const search = (mark: number) => ({
    runIds: new Set<string>(),
    wrappers: false,
    sessions: [{ pid: stranger.pid, startMark: String(mark) }],
  });
  assert.equal(await endTree(search(Number(startMark) - 100), clock), 0);
  assert.equal(hasEnded(stranger), false);
  assert.equal(await endTree(search(Number(startMark)), clock), 2);
});
