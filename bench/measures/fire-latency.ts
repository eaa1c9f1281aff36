import type { Measure } from '../measure.ts';
import { everyFewSeconds, watchAll } from '../parts/watch.ts';
import { everySecond, startServers } from '../schedulers/everybody.ts';

export const measure: Measure = {
  name: 'fire-latency',
  title: 'One job a second: the command’s own clock minus the fire time',
  seconds: 330,
  async run(bench) {
    const rounds = bench.isQuick ? 5 : 28;
    const schedulers = everySecond(await startServers(bench));
    const question = { what: 'fire latency, one job a second', goalP99Ms: 10 };
    return watchAll(bench, schedulers, question, () =>
      everyFewSeconds({ jobs: 1, seconds: 1, rounds }),
    );
  },
};
