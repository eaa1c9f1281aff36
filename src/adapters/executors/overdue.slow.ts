import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { afterEach, beforeEach } from 'node:test';
import { setTimeout as after } from 'node:timers/promises';
import type { ProcessIdentity } from '../../core/provenance.ts';
import { attemptFolder, readBegan } from './attempt-folder.ts';
import { type Bench, bootMs, makeBench, membersOf, processes, until } from './test-bench.ts';

const timedOut = { outcome: 'timed_out', reason: 'timeout' } as const;

let home: string;
let bench: Bench;
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'cronkeeper-overdue-'));
  bench = await makeBench(home);
});
afterEach(async () => {
  await bench.close();
  rmSync(home, { recursive: true, force: true });
});

const helpersOf = (wrapper: ProcessIdentity): readonly number[] =>
  membersOf(wrapper).filter((pid) => pid !== wrapper.pid);

const nameOf = (pid: number): string =>
  existsSync(`/proc/${pid}/comm`) ? readFileSync(`/proc/${pid}/comm`, 'utf8').trim() : '';

test('a command that nothing watches any more is ended, and its wrapper records why', async () => {
  const order = bench.order(['/bin/sh', '-c', 'trap "" TERM; while :; do sleep 1; done']);
  const wrapper = await bench.start(order);
  await bench.began(order.key);
  const helpers = helpersOf(wrapper);
  assert.ok(helpers.length > 0);
  for (const pid of helpers) process.kill(pid, 'SIGKILL');
  await bench.executor.end(order.key, wrapper, timedOut);
  const over = await bench.over(order.key);
  assert.equal(over.kind, 'ended');
  const { outcome, reason } = over.kind === 'ended' ? over.end : {};
  assert.deepEqual({ outcome, reason }, timedOut);
});

test('a wrapper that waits for room to record how its command ended is left waiting, and its word counts', async () => {
  const order = bench.order(['/bin/sh', '-c', 'exit 6']);
  const { executor } = bench;
  const prepared = await executor.prepare(order);
  assert.ok(prepared.kind === 'waiting');
  const folder = attemptFolder(home, order.key);
  const exit = join(folder, 'exit');
  await until('its folder', 5_000, () => existsSync(folder));
  symlinkSync(join(home, 'no', 'room'), exit);
  executor.release(order.key, bootMs() + 10_000);
  await until('it began', 5_000, () => readBegan(folder));
  // It sleeps between two tries.
  while (!helpersOf(prepared.process).map(nameOf).includes('sleep')) await after(20);
  await executor.end(order.key, prepared.process, timedOut);
  assert.equal(processes.life(prepared.process), 'alive');
  rmSync(exit);
  const over = await bench.over(order.key);
  assert.equal(over.kind === 'ended' && over.end.exitCode, 6);
  assert.equal(over.kind === 'ended' && over.end.outcome, 'failed');
});
