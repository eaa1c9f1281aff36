import type { Measure } from '../measure.ts';
import { everyFewSeconds, watchAll } from '../parts/watch.ts';
import { nodePeer } from '../schedulers/node-peer.ts';
import { ours } from '../schedulers/ours.ts';
import { rawLimit, rawTimer } from '../schedulers/raw.ts';

export const measure: Measure = {
  name: 'fire-latency',
  title: 'Fire latency: command’s own clock minus fire time',
  seconds: 300,
  async run(bench) {
    const rounds = bench.isQuick ? 8 : 30;
    const schedulers = [
      ours,
      rawLimit,
      rawTimer,
      nodePeer({ name: 'croner', from: 'croner', note: 'not durable' }),
      nodePeer({ name: 'node-cron', from: 'node-cron', note: 'not durable' }),
    ];
    const question = { what: 'fire latency, one job a second', goalP99Ms: 10 };
    return watchAll(bench, schedulers, question, () =>
      everyFewSeconds({ jobs: 1, seconds: 1, rounds }),
    );
  },
};
