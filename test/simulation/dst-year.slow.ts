import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hourMs } from '../../src/core/instant.ts';
import { openScene } from './scene.ts';
import { seededRandom } from './timeline.ts';

const yearMs = 366 * 24 * hourMs;
/** Every tenth zone, another tenth each day, unless all are asked for. */
const share = process.env['ALL_ZONES'] === undefined ? 10 : 1;
const tenth = Math.floor(Date.now() / 86_400_000) % share;
const zones = Intl.supportedValuesOf('timeZone').filter((_, index) => index % share === tenth);

/** A year in which the machine mostly sleeps: every fire time of the year has exactly one decision all the same. */
async function year(zone: string, seed: number) {
  const random = seededRandom(seed);
  const { cluster, addJob, faults } = await openScene(seed, Date.UTC(2026, 0, 1));
  const cron = (expression: string) => ({ kind: 'cron', expression, zone }) as const;
  await addJob(cron('30 2 * * *'));
  await addJob(cron('0 0 * * *'), { catchUp: { kind: 'none' } });
  await addJob(cron('15 * * * *'), { catchUp: { kind: 'all', max: 5 }, overlap: 'allow' });
  cluster.machine.runMs = 1_000;
  cluster.join();
  const { timeline } = cluster;
  const end = timeline.boot + yearMs;
  while (timeline.boot < end) {
    await cluster.pass(5_000 + random() * 40_000);
    timeline.sleep(hourMs * 400 ** random());
  }
  await cluster.pass(60_000);
  return { found: await faults(), wakeUps: timeline.loopWakeUps };
}

test(`a year in ${zones.length} zones, mostly asleep: every occurrence is decided once`, async (t) => {
  let wakeUps = 0;
  for (const [index, zone] of zones.entries()) {
    const { found, wakeUps: more } = await year(zone, index + 1);
    assert.deepEqual(found, [], zone);
    wakeUps += more;
  }
  t.diagnostic(`${zones.length} years, ${wakeUps} wake-ups`);
  assert.ok(zones.length > 30);
});
