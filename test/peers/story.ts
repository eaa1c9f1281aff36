import { test } from 'node:test';
import { fireTimes } from '../../src/core/fire-times.ts';
import type { Instant } from '../../src/core/instant.ts';
import type { Schedule } from '../../src/core/schedule.ts';
import { bugs, type PeerNumber } from './bugs.ts';
import type { Habits } from './naive.ts';
import { NaiveBench } from './naive-bench.ts';
import { OurBench } from './our-bench.ts';
import type { Bench } from './port.ts';

/** Monday, 5 January 2026, 08:00:00 UTC. */
export const monday: Instant = Date.UTC(2026, 0, 5, 8);

export type Story<Facts> = {
  readonly startAt?: Instant;
  /** What happens, the same for both; answers what was seen. */
  tell(bench: Bench): Promise<Facts>;
  /** What we promise of it. */
  ours(facts: Facts): void;
  /** The bug, as the naive scheduler of these habits shows it. */
  readonly naive: { readonly habits: Partial<Habits>; shows(facts: Facts): void };
};

/** Two tests: the bug of a peer does not happen with us; the same story shows it with a naive scheduler. */
export function peerBug<Facts>(number: PeerNumber, story: Story<Facts>): void {
  const { startAt = monday, naive } = story;
  test(`${number}: ${bugs[number]}: not with us`, async () => {
    story.ours(await story.tell(await OurBench.open(startAt)));
  });
  test(`${number}: ${bugs[number]}: with a naive scheduler`, async () => {
    naive.shows(await story.tell(new NaiveBench(naive.habits, startAt)));
  });
}

/** Occurrences that began more than once. */
export function doubled(bench: Bench): number {
  const times = new Map<string, number>();
  for (const { job, fireTime } of bench.begins()) {
    const name = `${job} ${fireTime}`;
    times.set(name, (times.get(name) ?? 0) + 1);
  }
  return [...times.values()].filter((count) => count > 1).length;
}

/** Occurrences that came due since `since`, five seconds ago at the latest, and left no trace at all. */
export async function silent(
  bench: Bench,
  job: string,
  schedule: Schedule,
  since: Instant,
): Promise<number> {
  const traces = await bench.traces(job);
  const due = fireTimes(schedule, since, bench.now() - 5_000, 100_000).times;
  return due.filter((at) => !traces.some(({ from, until }) => from <= at && at <= until)).length;
}

export const every = (bench: Bench, everyMs: number): Schedule => ({
  kind: 'every',
  everyMs,
  anchor: bench.now(),
});
