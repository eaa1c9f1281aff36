import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSpans, spanAt, timeInZone, withoutPlace, zoneShownIn } from './occurrence-text.ts';

/** Sunday, 29 November 2026, 17:57:10 UTC. */
const now = Date.UTC(2026, 10, 29, 17, 57, 10);
const shown = (text: string, zone = 'UTC'): string[] =>
  readSpans(text, now, zone).map(
    ({ from, until }) => `${new Date(from).toISOString()} ${until - from}`,
  );

const cases: readonly { text: string; zone?: string; spans: readonly string[] }[] = [
  { text: '17:57', spans: ['2026-11-29T17:57:00.000Z 60000', '2026-11-30T17:57:00.000Z 60000'] },
  { text: '17:58', spans: ['2026-11-28T17:58:00.000Z 60000', '2026-11-29T17:58:00.000Z 60000'] },
  { text: '17:51:51', spans: ['2026-11-29T17:51:51.000Z 1000', '2026-11-30T17:51:51.000Z 1000'] },
  { text: '9am', spans: ['2026-11-29T09:00:00.000Z 60000', '2026-11-30T09:00:00.000Z 60000'] },
  {
    text: 'Mon 09:00',
    spans: ['2026-11-23T09:00:00.000Z 60000', '2026-11-30T09:00:00.000Z 60000'],
  },
  { text: 'Sun 2026-11-29  17:51:51', spans: ['2026-11-29T17:51:51.000Z 1000'] },
  { text: '2026-11-29 17:51', spans: ['2026-11-29T17:51:00.000Z 60000'] },
  { text: '2026-11-29T17:51:51.084Z', spans: ['2026-11-29T17:51:51.084Z 1'] },
  { text: '2026-11-29T17:51:51.0Z', spans: ['2026-11-29T17:51:51.000Z 100'] },
  { text: '2026-11-29 18:51+0100', spans: ['2026-11-29T17:51:00.000Z 60000'] },
  { text: '2026-11-29 18:51+99:99', spans: [] },
  { text: '2026-11-29', spans: ['2026-11-29T00:00:00.000Z 86400000'] },
  { text: '2026-03-29', zone: 'Europe/Berlin', spans: ['2026-03-28T23:00:00.000Z 82800000'] },
  {
    text: '2026-10-25 02:30',
    zone: 'Europe/Berlin',
    spans: ['2026-10-25T00:30:00.000Z 60000', '2026-10-25T01:30:00.000Z 60000'],
  },
  { text: '2026-03-29 02:30', zone: 'Europe/Berlin', spans: ['2026-03-29T01:00:00.000Z 60000'] },
  { text: '2026-02-30', spans: [] },
  { text: '2026-02-00', spans: [] },
  { text: '2026-13-01', spans: [] },
  { text: '2026-11-29 25:00', spans: [] },
  { text: '17:51:60', spans: [] },
  { text: 'yesterday', spans: [] },
];
for (const { text, zone, spans } of cases) {
  test(`"${text}"${zone === undefined ? '' : ` in ${zone}`} names ${spans.length} stretches of time`, () =>
    assert.deepEqual(shown(text, zone), spans));
}

test('words leave a minute open, or a second when it is typed', () => {
  assert.deepEqual(spanAt(5, 'today 9:00'), { from: 5, until: 60_005 });
  assert.deepEqual(spanAt(5, 'today 9:00:07'), { from: 5, until: 1_005 });
});

test('what is shown of a zone is taken for the zone', () => {
  const zones = ['UTC', 'America/New_York'];
  assert.equal(zoneShownIn('09:00 new york', zones), 'America/New_York');
  assert.equal(withoutPlace('09:00 new york', 'America/New_York'), '09:00');
  assert.equal(zoneShownIn('09:00', zones), null);
});

test('a time that is told with its zone names the same second again', () => {
  const told = timeInZone('Europe/Berlin', now + 84);
  assert.equal(told, '2026-11-29 18:57:10 Europe/Berlin');
  assert.deepEqual(readSpans(told.slice(0, 19), now, 'Europe/Berlin'), [
    { from: now, until: now + 1_000 },
  ]);
});
