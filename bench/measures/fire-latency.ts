import type { Measure } from '../measure.ts';
import { everyFewSeconds, watchAll } from '../parts/watch.ts';
import { everySecond, forgetfulPeers, startServers } from '../schedulers/everybody.ts';
import type { Scheduler } from '../schedulers/scheduler.ts';

export const measure: Measure = {
  name: 'fire-latency',
  title: 'One job a second: the command’s own clock minus the fire time',
  seconds: 260,
  async run(bench) {
    const question = { what: 'fire latency, one job a second', goalP99Ms: 10 };
    const forSeconds = (rounds: number) => () => everyFewSeconds({ jobs: 1, seconds: 1, rounds });
    const all = everySecond(await startServers(bench));
    const forgetful: readonly Scheduler[] = Object.values(forgetfulPeers);
    const durable = all.filter((one) => !forgetful.includes(one));
    // The contest is among those that keep what they owe.
    const [long, short] = bench.isQuick ? [5, 5] : [28, 15];
    return [
      ...(await watchAll(bench, durable, question, forSeconds(long))),
      ...(await watchAll(bench, forgetful, question, forSeconds(short))),
    ];
  },
};
