/**
 * Next fire times a second, ours and croner's in turns, median of five rounds.
 *
 *   node bench/fire-times.ts
 */
import { Cron } from 'croner';
import { nextFireTime } from '../src/core/fire-times.ts';

const cases = [
  ['* * * * *', 'UTC'],
  ['*/15 * * * *', 'America/New_York'],
  ['30 2 * * *', 'America/New_York'],
  ['0 9 * * 1-5', 'Europe/Berlin'],
  ['0 0 29 2 *', 'UTC'],
  ['0 0 13 * 5', 'Australia/Lord_Howe'],
] as const;
const start = Date.UTC(2026, 0, 1);
const end = Date.UTC(2060, 0, 1);
const rounds = 5;

/** Asks for one fire time after the other, from 2026 to 2060 and again. */
function ratePerSecond(next: (after: number) => number, count: number): number {
  const began = performance.now();
  let at = start;
  for (let index = 0; index < count; index += 1) {
    at = next(at);
    if (at > end) at = start;
  }
  return (count / (performance.now() - began)) * 1_000;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

for (const [expression, zone] of cases) {
  const schedule = { kind: 'cron', expression, zone } as const;
  const job = new Cron(expression, { timezone: zone, paused: true });
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    ours.push(ratePerSecond((after) => nextFireTime(schedule, after) ?? end + 1, 200_000));
    theirs.push(
      ratePerSecond((after) => job.nextRun(new Date(after))?.getTime() ?? end + 1, 5_000),
    );
  }
  const rate = (values: readonly number[]): string => `${(median(values) / 1_000).toFixed(1)}k/s`;
  process.stdout.write(`${expression} ${zone}: ours ${rate(ours)}, croner ${rate(theirs)}\n`);
}
