import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeClock } from '../../src/adapters/host/clock.ts';
import { fireTimes, nextFireTime } from '../../src/core/fire-times.ts';
import { understandSchedule } from '../../src/core/schedule-text.ts';
import { dayMs as day, every, hourMs, misdeeds, openCluster, yearMs } from './virtual.ts';

/** F57, F58, F59: dates that are impossible, rare, far away, or at the edge of a month or a year. */

const now = Date.UTC(2026, 10, 28);
/** A search without bounds takes seconds. Counted in time of the processor: the machine may be busy with something else. */
const longestMs = 250;

function workMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

const read = (text: string) => understandSchedule(text, { now, zone: 'America/New_York' });

// The first reading loads the zone.
read('0 9 * * *');

const impossible = ['0 0 30 2 *', '0 0 31 4,6,9,11 *', '*/0 * * * *', '60 * * * *', '0 24 * * *'];
for (const text of impossible) {
  test(`"${text}" is refused quickly`, () => {
    const tookMs = workMs(() => assert.equal(read(text).kind, 'refused'));
    assert.ok(tookMs < longestMs, `it took ${tookMs} ms`);
  });
}

const rare = [
  { text: '0 0 29 2 *', first: '2028-02-29T05:00:00.000Z' },
  // By the rule of cron, a day of the month and a weekday mean either of them.
  { text: '0 0 31 12 5', first: '2026-12-04T05:00:00.000Z' },
  { text: '0 0 * * 1#5', first: '2026-11-30T05:00:00.000Z' },
  { text: '59 59 23 31 12 *', first: '2027-01-01T04:59:59.000Z' },
];
for (const { text, first } of rare) {
  test(`"${text}" is first due at ${first}, and that is found quickly`, () => {
    const tookMs = workMs(() => {
      const reading = read(text);
      assert.ok(reading.kind === 'understood');
      const next = nextFireTime(reading.schedule, now);
      assert.equal(new Date(next ?? 0).toISOString(), first);
    });
    assert.ok(tookMs < longestMs, `it took ${tookMs} ms`);
  });
}

/** Days by the calendar of the language, one after another: knows nothing of our arithmetic. */
function daysThat(
  isMeant: (date: Date) => boolean,
  from: number,
  until: number,
): readonly number[] {
  const found: number[] = [];
  for (let at = from; at < until; at += day) if (isMeant(new Date(at))) found.push(at);
  return found;
}

const isLastOfMonth = (date: Date): boolean => new Date(date.getTime() + day).getUTCDate() === 1;
const edges: readonly (readonly [string, (date: Date) => boolean])[] = [
  ['0 0 29 2 *', (date) => date.getUTCMonth() === 1 && date.getUTCDate() === 29],
  ['0 0 31 * *', (date) => date.getUTCDate() === 31],
  ['0 0 30 * *', (date) => date.getUTCDate() === 30],
  ['0 0 L * *', isLastOfMonth],
  ['0 0 31 12 *', (date) => date.getUTCMonth() === 11 && date.getUTCDate() === 31],
  ['0 0 1 1 *', (date) => date.getUTCMonth() === 0 && date.getUTCDate() === 1],
  [
    '0 0 29 2 */7',
    (date) => date.getUTCMonth() === 1 && date.getUTCDate() === 29 && date.getUTCDay() === 0,
  ],
];
const [first, last] = [Date.UTC(1999, 0, 1), Date.UTC(2201, 0, 1)];
for (const [expression, isMeant] of edges) {
  test(`"${expression}" falls on the days of two centuries that the calendar names`, () => {
    const expected = daysThat(isMeant, first, last);
    // No rule of daylight saving and no offset of whole days: the same days, so many hours earlier.
    for (const [zone, hours] of [
      ['UTC', 0],
      ['Etc/GMT-14', 14],
      ['Etc/GMT+12', -12],
    ] as const) {
      const schedule = { kind: 'cron', expression, zone } as const;
      const { times } = fireTimes(schedule, first - day, last - day, 100_000);
      const shifted = expected.map((at) => at - hours * hourMs);
      assert.deepEqual(
        times.filter((at) => at >= first && at < last - 2 * day),
        shifted.filter((at) => at >= first && at < last - 2 * day),
        zone,
      );
      assert.ok(times.length > 5);
    }
  });
}

const farAway = [
  { name: '24.9 days', ms: 24.9 * day },
  { name: '40 years', ms: 40 * yearMs },
  { name: 'until the year 9989', ms: Date.UTC(9989, 0, 1) - now },
];
for (const { name, ms } of farAway) {
  test(`a sleep of ${name} neither ends at once nor overflows a timer`, async (t) => {
    const warnings: string[] = [];
    const warned = (warning: Error): number => warnings.push(warning.name);
    process.on('warning', warned);
    t.after(() => process.off('warning', warned));
    const over = new AbortController();
    t.after(() => over.abort());
    let isOver = false;
    const sleeping = makeClock()
      .sleep(ms, over.signal)
      .then(() => {
        isOver = true;
      });
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(isOver, false);
    assert.deepEqual(warnings, []);
    over.abort();
    await sleeping;
  });
}

test('a job of 24.9 days from now runs then and not before, one of the year 9989 not at all', async () => {
  const cluster = await openCluster(1);
  const start = cluster.timeline.now().wall;
  const soon = await cluster.addJob({ kind: 'at', at: start + 24.9 * day });
  await cluster.addJob({ kind: 'at', at: Date.UTC(9989, 0, 1) });
  await cluster.addJob(every(cluster, 40 * yearMs));
  const member = cluster.join();
  await cluster.pass(hourMs);
  assert.equal(cluster.machine.witness.length, 0);
  // The days between are crossed asleep: what counts is that no timer of then fires early or at once.
  cluster.timeline.sleep(24.9 * day - 2 * hourMs);
  await cluster.pass(hourMs - 10_000);
  assert.equal(cluster.machine.witness.length, 0);
  await cluster.pass(20_000);
  assert.deepEqual(
    cluster.machine.witness.map(({ jobId }) => jobId),
    [soon.id],
  );
  assert.ok((cluster.machine.witness[0]?.at ?? 0) - (start + 24.9 * day) < 1_000);
  assert.deepEqual(misdeeds(cluster), []);
  assert.ok(!member.isOver);
});
