import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { bugs } from './bugs.ts';

const here = import.meta.dirname;
const numbers = Object.keys(bugs);

/** The public numbers, as the bugs were listed. None of them may go. */
const listed = [
  ...[59229, 102944, 51329, 3396, 37179, 60703, 9086, 71959, 16612, 21452],
  ...[42640, 4018, 33092, 104412, 42039, 73644],
  ...[42649, 81557, 121594, 121327, 120738],
  ...[20695, 70614],
];

test('exactly the seventeen bugs are here, with all of their numbers', () => {
  assert.equal(numbers.length, 17);
  const found = numbers.flatMap((number) =>
    [...number.matchAll(/#(\d+)/g)].map(([, id]) => Number(id)),
  );
  assert.deepEqual(found.sort(), [...listed].sort());
  assert.ok(numbers.includes('Jepsen Chronos'));
});

test('each of them is told once as a story, and stands in the table of the README', () => {
  const told = globSync('*.{test,slow}.ts', { cwd: here }).flatMap((file) => {
    const text = readFileSync(join(here, file), 'utf8');
    const pattern =
      /(?:^peerBug\('|^const name = `)((?:Hermes|OpenClaw|k8s|Airflow|Jepsen)[^':]*)/gm;
    return [...text.matchAll(pattern)].map(([, number]) => number);
  });
  assert.deepEqual(told.sort(), [...numbers].sort());
  const rows = readFileSync(join(here, 'README.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| '));
  for (const number of numbers)
    assert.equal(rows.filter((row) => row.startsWith(`| ${number} |`)).length, 1, number);
});
