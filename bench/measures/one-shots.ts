import type { Measure } from '../measure.ts';
import { type Program, watchAll } from '../parts/watch.ts';
import { anyMillisecond, startServers } from '../schedulers/everybody.ts';

const apartMs = 137;

export const measure: Measure = {
  name: 'one-shots',
  title: 'One-shots at arbitrary milliseconds',
  seconds: 170,
  async run(bench) {
    const schedulers = anyMillisecond(await startServers(bench));
    const question = { what: `60 one-shots, ${apartMs} ms apart`, goalP99Ms: 15 };
    return watchAll(bench, schedulers, question, () => oneShots(bench.isQuick ? 10 : 60));
  },
};

/** Shots before those that count: all that is started for the first time has been started then. */
const warmUps = 8;

/** So far apart that each falls on another part of a second. */
function oneShots(count: number): Program {
  const first = Date.now() + 3_000;
  const shots = Array.from({ length: warmUps + count }, (_, index) => ({
    label: `shot-${index}`,
    atMs: first + index * apartMs,
  }));
  return {
    jobs: shots.map(({ label, atMs }) => ({ label, when: { atMs } })),
    expected: shots.slice(warmUps).map(({ label, atMs }) => ({ label, fireTimesMs: [atMs] })),
    patienceMs: 2_500,
  };
}
