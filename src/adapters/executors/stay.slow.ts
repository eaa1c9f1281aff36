import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { afterEach, beforeEach } from 'node:test';
import { setTimeout as after } from 'node:timers/promises';
import type { ProcessIdentity } from '../../core/provenance.ts';
import type { AttemptEnd, AttemptKey } from '../../ports/executor.ts';
import { attemptFolder, leaveAdoption, readAdoption, readAttempt } from './attempt-folder.ts';
import { stayWith } from './stay.ts';
import { type Bench, clock, makeBench, processes, until } from './test-bench.ts';

let home: string;
let bench: Bench;
/** What a test left running; nothing of it may outlive a failure. */
const begun: { readonly key: AttemptKey; readonly process: ProcessIdentity }[] = [];
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'cronkeeper-stay-'));
  bench = await makeBench(home);
});
afterEach(async () => {
  const starter = starterStaying;
  starterStaying = null;
  if (starter !== null) await processes.kill(starter, 1_000);
  const verdict = { outcome: 'cancelled', reason: 'replaced' } as const;
  for (const { key, process } of begun.splice(0)) await bench.executor.end(key, process, verdict);
  await bench.close();
  rmSync(home, { recursive: true, force: true });
});

let starterStaying: ProcessIdentity | null = null;

/** Closes the owner, whose starter stays behind with the run. */
async function leave(left: (typeof begun)[number]): Promise<ProcessIdentity> {
  const starter = await bench.executor.open();
  starterStaying = starter;
  await bench.executor.close([{ ...left, process: byMachine(left.process) }]);
  return starter;
}

const isAlive = (identity: ProcessIdentity): boolean => processes.life(identity) === 'alive';

const endOf = (key: AttemptKey): Promise<AttemptEnd> =>
  until('the end is recorded', 8_000, () => readAttempt(attemptFolder(home, key)).end);

const patient = new AbortController().signal;

/** As the process table of the program names it. */
function byMachine(identity: ProcessIdentity): ProcessIdentity {
  const pidNamespace = readlinkSync('/proc/self/ns/pid').replace(/\D/g, '');
  return { ...identity, machineId: readFileSync('/etc/machine-id', 'utf8').trim(), pidNamespace };
}

async function running(
  argv = ['sleep', '300'],
): Promise<{ key: AttemptKey; process: ProcessIdentity }> {
  const order = bench.order(argv);
  const process = await bench.start(order);
  await bench.began(order.key);
  begun.push({ key: order.key, process });
  return { key: order.key, process };
}

test('a run that nobody adopts within a minute is ended, and its record says why', async () => {
  const left = await running();
  let slept = 0;
  const sleep = async (): Promise<void> => {
    slept += 1;
    assert.ok(slept > 120 || isAlive(left.process));
    await after(1);
  };
  await stayWith([left], { home, processes, clock: { ...clock, sleep } }, patient);
  const { outcome, reason } = await endOf(left.key);
  assert.deepEqual({ outcome, reason }, { outcome: 'cancelled', reason: 'owner_absent' });
  assert.ok(slept >= 120, `looked ${slept} times`);
});

test('a run that another owner adopts goes on, also when this owner had adopted it before', async () => {
  const left = await running();
  const folder = attemptFolder(home, left.key);
  const self = processes.self();
  leaveAdoption(folder, self);
  let looks = 0;
  const sleep = async (): Promise<void> => {
    looks += 1;
    if (looks === 20) leaveAdoption(folder, { ...self, pid: self.pid + 1 });
  };
  await stayWith([left], { home, processes, clock: { ...clock, sleep } }, patient);
  assert.equal(looks, 20);
  assert.ok(isAlive(left.process));
});

test('an adoption leaves a mark of the adopter where the attempt keeps its files', async () => {
  const left = await running();
  const successor = await makeBench(home);
  try {
    successor.executor.adopt(left.key, left.process);
    const { pid } = processes.self();
    assert.match(readAdoption(attemptFolder(home, left.key)) ?? '', new RegExp(` ${pid} `));
  } finally {
    await successor.close();
  }
});

test('a run that ends by itself keeps its own end', async () => {
  const left = await running(['/bin/sh', '-c', 'sleep 0.2; exit 7']);
  await stayWith([left], { home, processes, clock }, patient);
  assert.equal((await endOf(left.key)).exitCode, 7);
});

test('a starter that stays behind ends with the adoption of its runs, and does not touch them', async () => {
  const left = await running();
  const starter = await leave(left);
  assert.ok(isAlive(starter));
  const successor = await makeBench(home);
  try {
    successor.executor.adopt(left.key, left.process);
    await until('the starter ends', 5_000, () => !isAlive(starter));
    assert.ok(isAlive(left.process));
    const verdict = { outcome: 'cancelled', reason: 'replaced' } as const;
    await successor.executor.end(left.key, left.process, verdict);
    assert.equal((await successor.over(left.key)).kind, 'ended');
  } finally {
    await successor.close();
  }
});

test('a starter that stays behind and is told to end ends its runs first', async () => {
  const left = await running();
  const starter = await leave(left);
  process.kill(starter.pid, 'SIGTERM');
  const { outcome, reason } = await endOf(left.key);
  assert.deepEqual({ outcome, reason }, { outcome: 'cancelled', reason: 'service_stopped' });
  await until('the starter ends', 5_000, () => !isAlive(starter));
});

test('a starter that stays behind lets no gate open any more', async () => {
  const left = await running();
  const gated = bench.order(['sleep', '300']);
  const prepared = await bench.executor.prepare(gated);
  assert.equal(prepared.kind, 'waiting');
  if (prepared.kind !== 'waiting') return;
  const starter = await leave(left);
  await until('the gate is shut', 5_000, () => !isAlive(prepared.process));
  assert.equal(readAttempt(attemptFolder(home, gated.key)).startedAt, null);
  process.kill(starter.pid, 'SIGTERM');
  await endOf(left.key);
});
