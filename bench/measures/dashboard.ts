import {
  askFor,
  doorOf,
  jobs,
  latenessSince,
  multiply,
  perSecond,
  runs,
} from '../../test/http/large-home.ts';
import { Person, sleep, until } from '../../test/journeys/program.ts';
import type { Figure, Measure } from '../measure.ts';
import { percentile } from '../parts/lateness.ts';

const answering = `dashboard with ${jobs} jobs and ${runs} runs, ${perSecond} questions a second`;
const lists = ['/api/v1/jobs?limit=100', '/api/v1/runs?limit=100'];
/** So many begin at the same moment, each second: the runner has work to be late with. */
const workingJobs = 5;

/** How fast the dashboard answers about a large home, and what the runner beside it feels of that. */
export const measure: Measure = {
  name: 'dashboard',
  title: 'A dashboard that is asked all the time, and the runner beside it',
  seconds: 90,
  async run(bench) {
    const seconds = bench.isQuick ? 2 : 20;
    const person = new Person();
    bench.atEnd(() => person.stop());
    await person.type(['add', 'every 365d', '--name', 'rare', '--', 'true']);
    person.start(['runner']);
    const ran = async (): Promise<true | undefined> =>
      (await person.type(['run', 'rare', '--wait'])).code === 0 || undefined;
    await until('an owner', ran, 60_000);
    multiply(person);
    for (let count = 0; count < workingJobs; count += 1)
      await person.type(['add', 'every 1s', '--name', `works ${count}`, '--', 'true']);
    const dashboard = person.start(['--json', 'dashboard', '--no-open', '--port', '0']);
    const door = await doorOf(dashboard, person);
    await askFor(door, lists, 3);
    bench.tell(`nobody asks, for ${seconds} s`);
    const alone = Date.now();
    await sleep(seconds * 1_000);
    const before = latenessSince(person, alone);
    bench.tell(`${perSecond} questions a second, for ${seconds} s`);
    const asked = Date.now();
    const took = await askFor(door, lists, seconds);
    const during = latenessSince(person, asked);
    return figuresOf(took, before, during);
  },
};

function figuresOf(
  took: readonly number[],
  before: readonly number[],
  during: readonly number[],
): readonly Figure[] {
  const p99 = (what: string, values: readonly number[], note: string): Figure => ({
    what,
    who: 'cronkeeper',
    statistic: 'p99',
    value: percentile(values, 0.99),
    unit: 'ms',
    samples: values.length,
    note,
  });
  const quiet = p99("the runner's lateness while nobody asks the dashboard", before, '');
  const busy = p99("the runner's lateness while the dashboard is asked", during, '');
  return [
    { ...p99(answering, took, 'lists of 100'), goal: { most: 50 } },
    quiet,
    { ...busy, note: `may be 100 ms more than without`, goal: { most: quiet.value + 100 } },
  ];
}
