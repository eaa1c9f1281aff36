import type { Figure, Measure } from '../measure.ts';
import { everyFewSeconds, type Program, watchAll } from '../parts/watch.ts';
import { everySecond, forgetfulPeers, startServers } from '../schedulers/everybody.ts';
import { ours } from '../schedulers/ours.ts';
import { rawLimit } from '../schedulers/raw.ts';

export const measure: Measure = {
  name: 'herd',
  title: 'Many jobs due at the same instant',
  seconds: 260,
  async run(bench) {
    const rounds = bench.isQuick ? 1 : 4;
    const schedulers = everySecond(await startServers(bench)).filter(
      (one) => one !== forgetfulPeers.bree,
    );
    const fifty = { what: '50 jobs due at once', goalP99Ms: 70 };
    const figures: Figure[] = [];
    figures.push(
      ...(await watchAll(bench, schedulers, fifty, () =>
        everyFewSeconds({ jobs: 50, seconds: 3, rounds }),
      )),
    );
    // It takes longer than three seconds for one herd.
    figures.push(
      ...(await watchAll(bench, [forgetfulPeers.bree], fifty, () =>
        everyFewSeconds({ jobs: 50, seconds: 10, rounds: 2 }),
      )),
    );
    const thousand = { what: '1,000 jobs due at once' };
    figures.push(...(await watchAll(bench, [ours, rawLimit], thousand, () => thousandAtOnce())));
    return figures;
  },
};

/** A thousand one-shots at one instant, and a job each second beside them that has to be on time. */
function thousandAtOnce(): Program {
  const atMs = Math.ceil((Date.now() + 15_000) / 1_000) * 1_000;
  const labels = Array.from({ length: 1_000 }, (_, index) => `one-of-many-${index}`);
  const fireTimesMs = Array.from({ length: 13 }, (_, index) => atMs + (index - 3) * 1_000);
  return {
    jobs: [
      ...labels.map((label) => ({ label, when: { atMs } })),
      { label: 'beside', when: { cron: '* * * * * *' } },
    ],
    expected: labels.map((label) => ({ label, fireTimesMs: [atMs] })),
    beside: {
      what: 'a job each second beside 1,000 at once',
      expected: [{ label: 'beside', fireTimesMs, periodMs: 1_000 }],
    },
    patienceMs: 3_000,
  };
}
