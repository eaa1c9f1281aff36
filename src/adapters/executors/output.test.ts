import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { readOutput } from './output.ts';

const home = mkdtempSync(join(tmpdir(), 'cronkeeper-output-'));
after(() => rmSync(home, { recursive: true, force: true }));
const runId = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const folder = join(home, 'runs', runId);
mkdirSync(join(folder, '10'), { recursive: true });
mkdirSync(join(folder, '9'));
writeFileSync(join(folder, 'output.log'), Buffer.from([0, 255, 1, 2]));
writeFileSync(join(folder, '9/output.log'), 'nine');
writeFileSync(join(folder, '10/output.log'), 'ten');

const all = { fromByte: 0, maxBytes: 100 };
const read = async (attempt: number | null, range = all): Promise<number[] | null> => {
  const part = await readOutput(home, runId, attempt, range);
  return part === null ? null : [...part.bytes, part.next];
};

test('output is read raw, in parts', async () => {
  assert.deepEqual(await read(1), [0, 255, 1, 2, 4]);
  assert.deepEqual(await read(1, { fromByte: 1, maxBytes: 2 }), [255, 1, 3]);
  assert.deepEqual(await read(1, { fromByte: 4, maxBytes: 2 }), [4]);
  assert.deepEqual(await read(1, { fromByte: 9, maxBytes: 2 }), [9]);
});

test('the newest attempt is the one with the greatest number', async () => {
  assert.deepEqual(await read(null), await read(10));
});

test('a link or a pipe in the place of the output is neither followed nor waited for', async () => {
  const path = join(folder, '4/output.log');
  mkdirSync(join(folder, '4'));
  symlinkSync('../output.log', path);
  assert.equal(await read(4), null);
  rmSync(path);
  execFileSync('mkfifo', [path]);
  assert.equal(await read(4), null);
});

test('no output is told apart from empty output', async () => {
  assert.equal(await read(3), null);
  assert.equal(await readOutput(home, `${runId.slice(0, 25)}X`, null, all), null);
});
