import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { parse } from 'yaml';
import { readConfigFile, writeConfigFile } from './config-file.ts';
import { makeDocuments } from './documents.ts';

const documents = makeDocuments();

test('a value knows its place', async () => {
  const read = await documents.read(
    'version: 1\njobs:\n  - name: a\n    when: daily\n    wen: x\n',
  );
  assert.ok(read.kind === 'read');
  assert.deepEqual(read.placeOf(['jobs', 0, 'when']), { line: 4, column: 11 });
  assert.deepEqual(read.placeOf(['jobs', 0, 'nothing']), { line: 3, column: 5 });
});

test('a map or list is found at its key, where a person looks for it', async () => {
  const read = await documents.read('version: 1\njobs:\n  - name: a\n    more:\n      deep: x\n');
  assert.ok(read.kind === 'read');
  assert.deepEqual(read.placeOf(['jobs', 0, 'more']), { line: 4, column: 5 });
  assert.deepEqual(read.placeOf(['jobs']), { line: 2, column: 1 });
  assert.deepEqual(read.placeOf(['jobs', 0]), { line: 3, column: 5 });
});

for (const [name, text, line] of [
  ['a duplicate key', 'a: 1\na: 2\n', 2],
  ['broken text', 'a: [1\nb: 2\n', 2],
  ['a duplicate key in JSON', '{"a": 1,\n "b": [{"c": 1, "c": 2}]}', 2],
  ['a duplicate key in JSON, written in two ways', '{"a": 1,\n "\\u0061": 2}', 2],
  ['broken JSON', '{"a": 1,\n "b": ]}', 2],
  ['an alias in what begins as JSON', '{"a": &x 1,\n "b": *x}', 2],
  ['an alias', 'a: &x 1\nb: *x\n', 2],
] as const) {
  test(`${name} is an error with its line`, async () => {
    const read = await documents.read(text);
    assert.ok(read.kind === 'broken');
    assert.equal(read.place.line, line);
  });
}

test('a value of JSON knows its place', async () => {
  const read = await documents.read(
    '{"version": 1,\n "jobs": [\n  {"name": "a", "when": "daily"}]}',
  );
  assert.ok(read.kind === 'read');
  assert.deepEqual(read.placeOf(['jobs', 0, 'when']), { line: 3, column: 25 });
  assert.deepEqual(read.placeOf(['jobs', 0, 'nothing']), { line: 3, column: 3 });
});

test('JSON means what it means as YAML', async () => {
  const spaces = fc.constantFrom('', ' ', '\t', '   ');
  await fc.assert(
    fc.asyncProperty(fc.jsonValue({ noUnicodeString: false }), spaces, async (value, space) => {
      const text = JSON.stringify(value, null, space);
      const read = await documents.read(text);
      assert.ok(read.kind === 'read');
      assert.deepEqual(read.value, parse(text));
    }),
  );
});

test('JSON nested deeper than calls may be has no duplicate keys either', async () => {
  const deep = 20_000;
  const read = await documents.read(`${'[{"a":'.repeat(deep)}1${'}]'.repeat(deep)}`);
  assert.equal(read.kind, 'read');
});

test('what is written is read back as the same value', async () => {
  const value = {
    version: 1,
    jobs: [{ name: '- x: "y" #', when: '0 9 * * *', command: ['a b', ''] }],
  };
  const read = await documents.read(await documents.write(value));
  assert.ok(read.kind === 'read');
  assert.deepEqual(read.value, value);
});

test('setting a value keeps comments and the other values', () => {
  const folder = mkdtempSync(join(tmpdir(), 'config-'));
  const path = join(folder, 'config.yaml');
  writeFileSync(path, '# mine\nkeepRuns: 5 # few\nzone: UTC\n');
  writeConfigFile(path, 'keepRuns', 7);
  writeConfigFile(path, 'zone', null);
  assert.equal(readFileSync(path, 'utf8'), '# mine\nkeepRuns: 7 # few\n');
  assert.deepEqual([...readConfigFile(path)], [['keepRuns', 7]]);
  rmSync(folder, { recursive: true });
});
