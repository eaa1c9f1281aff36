import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { addJobs, beginInstance, openHomeIn, profile } from '../instance-here.ts';
import type { Bench, Figure, Measure } from '../measure.ts';
import { makeNoOpExecutor } from '../no-op-executor.ts';
import { rawJobsPerSecond } from '../raw-commits.ts';

const grouped = 'durable no-op jobs';
/** As queues are measured: what is to be run is in the store and waits. */
const waiting = 'durable no-op jobs, decided before';
const alone = 'durable no-op jobs, each alone';
const us = 'cronkeeper';
const limit = 'raw limit';
const rounds = 3;
/** So many come first and do not count: as a process is that has run for a second already. */
const warmUp = 1_000;
/** Time to write the jobs and to take the lease before they are due. */
const leadMs = 4_000;

type Rates = Readonly<
  Record<'rawMany' | 'oursMany' | 'oursWaiting' | 'rawAlone' | 'oursAlone', number[]>
>;

/** How many runs go through in a second when a run costs nothing but its records, beside what the disk lets through. */
export const measure: Measure = {
  name: 'throughput',
  title: 'Runs a second with an executor that does nothing',
  seconds: 60,
  async run(bench) {
    const many = bench.isQuick ? 1_500 : 20_000;
    const few = bench.isQuick ? 1_050 : 2_000;
    const forMs = bench.isQuick ? 100 : 1_000;
    const raw = (batch: number): number =>
      rawJobsPerSecond(join(mkdtempSync(join(bench.folder, 'raw-')), 'raw.db'), {
        batch,
        warmUp,
        forMs,
      });
    const found: Rates = {
      rawMany: [],
      oursMany: [],
      oursWaiting: [],
      rawAlone: [],
      oursAlone: [],
    };
    // In turns, so that a busy moment of the machine meets everybody.
    for (let round = 0; round < (bench.isQuick ? 1 : rounds); round += 1) {
      found.rawMany.push(raw(100));
      const together = await runsPerSecond(bench, many, 1_000);
      found.oursMany.push(together.fromDue);
      found.oursWaiting.push(together.whenWarm);
      found.rawAlone.push(raw(1));
      found.oursAlone.push((await runsPerSecond(bench, few, 1)).whenWarm);
      bench.tell(`runs a second: ${JSON.stringify(found, rounded)}`);
    }
    return figuresOf(found);
  },
};

const rounded = (_: string, value: unknown): unknown =>
  typeof value === 'number' ? Math.round(value) : value;

/** One-shots that are all due at one instant, until the last end is recorded; runs a second. */
async function runsPerSecond(
  bench: Bench,
  count: number,
  concurrency: number,
): Promise<{ readonly fromDue: number; readonly whenWarm: number }> {
  const base = await openHomeIn(mkdtempSync(join(bench.folder, 'ours-')), { concurrency });
  const { clock, store, processes } = base;
  const executor = makeNoOpExecutor(processes.self(), Date.now, warmUp);
  const dueAt = clock.now().wall + leadMs;
  await addJobs(
    base,
    count,
    () => ({ schedule: { kind: 'at', at: dueAt } }),
    () => dueAt,
  );
  const end = beginInstance(base, executor);
  try {
    if (clock.now().wall > dueAt - 500) throw new Error('this machine is too busy to measure here');
    while (executor.ended() < count) await clock.sleep(5);
    while ((await store.runs.open(profile, 1)).length > 0) await clock.sleep(1);
    const over = clock.now().wall;
    const rate = (runs: number, from: number): number => (runs / (over - from)) * 1_000;
    const whenWarm = rate(count - warmUp, executor.warmAt());
    return { fromDue: rate(count, dueAt), whenWarm };
  } finally {
    await end();
    await base.close();
  }
}

function figuresOf({
  rawMany,
  oursMany,
  oursWaiting,
  rawAlone,
  oursAlone,
}: Rates): readonly Figure[] {
  const rate = (what: string, who: string, of: readonly number[], note: string): Figure => ({
    what,
    who,
    statistic: 'median',
    value: median(of),
    unit: '/s',
    samples: of.length,
    note,
  });
  const share = oursAlone.map((ours, round) => ours / (rawAlone[round] ?? ours));
  return [
    {
      ...rate(grouped, us, oursMany, 'decided, claimed under the fence and ended, 1,000 at once'),
      goal: { least: 15_000 },
    },
    rate(waiting, us, oursWaiting, 'claimed under the fence and ended, 1,000 at once'),
    rate(grouped, limit, rawMany, 'bare SQLite: a claim and an end, 100 jobs a commit'),
    rate(alone, us, oursAlone, 'one at a time: the commit that ends one claims the next'),
    rate(alone, limit, rawAlone, 'bare SQLite: a claim and an end, a commit each'),
    {
      what: `${alone}, share of the raw limit`,
      who: us,
      statistic: 'median',
      value: median(share),
      unit: '×',
      samples: share.length,
      goal: { least: 0.65 },
    },
  ];
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
