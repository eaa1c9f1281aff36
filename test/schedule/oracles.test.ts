import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CronExpressionParser } from 'cron-parser';
import { Cron } from 'croner';
import fc from 'fast-check';
import { nextFireTime } from '../../src/core/fire-times.ts';
import { dayMs } from '../../src/core/instant.ts';
import { offsetAt } from '../../src/core/time-zone.ts';

function field(min: number, max: number): fc.Arbitrary<string> {
  const value = fc.integer({ min, max });
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant('*') },
    { weight: 2, arbitrary: value.map(String) },
    { weight: 1, arbitrary: fc.integer({ min: 2, max: 7 }).map((step) => `*/${step}`) },
    {
      weight: 1,
      arbitrary: fc
        .uniqueArray(value, { minLength: 2, maxLength: 4 })
        .map((values) => values.sort((a, b) => a - b).join(',')),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(value, value)
        .map(([a, b]) => (a < b ? `${a}-${b}` : a > b ? `${b}-${a}` : String(a))),
    },
  );
}

/** Steps in a day field are left out where the other one is restricted: there the libraries say "or" and cron says "and". */
const expressions = fc
  .tuple(field(0, 59), field(0, 23), field(1, 28), field(1, 12), field(0, 6))
  .filter(
    ([, , date, , weekday]) =>
      !(date !== '*' && weekday !== '*' && `${date}${weekday}`.includes('*')),
  )
  .map((fields) => fields.join(' '));
const zones = fc.constantFrom(
  'UTC',
  'America/New_York',
  'Europe/Berlin',
  'Asia/Kathmandu',
  'Asia/Tokyo',
);
const instants = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2035, 0, 1) });

/** Where a clock changes within a day, the libraries differ from each other. */
function isCalmAround(zone: string, at: number | undefined): boolean {
  if (at === undefined) return true;
  const offsets = [-1, 0, 1].map((days) => offsetAt(zone, at + days * dayMs));
  return new Set(offsets).size === 1;
}

test('croner and cron-parser agree with us on days without a clock change', () => {
  let compared = 0;
  fc.assert(
    fc.property(expressions, zones, instants, (expression, zone, after) => {
      const currentDate = new Date(after);
      const ours = nextFireTime({ kind: 'cron', expression, zone }, after) ?? undefined;
      const croner = new Cron(expression, { timezone: zone, paused: true })
        .nextRun(currentDate)
        ?.getTime();
      const parser = CronExpressionParser.parse(expression, { tz: zone, currentDate })
        .next()
        .getTime();
      if (!isCalmAround(zone, after) || !isCalmAround(zone, ours)) return;
      compared += 1;
      assert.equal(ours, croner, `croner: ${expression} ${zone}`);
      if (isCalmAround(zone, parser))
        assert.equal(ours, parser, `cron-parser: ${expression} ${zone}`);
    }),
    // cron-parser says 03:00 for 02:00 of a night without one, and is not asked about it, not even on the way to another day.
    { numRuns: 1_500, examples: [['* 2 25 3 *', 'Europe/Berlin', Date.UTC(2028, 10, 1)]] },
  );
  assert.ok(compared > 1_000, `only ${compared} were compared`);
});
