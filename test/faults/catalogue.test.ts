import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { sabotages } from '../sabotage/list.ts';

/** The catalogue in `docs/FAULTS.md` is true. */

const place = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

type Row = {
  readonly id: string;
  readonly injected: string;
  readonly happens: string;
  readonly shownBy: readonly string[];
  readonly sabotage: string;
};

const quoted = (cell: string): readonly string[] =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);

const rows: readonly Row[] = readFileSync(place('docs/FAULTS.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| F\d/.test(line))
  .map((line) => {
    const [fault = '', injected = '', happens = '', shownBy = '', sabotage = '', ...more] = line
      .slice(2, -2)
      .split(' | ');
    assert.deepEqual(more, [], line);
    const id = fault.split(' ')[0] ?? '';
    return { id, injected, happens, shownBy: quoted(shownBy), sabotage };
  });

const between = (first: number, last: number): readonly string[] =>
  Array.from({ length: last - first + 1 }, (_, index) =>
    `F${first + index}`.replace(/^F(\d)$/, 'F0$1'),
  );

const required = [
  ...between(4, 8),
  ...between(10, 14),
  ...between(18, 28),
  ...between(50, 62),
  ...between(29, 40),
  ...between(64, 66),
];
/** Where no protection of ours is involved, or a test shows the protection and nothing takes it away yet. */
const withoutSabotage = ['none of ours', 'none yet'];

test('every fault that must be there is there, once', () => {
  const ids = rows.map(({ id }) => id);
  assert.deepEqual([...new Set(ids)], ids);
  for (const id of required) assert.ok(ids.includes(id), `${id} is missing`);
});

test('at least fifty faults are injected by a script, and each says what happens', () => {
  const injected = rows.filter(({ injected: by, shownBy }) => by.length > 10 && shownBy.length > 0);
  assert.ok(injected.length >= 50, `${injected.length} faults`);
  for (const { id, happens } of rows) assert.ok(happens.length > 10, id);
});

test('every test that the page names exists and is run', () => {
  for (const { id, shownBy } of rows)
    for (const path of shownBy) {
      assert.ok(existsSync(place(path)), `${id}: there is no ${path}`);
      assert.match(path, /\.(test|slow)\.ts$/, id);
    }
});

test('every sabotage that the page names exists, and every one made for it is named', () => {
  const names = new Set(sabotages.map(({ name }) => name));
  const named = new Set<string>();
  for (const { id, sabotage } of rows) {
    const found = quoted(sabotage);
    if (required.includes(id)) assert.ok(found.length > 0, `${id} names no sabotage`);
    if (found.length === 0) assert.ok(withoutSabotage.includes(sabotage), `${id}: ${sabotage}`);
    for (const name of found) {
      assert.ok(names.has(name), `${id}: there is no sabotage "${name}"`);
      named.add(name);
    }
  }
  for (const { name, by } of sabotages)
    if (/^test\/(faults|crashes)\//.test(by.file))
      assert.ok(named.has(name), `"${name}" is not named`);
});
