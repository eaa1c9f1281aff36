import { Cron } from 'croner';
import { nextFireTime } from '../../src/core/fire-times.ts';
import type { Figure, Measure } from '../measure.ts';

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

/** How many next fire times are computed in a second, ours and croner's in turns, one zone after the other from 2026 to 2060. */
export const measure: Measure = {
  name: 'fire-times',
  title: 'Next fire times a second',
  seconds: 20,
  async run(bench) {
    const [ours, theirs] = bench.isQuick ? [2_000, 100] : [200_000, 5_000];
    return cases.flatMap(([expression, zone]) => {
      bench.tell(`${expression} ${zone}`);
      const schedule = { kind: 'cron', expression, zone } as const;
      const job = new Cron(expression, { timezone: zone, paused: true });
      const rates: { readonly us: number[]; readonly croner: number[] } = { us: [], croner: [] };
      for (let round = 0; round < rounds; round += 1) {
        rates.us.push(ratePerSecond((at) => nextFireTime(schedule, at) ?? end + 1, ours));
        rates.croner.push(
          ratePerSecond((at) => job.nextRun(new Date(at))?.getTime() ?? end + 1, theirs),
        );
      }
      const what = `next fire times, ${expression} ${zone}`;
      const figure = (who: string, of: readonly number[]): Figure => ({
        what,
        who,
        statistic: 'median',
        value: median(of),
        unit: '/s',
        samples: rounds,
      });
      return [
        { ...figure('cronkeeper', rates.us), goal: { least: 100_000 } },
        figure('croner 11.0.1', rates.croner),
      ];
    });
  },
};

/** Asks for one fire time after the other, and begins again at the end. */
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
