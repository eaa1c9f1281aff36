import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { makeLog, makeQuietLog } from './log.ts';

const wall = () => Date.UTC(2026, 0, 2, 9, 30);

function makeFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'log-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

type Line = {
  readonly level?: string;
  readonly event?: string;
  readonly number?: number;
  readonly error?: object;
  readonly big?: string;
};

const linesOf = (path: string): Line[] =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

test('a line is one JSON object in a file that only its owner may read', (t) => {
  const folder = makeFolder(t);
  makeLog({ folder, role: 'runner', wall }).warn('clock_step', { byMs: -5, text: 'a\nb' });
  const path = join(folder, 'runner.log');
  assert.deepEqual(linesOf(path), [
    {
      at: '2026-01-02T09:30:00.000Z',
      level: 'warn',
      event: 'clock_step',
      pid: process.pid,
      byMs: -5,
      text: 'a\nb',
    },
  ]);
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test('fields cannot forge the heading, and any value can be logged', (t) => {
  const folder = makeFolder(t);
  const circle: { self?: object } = {};
  circle.self = circle;
  const error = Object.assign(new Error('outer', { cause: new Error('inner') }), { code: 'EIO' });
  const log = makeLog({ folder, role: 'runner', wall });
  log.error('broke', { level: 'info', error, circle, big: 5n, none: undefined, call: () => 1 });
  log.error('large', { text: 'x'.repeat(1_000_000) });
  const [first, second] = linesOf(join(folder, 'runner.log'));
  assert.equal(first?.level, 'error');
  assert.partialDeepStrictEqual(first?.error, {
    message: 'outer',
    code: 'EIO',
    cause: { message: 'inner' },
  });
  assert.equal(first?.big, '5');
  assert.ok(JSON.stringify(second).length < 70_000);
});

test('the files never outgrow their bounds and the newest line is never lost', (t) => {
  const folder = makeFolder(t);
  const log = makeLog({ folder, role: 'runner', wall, limitBytes: 1_000, files: 3 });
  for (let number = 0; number < 200; number += 1) log.info('tick', { number });
  assert.deepEqual(readdirSync(folder).sort(), ['runner.log', 'runner.log.1', 'runner.log.2']);
  for (const name of readdirSync(folder)) assert.ok(statSync(join(folder, name)).size <= 1_000);
  const numbers = ['runner.log.2', 'runner.log.1', 'runner.log'].flatMap((name) =>
    linesOf(join(folder, name)).map((line) => line.number),
  );
  assert.equal(numbers.at(-1), 199);
  assert.deepEqual(
    numbers,
    numbers.map((_, index) => 200 - numbers.length + index),
  );
});

test('a file that another process moved aside is not moved again', (t) => {
  const folder = makeFolder(t);
  const log = makeLog({ folder, role: 'runner', wall, limitBytes: 300, files: 3 });
  log.info('one', { pad: 'x'.repeat(150) });
  renameSync(join(folder, 'runner.log'), join(folder, 'runner.log.1'));
  makeLog({ folder, role: 'runner', wall }).info('two');
  log.info('three', { pad: 'x'.repeat(150) });
  const events = ['runner.log.1', 'runner.log'].map((name) =>
    linesOf(join(folder, name)).map((line) => line.event),
  );
  assert.deepEqual(events, [['one'], ['two', 'three']]);
});

test('a log that cannot be written is no failure, and it goes on when it can', (t) => {
  const folder = makeFolder(t);
  const log = makeLog({ folder: join(folder, 'later'), role: 'runner', wall });
  log.info('lost');
  execFileSync('mkdir', [join(folder, 'later')]);
  log.info('kept');
  assert.equal(linesOf(join(folder, 'later', 'runner.log'))[0]?.event, 'kept');
});

test('the readable line on stderr stays one line and escapes control characters', (t) => {
  const folder = makeFolder(t);
  const program = `import { makeLog } from ${JSON.stringify(new URL('./log.ts', import.meta.url).href)};
    makeLog({ folder: process.argv[1], role: 'runner', wall: () => ${wall()}, stderr: true })
      .info('said\\u009b', { text: '\\u001b[31m\\n', job: 'report', error: new Error('no') });`;
  const script = ['--input-type=module', '-e', program, folder];
  const output = execFileSync('/bin/sh', ['-c', '"$0" "$@" 2>&1', process.execPath, ...script], {
    encoding: 'utf8',
  });
  assert.equal(output, '09:30:00 info said\\u009b text="\\u001b[31m\\n" job=report error=no\n');
});

test('the quiet log keeps nothing', () => {
  makeQuietLog().error('anything', { at: 1 });
});
