import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, Figure, Measure } from '../measure.ts';
import { memoryBesideOne, treeOf, usedBy } from '../parts/processes.ts';
import { buildStamp } from '../parts/stamp.ts';
import { openOurs } from '../schedulers/ours.ts';
import { nextYear } from './idle-peers.ts';

const what = 'idle with 10,000 jobs';

/** Who is watched doing nothing. */
type Idle = {
  readonly party: Pick<Figure, 'who' | 'note'>;
  readonly pid: number;
};

/** What a runner costs, with its starter, while nothing is due; and a Node that only waits, in the same minutes. */
export const measure: Measure = {
  name: 'idle',
  title: 'A runner and its starter with 10,000 jobs and nothing due',
  seconds: 990,
  async run(bench) {
    const open = await openOurs({ folder: bench.folder, stamp: buildStamp(bench.folder) });
    bench.atEnd(() => open.stop());
    await open.arm(nextYear(bench.isQuick ? 100 : 10_000));
    const note =
      'runner and starter; it renews its lease every 5 s; mean of five minutes, from its eleventh on';
    const idle: readonly Idle[] = [
      { party: { who: 'cronkeeper', note }, pid: open.pids[0] ?? 0 },
      { party: { who: 'raw limit', note: 'a Node that waits' }, pid: startNode(bench) },
    ];
    // The jobs were just stored, and their log is written back after ten minutes. And whatever runs every five seconds runs so rarely that
    // Node is compiling it for minutes.
    await sleep(bench.isQuick ? 2_000 : 660_000);
    return watch(idle, bench.isQuick ? 5_000 : 300_000);
  },
};

/** A Node with one timer that is far away. */
function startNode(bench: Bench): number {
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 1e9)'], { stdio: 'ignore' });
  bench.atEnd(() => void child.kill('SIGKILL'));
  return child.pid ?? 0;
}

async function watch(idle: readonly Idle[], forMs: number): Promise<readonly Figure[]> {
  const processes = idle.map(({ pid }) => treeOf([pid]));
  const before = processes.map(usedBy);
  await sleep(forMs);
  const minutes = forMs / 60_000;
  return idle.flatMap(({ party }, index) => {
    const pids = processes[index] ?? [];
    const first = before[index] ?? { cpuMs: 0, wakeUps: 0 };
    const { cpuMs, wakeUps } = usedBy(pids);
    const memory = pids.reduce((sum, pid) => sum + memoryBesideOne(pid), 0);
    const goals = party.who === 'cronkeeper' ? { cpu: 20, wakeUps: 30, memory: 110 } : null;
    const figure = (name: string, unit: Figure['unit'], value: number, most?: number): Figure => ({
      ...party,
      what: `${what}: ${name}`,
      statistic: 'mean',
      value,
      unit,
      samples: Math.max(1, minutes),
      ...(most === undefined ? {} : { goal: { most } }),
    });
    return [
      figure('CPU', 'ms/min', (cpuMs - first.cpuMs) / minutes, goals?.cpu),
      figure('wake-ups', '/min', (wakeUps - first.wakeUps) / minutes, goals?.wakeUps),
      figure('memory', 'MB', memory, goals?.memory),
    ];
  });
}
