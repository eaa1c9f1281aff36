import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import type { Clock } from '../../ports/clock.ts';
import { followOutput, readOutput } from './output.ts';

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

test('following misses nothing that was written before the end', async () => {
  const path = join(folder, '9/output.log');
  const steps = ['+a', '+b'];
  const clock: Clock = {
    now: () => ({ wall: 0, boot: 0 }),
    sleep() {
      appendFileSync(path, steps.shift() ?? '');
      return Promise.resolve();
    },
  };
  const isOver = (): Promise<boolean> => {
    if (steps.length > 0) return Promise.resolve(false);
    appendFileSync(path, '+last');
    return Promise.resolve(true);
  };
  const source = { home, runId, attempt: 9 };
  const parts: Uint8Array[] = [];
  const { signal } = new AbortController();
  for await (const part of followOutput(source, isOver, clock, signal)) parts.push(part);
  assert.equal(Buffer.concat(parts).toString(), 'nine+a+b+last');
});

test('following ends when it is told to', async () => {
  const stop = new AbortController();
  const clock: Clock = {
    now: () => ({ wall: 0, boot: 0 }),
    sleep: () => Promise.resolve(stop.abort()),
  };
  const never = (): Promise<boolean> => Promise.resolve(false);
  const parts: number[] = [];
  for await (const part of followOutput({ home, runId, attempt: 10 }, never, clock, stop.signal)) {
    parts.push(part.length);
  }
  assert.deepEqual(parts, [3]);
});
