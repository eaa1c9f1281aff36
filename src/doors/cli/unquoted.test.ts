import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quotedLine } from './unquoted.ts';

const cases = [
  {
    typed: ['0', '9', '*', '*', '1-5'],
    rest: ['./x', 'a b'],
    line: "cronkeeper add '0 9 * * 1-5' -- ./x 'a b'",
  },
  {
    typed: ['0', '9', 'a.txt', 'b', 'a.txt', 'b', '1-5'],
    rest: ['./x'],
    line: "cronkeeper add '0 9 * * 1-5' -- ./x",
  },
  {
    typed: ['30', '7', 'a', 'b', 'c', 'a', 'b', 'c', 'a', 'b', 'c'],
    rest: ['./x'],
    line: "cronkeeper add '30 7 * * *' -- ./x",
  },
  {
    typed: ['0', '9', '*', '*', 'mon-fri', 'Sum up'],
    rest: null,
    line: "cronkeeper add '0 9 * * mon-fri' 'Sum up'",
  },
  {
    typed: ['*/5', '*', '*', '*', '*'],
    rest: ['./x'],
    line: "cronkeeper add '*/5 * * * *' -- ./x",
  },
  {
    typed: ['every', 'weekday', 'at', '9am'],
    rest: ['./x'],
    line: "cronkeeper add 'every weekday at 9am' -- ./x",
  },
  { typed: ['every', '5m'], rest: ['./x'], line: "cronkeeper add 'every 5m' -- ./x" },
  { typed: ['in', '2h'], rest: null, line: "cronkeeper add 'in 2h'" },
  { typed: ['0 9 * * 1-5'], rest: ['./x'], line: null },
  { typed: ['@daily', 'Sum up my mail'], rest: null, line: null },
  { typed: ['every 5m', 'Sum up my mail'], rest: null, line: null },
  { typed: ['2026-12-01T09:00', 'Sum up'], rest: null, line: null },
] as const;
for (const { typed, rest, line } of cases) {
  test(`${typed.join(' | ')} is ${line === null ? 'one WHEN' : `answered with ${line}`}`, () => {
    assert.equal(quotedLine(typed, rest), line);
  });
}
