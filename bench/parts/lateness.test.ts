import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge, latenessFigures, percentile } from './lateness.ts';
import { parseStamps } from './stamp.ts';

const start = Date.UTC(2026, 0, 1);
/** One job a second, five seconds long. */
const seconds = [0, 1, 2, 3, 4].map((second) => start + second * 1_000);
const everySecond = { label: 'a', fireTimesMs: seconds, periodMs: 1_000 };
const at = (...offsetsMs: readonly number[]) =>
  offsetsMs.map((offset) => ({ label: 'a', atMs: start + offset, saidMs: null }));

const cases = [
  {
    name: 'gives each start to the second before it',
    starts: at(3, 1_004, 2_005, 3_900, 4_007),
    late: [3, 4, 5, 900, 7],
    missed: 0,
    repeated: 0,
  },
  {
    name: 'calls a start shortly before a second early for it',
    starts: at(-7, 1_004, 2_005, 3_006, 4_007),
    late: [-7, 4, 5, 6, 7],
    missed: 0,
    repeated: 0,
  },
  { name: 'counts what did not start', starts: at(3, 4_007), late: [3, 7], missed: 3, repeated: 0 },
  {
    name: 'counts the second start of a fire time, and keeps the first',
    starts: at(9, 3, 1_004, 2_005, 3_006, 4_007),
    late: [3, 4, 5, 6, 7],
    missed: 0,
    repeated: 1,
  },
  {
    name: 'leaves out what fires before and goes on after',
    starts: at(-997, 3, 1_004, 2_005, 3_006, 4_007, 5_002, 6_002),
    late: [3, 4, 5, 6, 7],
    missed: 0,
    repeated: 0,
  },
];
for (const { name, starts, late, missed, repeated } of cases) {
  test(`the judge ${name}`, () =>
    assert.deepEqual(judge([everySecond], starts), { latenessMs: late, missed, repeated }));
}

test('a start belongs to the fire time that its scheduler told it, however late it is', () => {
  const starts = [{ label: 'a', atMs: start + 3_500, saidMs: start + 1_000 }];
  assert.deepEqual(judge([everySecond], starts).latenessMs, [2_500]);
});

test('a one-shot that starts long before its time is early', () => {
  const once = { label: 'a', fireTimesMs: [start] };
  const punctuality = judge([once], at(-2_000));
  const figures = latenessFigures({ what: 'w', who: 'x', isOurs: true }, punctuality);
  const early = figures.find(({ what }) => what === 'w: early');
  assert.deepEqual([early?.value, early?.goal], [1, { most: 0 }]);
});

test('who starts nothing has no figures', () => {
  const nothing = judge([everySecond], []);
  assert.equal(nothing.missed, 5);
  assert.throws(() => latenessFigures({ what: 'w', who: 'x', isOurs: false }, nothing), /nothing/);
});

test('a percentile is a value that was measured', () => {
  const values = Array.from({ length: 200 }, (_, index) => 200 - index);
  assert.deepEqual(
    [0.5, 0.99, 1].map((share) => percentile(values, share)),
    [100, 198, 200],
  );
});

test('a stamp is read with its label, its clock and what it was told', () => {
  assert.deepEqual(
    parseStamps('a 1767225600003500000 -\nb 1767225600000000000 2026-01-01T00:00:00Z\n'),
    [
      { label: 'a', atMs: start + 3.5, saidMs: null },
      { label: 'b', atMs: start, saidMs: start },
    ],
  );
});
