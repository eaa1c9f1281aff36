import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc, { integer, property } from 'fast-check';
import { sampleJob } from '../../test/samples.ts';
import { nextFireOf } from './firing.ts';
import { hourMs, minuteMs } from './instant.ts';
import { definitionDefaults, type Job, type JobDefinition } from './job.ts';
import type { Schedule } from './schedule.ts';
import { expectedOf, upcomingOf } from './upcoming.ts';

const now = Date.UTC(2026, 10, 22, 20);
const until = now + 12 * hourMs;

function jobOf(schedule: Schedule, extra: Partial<JobDefinition> = {}, scheduledRuns = 0): Job {
  const definition: JobDefinition = {
    ...definitionDefaults,
    name: 'x',
    schedule,
    action: { kind: 'command', argv: ['x'], shell: false },
    cwd: '/',
    env: {},
    ...extra,
  };
  return sampleJob(definition, {
    id: 'id',
    profile: 'default',
    nextFireAt: nextFireOf(definition, now),
    scheduledRuns,
    createdAt: now,
    updatedAt: now,
  });
}

const hourly: Schedule = { kind: 'every', everyMs: hourMs, anchor: now };
const cron: Schedule = { kind: 'cron', expression: '30 3 * * *', zone: 'UTC' };

const cases: readonly {
  readonly name: string;
  readonly job: Job;
  readonly want: readonly [count: number, first: number, last: number] | null;
}[] = [
  { name: 'fires every hour', job: jobOf(hourly), want: [12, now + hourMs, until] },
  {
    name: 'fires once a night',
    job: jobOf(cron),
    want: [1, now + 7.5 * hourMs, now + 7.5 * hourMs],
  },
  { name: 'fires after that', job: jobOf({ kind: 'at', at: until + 1 }), want: null },
  { name: 'is paused', job: { ...jobOf(hourly), state: 'paused', nextFireAt: null }, want: null },
  {
    name: 'ends at three',
    job: jobOf(hourly, { endAt: now + 7 * hourMs }),
    want: [6, now + hourMs, now + 6 * hourMs],
  },
  {
    name: 'begins at three',
    job: jobOf(hourly, { startAt: now + 7 * hourMs }),
    want: [6, now + 7 * hourMs, until],
  },
  {
    name: 'has three runs left',
    job: jobOf(hourly, { maxRuns: 5 }, 2),
    want: [3, now + hourMs, now + 3 * hourMs],
  },
  {
    name: 'has one run left, which is due already',
    job: {
      ...jobOf({ ...hourly, anchor: now - minuteMs }, { maxRuns: 5 }, 4),
      nextFireAt: now - minuteMs,
    },
    want: null,
  },
  {
    name: 'is due already and goes on',
    job: { ...jobOf({ ...hourly, anchor: now - minuteMs }), nextFireAt: now - minuteMs },
    want: [12, now + hourMs - minuteMs, until - minuteMs],
  },
  {
    name: 'was a one-shot that is due already',
    job: { ...jobOf({ kind: 'at', at: now - 1 }), nextFireAt: now - 1 },
    want: null,
  },
  {
    name: 'ends before its next time',
    job: { ...jobOf(hourly, { endAt: now + 30 * minuteMs }), nextFireAt: now - 1 },
    want: null,
  },
];
for (const { name, job, want } of cases) {
  test(`a job that ${name} has ${want === null ? 'nothing' : `${want[0]} occurrences`} tonight`, () => {
    const found = upcomingOf(job, now, until);
    assert.deepEqual(found === null ? null : [found.count, found.first, found.last], want);
  });
}

test('what comes before and what comes after an instant add up to the whole', () => {
  fc.assert(
    property(
      integer({ min: 1, max: 12 * 60 - 1 }),
      integer({ min: 1, max: 90 }),
      (minutes, every) => {
        const job = jobOf({ kind: 'every', everyMs: every * minuteMs, anchor: now });
        const at = now + minutes * minuteMs;
        const whole = upcomingOf(job, now, until)?.count ?? 0;
        const before = upcomingOf(job, now, at)?.count ?? 0;
        const after = upcomingOf({ ...job, nextFireAt: nextFireOf(job.definition, at) }, at, until);
        assert.equal(before + (after?.count ?? 0), whole);
      },
    ),
  );
});

test('what came due and is not decided is expected where nothing else is', () => {
  const due = { ...jobOf({ kind: 'at', at: now - 1 }), nextFireAt: now - 1 };
  assert.deepEqual(expectedOf(due, now, until), {
    job: due,
    count: 1,
    first: now - 1,
    last: now - 1,
  });
  const often = { ...jobOf(hourly), nextFireAt: now };
  assert.equal(expectedOf(often, now, until)?.first, now + hourMs);
  assert.equal(expectedOf(jobOf({ kind: 'at', at: until + 1 }), now, until), null);
  assert.equal(expectedOf({ ...due, state: 'done', nextFireAt: null }, now, until), null);
});
