import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import test, { afterEach, beforeEach } from 'node:test';
import { setTimeout as after } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ProcessIdentity } from '../../core/provenance.ts';
import type { StartOrder } from '../../ports/executor.ts';
import { makeAttemptFolder } from './attempt-folder.ts';
import {
  type Bench,
  bootMs,
  identify,
  makeBench,
  membersOf,
  processes,
  until,
} from './test-bench.ts';

const ownerPath = fileURLToPath(new URL('./test-owner.ts', import.meta.url));

let home: string;
let bench: Bench;
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'cronkeeper-deaths-'));
  bench = await makeBench(home);
});
afterEach(async () => {
  await bench.close();
  rmSync(home, { recursive: true, force: true });
});

const shell = (line: string): string[] => ['/bin/sh', '-c', line];
const isAlive = (identity: ProcessIdentity): boolean => processes.life(identity) === 'alive';

function marked(mark: string): number {
  let count = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (readFileSync(`/proc/${pid}/environ`, 'latin1').includes(mark)) count += 1;
    } catch {
      // Ended meanwhile.
    }
  }
  return count;
}

type Owner = {
  readonly child: ChildProcess;
  readonly starter: ProcessIdentity;
  prepare(order: StartOrder, go: boolean): Promise<ProcessIdentity>;
};

/** Another process that owns. */
async function beginOwner(): Promise<Owner> {
  // The high descriptor is one that somebody forgot to close; dash cannot name it.
  const line = 'exec "$0" "$@" 250>/dev/null';
  const child = spawn('/bin/bash', ['-c', line, process.execPath, ownerPath, home], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const { stdin, stdout } = child;
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<ProcessIdentity> => JSON.parse((await lines.next()).value ?? '');
  const starter = await next();
  return {
    child,
    starter,
    prepare(order, go) {
      stdin.write(`${JSON.stringify({ order, go })}\n`);
      return next();
    },
  };
}

test('an owner killed before go never ran its job', async () => {
  const owner = await beginOwner();
  const witness = join(home, 'witness');
  const order = bench.order(['/usr/bin/touch', witness]);
  const wrapper = await owner.prepare(order, false);
  assert.deepEqual(await bench.executor.inspect(order.key, wrapper), { kind: 'gated' });
  owner.child.kill('SIGKILL');
  await until('its starter ends', 2_000, () => !isAlive(owner.starter));
  await until('its wrapper ends', 2_000, () => !isAlive(wrapper));
  assert.deepEqual(await bench.executor.inspect(order.key, wrapper), { kind: 'not-started' });
  assert.equal(existsSync(witness), false);
});

test('what an owner inherited by carelessness does not reach its jobs', async () => {
  const owner = await beginOwner();
  const order = bench.order(['/bin/ls', '/proc/self/fd']);
  bench.executor.adopt(order.key, await owner.prepare(order, true));
  await bench.over(order.key);
  assert.equal(bench.output(order.key).toString(), '0\n1\n2\n3\n');
  owner.child.kill('SIGKILL');
});

test('a job of a killed owner goes on and is adopted with its true end', async () => {
  const owner = await beginOwner();
  const order = bench.order(shell('echo one; sleep 1; echo two; exit 9'));
  const wrapper = await owner.prepare(order, true);
  owner.child.kill('SIGKILL');
  await until('its starter ends', 2_000, () => !isAlive(owner.starter));
  assert.equal((await bench.executor.inspect(order.key, wrapper)).kind, 'running');
  bench.executor.adopt(order.key, wrapper);
  const inspection = await bench.over(order.key);
  assert.equal(inspection.kind === 'ended' && inspection.end.exitCode, 9);
  assert.equal(bench.output(order.key).toString(), 'one\ntwo\n');
});

test('an adopted job can be ended', async () => {
  const owner = await beginOwner();
  const order = bench.order(shell('sleep 300 & wait'));
  const wrapper = await owner.prepare(order, true);
  owner.child.kill('SIGKILL');
  bench.executor.adopt(order.key, wrapper);
  await bench.executor.end(order.key, wrapper, { outcome: 'cancelled', reason: 'replaced' });
  const inspection = await bench.over(order.key);
  assert.equal(inspection.kind === 'ended' && inspection.end.reason, 'replaced');
});

test('a command that starts while its attempt is being ended is ended too', async () => {
  const { key } = bench.order([]);
  writeFileSync(join(makeAttemptFolder(home, key), 'began'), 'began 1\n');
  const line = 'sleep 0.5; CRONKEEPER_RUN_ID=$0 sleep 300; echo recorded >"$1"';
  const witness = join(home, 'witness');
  const standIn = spawn('/bin/sh', ['-c', line, key.runId, witness], { stdio: 'ignore' });
  const wrapper = identify(standIn.pid ?? 0);
  assert.ok(wrapper !== null);
  const begunAt = bootMs();
  await bench.executor.end(key, wrapper, { outcome: 'cancelled', reason: 'replaced' });
  assert.ok(bootMs() - begunAt < 5_000);
  assert.equal(marked(`CRONKEEPER_RUN_ID=${key.runId}`), 0);
  assert.equal(existsSync(witness), true, 'its wrapper was left the time to record the end');
});

test('a killed starter costs no outcome, opens no gate, and is replaced', async () => {
  const witness = join(home, 'witness');
  const gated = bench.order(['/usr/bin/touch', witness]);
  assert.equal((await bench.executor.prepare(gated)).kind, 'waiting');
  const running = bench.order(shell('echo one; sleep 1; echo two; exit 9'));
  await bench.start(running);
  await bench.began(running.key);
  const starter = await bench.executor.open();
  process.kill(starter.pid, 'SIGKILL');
  const late = bench.order(['/usr/bin/touch', witness]);
  // Whether its end was seen already is a matter of luck.
  const prepared = await bench.executor.prepare(late);
  if (prepared.kind === 'failed') assert.equal(prepared.reason, 'start_failed');
  else assert.deepEqual(await bench.over(late.key), { kind: 'not-started' });
  await until('the loss is told', 2_000, () =>
    bench.events.some(({ kind }) => kind === 'starter-lost'),
  );
  assert.notDeepEqual(await bench.executor.open(), starter);
  assert.equal((await bench.run(bench.order(['true']))).outcome, 'succeeded');
  assert.deepEqual(await bench.over(gated.key), { kind: 'not-started' });
  assert.equal(existsSync(witness), false);
  const inspection = await bench.over(running.key);
  assert.equal(inspection.kind === 'ended' && inspection.end.exitCode, 9);
  assert.equal(bench.output(running.key).toString(), 'one\ntwo\n');
});

test('a wrapper that waits is prepared without an answer of the starter', async () => {
  await bench.run(bench.order(['true']));
  const starter = await bench.executor.open();
  process.kill(starter.pid, 'SIGSTOP');
  const order = bench.order(shell('echo here'));
  const prepared = await bench.executor.prepare(order);
  assert.ok(prepared.kind === 'waiting');
  assert.equal((await bench.executor.inspect(order.key, prepared.process)).kind, 'gated');
  bench.executor.release(order.key, bootMs() + 10_000);
  process.kill(starter.pid, 'SIGCONT');
  const inspection = await bench.over(order.key);
  assert.equal(inspection.kind === 'ended' && inspection.end.outcome, 'succeeded');
  assert.equal(bench.output(order.key).toString(), 'here\n');
});

test('a wrapper that waits and cannot take its order ends without having begun', async () => {
  await bench.run(bench.order(['true']));
  rmSync(join(home, 'runs'), { recursive: true });
  writeFileSync(join(home, 'runs'), 'no folder');
  const order = bench.order(['true']);
  const prepared = await bench.executor.prepare(order);
  assert.ok(prepared.kind === 'waiting');
  bench.executor.release(order.key, bootMs() + 10_000);
  assert.deepEqual(await bench.over(order.key), { kind: 'not-started' });
  assert.equal(isAlive(prepared.process), false);
  const isBlamed = bench.events.some(({ kind }) => kind === 'starter-lost');
  assert.equal(isBlamed, false, 'no starter is blamed for it');
});

test('a command that removes its own folder at once did begin', async () => {
  for (let round = 0; round < 10; round += 1) {
    const order = bench.order(['/usr/bin/rm', '-rf', join(bench.home, 'runs')]);
    await bench.start(order);
    assert.deepEqual(await bench.over(order.key), { kind: 'lost', startedAt: null });
  }
});

test('a stopped starter does not keep the end of a run from being recorded', async () => {
  const order = bench.order(shell('sleep 60'));
  const wrapper = await bench.start(order);
  await bench.began(order.key);
  // From a quarter of a second on the run needs nobody but its wrapper.
  await after(600);
  const starter = await bench.executor.open();
  process.kill(starter.pid, 'SIGSTOP');
  try {
    await bench.executor.end(order.key, wrapper, { outcome: 'cancelled', reason: 'replaced' });
    const inspection = await bench.executor.inspect(order.key, wrapper);
    assert.equal(inspection.kind === 'ended' && inspection.end.reason, 'replaced');
  } finally {
    process.kill(starter.pid, 'SIGCONT');
  }
});

test('a stopped starter and a killed owner do not release what was prepared', async () => {
  const owner = await beginOwner();
  const witness = join(home, 'witness');
  const order = bench.order(['/usr/bin/touch', witness]);
  const wrapper = await owner.prepare(order, false);
  process.kill(owner.starter.pid, 'SIGSTOP');
  owner.child.kill('SIGKILL');
  assert.equal((await bench.executor.inspect(order.key, wrapper)).kind, 'gated');
  process.kill(owner.starter.pid, 'SIGCONT');
  await until('its wrapper ends', 2_000, () => !isAlive(wrapper));
  assert.equal(existsSync(witness), false);
});

test('a daemon that ignores TERM is gone in time although owner and starter are dead', async () => {
  const owner = await beginOwner();
  const daemon =
    'setsid sh -c \'trap "" TERM HUP; exec </dev/null >/dev/null 2>&1; (while :; do sleep 1; done) & \'';
  const line = `trap "" TERM; ${daemon} & while :; do sleep 1; done`;
  const order = bench.order(shell(line), { timeoutMs: 1_500 });
  const begunAt = bootMs();
  const wrapper = await owner.prepare(order, true);
  owner.child.kill('SIGKILL');
  process.kill(owner.starter.pid, 'SIGKILL');
  const mark = `CRONKEEPER_RUN_ID=${order.key.runId}`;
  await until('the daemon is there', 2_000, () => marked(mark) >= 3);
  await until('all of it is gone', 15_000, () => marked(mark) === 0);
  const tookMs = bootMs() - begunAt;
  assert.ok(tookMs >= 1_500 && tookMs < 11_500, `${tookMs} ms`);
  await until('the wrapper ends', 2_000, () => !isAlive(wrapper));
  const inspection = await bench.executor.inspect(order.key, wrapper);
  assert.equal(inspection.kind === 'ended' && inspection.end.reason, 'timeout');
  await until('its helpers end', 2_000, () => membersOf(wrapper).length === 0);
});

test('nothing is left of a job whose wrapper, starter and owner are all killed', async () => {
  const owner = await beginOwner();
  const order = bench.order(shell('setsid sleep 300 & sleep 301'));
  const wrapper = await owner.prepare(order, true);
  process.kill(wrapper.pid, 'SIGKILL');
  owner.child.kill('SIGKILL');
  await until('all of it is gone', 15_000, () => marked(order.key.runId) === 0);
  assert.equal((await bench.executor.inspect(order.key, wrapper)).kind, 'orphaned');
  bench.executor.adopt(order.key, wrapper);
  assert.equal((await bench.over(order.key)).kind, 'lost');
});

test('what is left of an orphan is ended after it was adopted, its guard at the very end', async () => {
  const owner = await beginOwner();
  const order = bench.order(shell('sleep 300 & while :; do sleep 1; done'));
  const wrapper = await owner.prepare(order, true);
  await until('the command runs', 2_000, () => marked(order.key.runId) >= 3);
  owner.child.kill('SIGKILL');
  process.kill(owner.starter.pid, 'SIGKILL');
  process.kill(wrapper.pid, 'SIGKILL');
  await until('its wrapper ends', 2_000, () => !isAlive(wrapper));
  const askedAt = bootMs();
  assert.equal((await bench.executor.inspect(order.key, wrapper)).kind, 'orphaned');
  assert.ok(bootMs() - askedAt < 1_500, 'the look waits for nobody');
  bench.executor.adopt(order.key, wrapper);
  assert.equal((await bench.over(order.key)).kind, 'lost');
  assert.equal(marked(order.key.runId), 0);
  assert.equal(membersOf(wrapper).length, 0);
});

test('an attempt of another boot that shows no beginning may have begun', async () => {
  const wrapper = { ...processes.self(), bootId: 'another', pid: 1 };
  const { key } = bench.order([]);
  assert.deepEqual(await bench.executor.inspect(key, wrapper), { kind: 'lost', startedAt: null });
});

test('an executor that was closed leaves its running jobs alone', async () => {
  const order = bench.order(shell('sleep 1; echo done'));
  const wrapper = await bench.start(order);
  await bench.began(order.key);
  await bench.executor.close();
  const other = await makeBench(home);
  other.executor.adopt(order.key, wrapper);
  const inspection = await other.over(order.key);
  assert.equal(inspection.kind === 'ended' && inspection.end.outcome, 'succeeded');
  await other.close();
});

test('a starter that is stopped is replaced; what it was told to start did not begin', async () => {
  const starter = await bench.executor.open();
  const witness = join(home, 'witness');
  const order = bench.order(['/usr/bin/touch', witness]);
  const prepared = await bench.executor.prepare(order);
  assert.ok(prepared.kind === 'waiting');
  process.kill(starter.pid, 'SIGSTOP');
  bench.executor.release(order.key, bootMs() + 60_000);
  await until('the stopped starter is ended', 15_000, () => !isAlive(starter));
  await until('its gate is shut', 5_000, () => !isAlive(prepared.process));
  assert.equal((await bench.executor.inspect(order.key, prepared.process)).kind, 'not-started');
  assert.equal(existsSync(witness), false);
  // Its end is heard of a moment after it happened.
  let next = starter;
  for (let tries = 0; tries < 100 && next.pid === starter.pid; tries += 1) {
    await after(20);
    next = await bench.executor.open().catch(() => starter);
  }
  assert.notEqual(next.pid, starter.pid);
});

test('a wrapper that somebody stopped at its gate is ended when its starter was replaced, and did not begin', async () => {
  const witness = join(home, 'witness');
  const order = bench.order(['/usr/bin/touch', witness]);
  const prepared = await bench.executor.prepare(order);
  assert.equal(prepared.kind, 'waiting');
  if (prepared.kind !== 'waiting') return;
  process.kill(prepared.process.pid, 'SIGSTOP');
  bench.executor.release(order.key, bootMs() + 10_000);
  assert.deepEqual(await bench.over(order.key), { kind: 'not-started' });
  assert.equal(isAlive(prepared.process), false);
  assert.equal(existsSync(witness), false);
});
