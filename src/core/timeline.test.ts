import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sampleJob, sampleRun } from '../../test/samples.ts';
import { hourMs } from './instant.ts';
import { definitionDefaults, type Job, type JobDefinition } from './job.ts';
import type { Run } from './run.ts';
import { aheadOf, inOrder, nothingAhead, placeOf } from './timeline.ts';

const now = Date.UTC(2026, 10, 29);
const stretch = { now, until: now + 3 * hourMs };

function hourly(changes: Partial<Job> = {}, extra: Partial<JobDefinition> = {}): Job {
  const definition: JobDefinition = {
    ...definitionDefaults,
    name: 'x',
    schedule: { kind: 'every', everyMs: hourMs, anchor: now },
    action: { kind: 'command', argv: ['x'], shell: false },
    cwd: '/',
    env: {},
    ...extra,
  };
  return sampleJob(definition, { nextFireAt: now + hourMs, ...changes });
}

describe('what is ahead of a job', () => {
  const three = { count: 3, first: now + hourMs, last: now + 3 * hourMs };
  const all = [1, 2, 3].map((hours) => now + hours * hourMs);
  const cases = [
    ['is every time, while they are no more than the limit', hourly(), 3, { ...three, times: all }],
    ['is counted only, when they are more', hourly(), 2, { ...three, times: [] }],
    ['is nothing while it is paused', hourly({ state: 'paused' }), 9, nothingAhead],
    ['is nothing when it is done', hourly({ state: 'done' }), 9, nothingAhead],
    ['is nothing before its next time', hourly({ nextFireAt: now + 4 * hourMs }), 9, nothingAhead],
    [
      'ends with its last run',
      hourly({ scheduledRuns: 4 }, { maxRuns: 6 }),
      9,
      { count: 2, first: now + hourMs, last: now + 2 * hourMs, times: all.slice(0, 2) },
    ],
  ] as const;
  for (const [name, job, limit, ahead] of cases) {
    test(name, () => assert.deepEqual(aheadOf(job, stretch, limit), ahead));
  }

  test('nothing has neither a time nor a count', () =>
    assert.deepEqual(nothingAhead, { count: 0, first: null, last: null, times: [] }));
});

describe('a run on the line of time', () => {
  const run = (id: string, changes: Partial<Run>) => sampleRun({ id, ...changes });

  test('stands at its fire time, and a request at when it was made', () => {
    assert.equal(placeOf(sampleRun({ fireTime: 5, decidedAt: 9 })), 5);
    assert.equal(placeOf(sampleRun({ fireTime: null, decidedAt: 9 })), 9);
  });

  test('comes after the older ones, and only once', () => {
    const late = run('late', { fireTime: 30, decidedAt: 31 });
    const asked = run('asked', { decidedAt: 20 });
    const early = run('early', { fireTime: 10, decidedAt: 40 });
    assert.deepEqual(
      inOrder([late, asked, early, { ...asked }], 0).map(({ id }) => id),
      ['early', 'asked', 'late'],
    );
  });

  const edges = [
    ['decided in it', { decidedAt: 100 }, true],
    ['decided before it', { decidedAt: 99 }, false],
    ['begun before and ended in it', { fireTime: 50, decidedAt: 50, endedAt: 100 }, true],
    ['a range that ends in it', { fireTime: 50, fireTimeEnd: 100, decidedAt: 60 }, true],
    ['a range that ends before it', { fireTime: 50, fireTimeEnd: 99, decidedAt: 60 }, false],
    ['ended before it', { fireTime: 50, decidedAt: 50, endedAt: 99 }, false],
  ] as const;
  for (const [name, changes, isSeen] of edges) {
    test(`that is ${name} is ${isSeen ? '' : 'not '}part of a stretch`, () =>
      assert.equal(inOrder([sampleRun(changes)], 100).length, isSeen ? 1 : 0));
  }
});
