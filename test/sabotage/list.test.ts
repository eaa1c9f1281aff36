import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { sabotages } from './list.ts';
import { sabotaged } from './sabotage.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('each sabotage has a name of its own, and a test that is there', () => {
  assert.equal(new Set(sabotages.map(({ name }) => name)).size, sabotages.length);
  for (const { name, by } of sabotages) assert.ok(existsSync(`${root}${by.file}`), name);
});

test('what each sabotage takes away stands in its file once', () => {
  for (const sabotage of sabotages) {
    const text = readFileSync(`${root}${sabotage.file}`, 'utf8');
    assert.notEqual(sabotaged(sabotage, text), text, sabotage.name);
  }
});
