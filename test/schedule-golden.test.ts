import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { z } from 'zod';
import { defaultGraceMs, nextFireTime } from '../src/core/fire-times.ts';
import type { Schedule } from '../src/core/schedule.ts';
import { understandSchedule } from '../src/core/schedule-text.ts';

const hermesSchedule = z.object({
  kind: z.string().optional(),
  expr: z.string().optional(),
  minutes: z.number().optional(),
  run_at: z.string().optional(),
  error: z.string().optional(),
});
const golden = z
  .object({
    grammar: z.array(
      z.object({ input: z.string(), now: z.string(), tz: z.string(), latest: hermesSchedule }),
    ),
    next_run: z.array(
      z.object({
        tz: z.string(),
        now: z.string(),
        schedule: hermesSchedule,
        last_run_at: z.string().nullable(),
        latest: z.string().nullable(),
        note: z.string(),
      }),
    ),
    grace: z.array(
      z.object({ schedule: hermesSchedule, now: z.string(), latest_seconds: z.number() }),
    ),
  })
  .parse(
    JSON.parse(
      readFileSync(new URL('./fixtures/hermes/schedule-golden.json', import.meta.url), 'utf8'),
    ),
  );

/** Bare durations changed their meaning in Hermes, so they are refused; see the decision on schedule text. */
const refusedOnPurpose = new Map([
  ['30m', 'schedule_ambiguous'],
  ['2h', 'schedule_ambiguous'],
  ['1d', 'schedule_ambiguous'],
  ['90 min', 'schedule_ambiguous'],
  ['1 day', 'schedule_ambiguous'],
  ['0m', 'schedule_ambiguous'],
  ['0 0 31 2 *', 'schedule_never_fires'],
  ['2026-02-03T14:00', 'schedule_in_past'],
  ['2026-02-03T14:00:00Z', 'schedule_in_past'],
  ['2026-02-03 14:00', 'schedule_in_past'],
  ['2026-02-03', 'schedule_in_past'],
  ['2026-02-03T14:00:00+09:00', 'schedule_in_past'],
  ['2020-01-01T00:00', 'schedule_in_past'],
]);
/** Hermes refuses these. */
const acceptedOnPurpose = new Set([
  'every 1d at 09:00',
  '0 0 * * 5#1',
  '0 0 ? * *',
  '@daily',
  '@hourly',
  '9am',
]);
/** The same expression in our one spelling. */
const spelledDifferently = new Map([
  ['0 9 * * MON-FRI', '0 9 * * 1-5'],
  ['0 0 * * 7', '0 0 * * 0'],
  ['* * * * * */10', '*/10 * * * * *'],
]);

for (const { input, now: nowText, tz: zone, latest } of golden.grammar) {
  const now = Date.parse(nowText);
  const reading = understandSchedule(input, { now, zone });
  const refusal = refusedOnPurpose.get(input);
  if (refusal !== undefined) {
    test(`"${input}", which Hermes takes, is refused as ${refusal}`, () =>
      assert.equal(reading.kind === 'refused' && reading.refusal.code, refusal));
  } else if (latest.error !== undefined) {
    const expected = acceptedOnPurpose.has(input) ? 'understood' : 'refused';
    test(`"${input}", which Hermes refuses, is ${expected}`, () =>
      assert.equal(reading.kind, expected));
  } else {
    test(`"${input}" is the same schedule as in Hermes`, () => {
      assert.ok(reading.kind === 'understood');
      const { schedule } = reading;
      if (schedule.kind === 'cron') {
        assert.equal(schedule.expression, spelledDifferently.get(input) ?? latest.expr);
      } else if (schedule.kind === 'every') {
        assert.equal(schedule.everyMs, (latest.minutes ?? 0) * 60_000);
      } else {
        assert.equal(schedule.at, Date.parse(latest.run_at ?? ''));
      }
    });
  }
}

/** Hermes' vectors whose answers are its own faults at a clock change; the right answers stand beside them. */
const correctedNextRuns = new Map([
  ['day before spring-forward: 02:30 does not exist on 03-08', '2026-03-08T03:00:00-04:00'],
  ['one minute before the gap', '2026-03-08T03:00:00-04:00'],
  ['half-hourly inside the repeated hour', '2026-11-01T01:00:00-05:00'],
]);

for (const vector of golden.next_run) {
  const { expr: expression } = vector.schedule;
  if (expression === undefined) continue;
  test(`the next run of "${expression}" is right: ${vector.note}`, () => {
    const after = Date.parse(vector.last_run_at ?? vector.now);
    const expected = correctedNextRuns.get(vector.note) ?? vector.latest ?? '';
    const next = nextFireTime({ kind: 'cron', expression, zone: vector.tz }, after);
    assert.equal(next, Date.parse(expected));
  });
}

function scheduleOf(vector: z.infer<typeof hermesSchedule>): Schedule {
  if (vector.expr !== undefined) return { kind: 'cron', expression: vector.expr, zone: 'UTC' };
  return { kind: 'every', everyMs: (vector.minutes ?? 0) * 60_000, anchor: 0 };
}

for (const { schedule, now, latest_seconds: seconds } of golden.grace) {
  if (schedule.kind === 'once') continue;
  test(`the grace of ${JSON.stringify(schedule)} is ${seconds} s, as in Hermes`, () =>
    assert.equal(defaultGraceMs(scheduleOf(schedule), Date.parse(now)), seconds * 1_000));
}
