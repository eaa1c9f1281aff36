import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearestNames } from './near-names.ts';

const cases: readonly (readonly [string, string, readonly string[], readonly string[]])[] = [
  ['a letter replaced', 'repost', ['report', 'backup'], ['report']],
  ['a letter missing', 'reprt', ['report'], ['report']],
  ['a letter too many', 'reeport', ['report'], ['report']],
  ['two of six letters may be wrong', 'rexxrt', ['report'], ['report']],
  ['three of six may not', 'rexxxt', ['report'], []],
  ['one of two letters may be wrong', 'ab', ['ac'], ['ac']],
  ['two of two may not', 'ab', ['xy'], []],
  ['letters exchanged count twice', 'ba', ['ab'], []],
  [
    'three letters that begin a name',
    'dai',
    ['daily-report-of-the-whole-house'],
    ['daily-report-of-the-whole-house'],
  ],
  ['two letters that begin a name do not', 'da', ['daily-report'], []],
  ['case and spaces around do not matter', '  DAILY ', ['Daily'], ['Daily']],
  ['nothing typed', '   ', ['a', 'b'], []],
  [
    'the nearest first, then by letters',
    'report',
    ['repore', 'repora', 'report'],
    ['report', 'repora', 'repore'],
  ],
  ['three at most', 'aaaa', ['aaab', 'aaac', 'aaad', 'aaae'], ['aaab', 'aaac', 'aaad']],
  ['each once', 'aaaa', ['aaab', 'aaab'], ['aaab']],
  ['four of six', 'sitting', ['kitten'], []],
  ['three of nine', 'saturdxxx', ['saturdays'], ['saturdays']],
];
for (const [name, typed, names, expected] of cases) {
  test(`near names: ${name}`, () => assert.deepEqual(nearestNames(typed, names), expected));
}

test('only the first eighty letters are compared, so a long text costs little', () => {
  assert.deepEqual(nearestNames(`${'a'.repeat(80)}bbb`, [`${'a'.repeat(80)}ccc`]), [
    `${'a'.repeat(80)}ccc`,
  ]);
  const far = `${'a'.repeat(52)}${'b'.repeat(27)}`;
  assert.deepEqual(nearestNames(`${'a'.repeat(52)}${'c'.repeat(28)}`, [far]), []);
});
