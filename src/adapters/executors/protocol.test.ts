import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import test from 'node:test';
import fc, { array, dictionary, nat, option, property, string } from 'fast-check';
import { lineLimit, readLines } from './lines.ts';
import { type FromStarter, parseFromStarter, parseToStarter, type ToStarter } from './protocol.ts';

const key = { runId: '01ARZ3NDEKTSV4RRFFQ69G5FAV', number: 2 };
const text = string({ unit: 'binary' });

test('an order arrives as it was given', () => {
  fc.assert(
    property(
      array(text),
      dictionary(text, text),
      text,
      nat(),
      option(text),
      (argv, env, cwd, ms, work) => {
        const hidden = argv.map((value) => ({ name: 'A', value }));
        const limits = { timeoutMs: ms, noOutputTimeoutMs: null, outputLimit: ms, hidden, work };
        const said: ToStarter = {
          kind: 'prepare',
          id: 1,
          order: { key, argv, env, cwd, ...limits },
          wrapper: ms % 2 === 0 ? ms : null,
        };
        const heard = parseToStarter(JSON.stringify(said));
        assert.equal(JSON.stringify(heard), JSON.stringify(said));
      },
    ),
  );
});

test('every other message arrives as it was said', () => {
  const requirement = { kind: 'readable', path: '/a\nb' } as const;
  const toStarter: readonly ToStarter[] = [
    { kind: 'go', key, deadlineBootMs: 5, wall: 6 },
    { kind: 'abandon', key },
    { kind: 'expect', count: 20 },
    {
      kind: 'stay',
      left: [
        {
          key,
          process: { machineId: 'm', bootId: 'b', pidNamespace: '1', pid: 2, startMark: '3' },
        },
      ],
    },
    { kind: 'probe', id: 3, requirement, env: { A: '' }, cwd: '/' },
    { kind: 'probe', id: 3, requirement: { kind: 'command', command: 'x' }, env: {}, cwd: '/' },
    { kind: 'probe', id: 3, requirement: { kind: 'program', program: 'x' }, env: {}, cwd: '/' },
  ];
  for (const said of toStarter) assert.deepEqual(parseToStarter(JSON.stringify(said)), said);
  const fromStarter: readonly FromStarter[] = [
    { kind: 'spare', pid: 2 },
    { kind: 'spent', pid: 2 },
    { kind: 'waiting', id: 1, pid: 2 },
    { kind: 'failed', id: 1, reason: 'start_failed', message: 'm' },
    { kind: 'began', key, startedAt: 1 },
    { kind: 'gone', key, hasBegun: true },
    { kind: 'gone', key, hasBegun: false },
    { kind: 'staying' },
    { kind: 'probed', id: 1, unmet: null },
    { kind: 'probed', id: 1, unmet: 'why' },
  ];
  for (const said of fromStarter) assert.deepEqual(parseFromStarter(JSON.stringify(said)), said);
});

test('what no side would say is refused', () => {
  for (const line of [
    '',
    '1',
    '[]',
    'null',
    '{}',
    '{"kind":"go"}',
    '{"kind":"waiting","id":"1"}',
  ]) {
    assert.throws(() => parseToStarter(line));
    assert.throws(() => parseFromStarter(line));
  }
});

test('lines are told apart however the bytes are cut', async () => {
  const bytes = Buffer.from('one\nzwölf\n\n{"a":"𐀀"}\nrest');
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    const stream = new PassThrough();
    const lines: string[] = [];
    readLines(stream, (line) => lines.push(line));
    stream.write(bytes.subarray(0, cut));
    stream.write(bytes.subarray(cut));
    const ended = new Promise((resolve) => stream.on('end', resolve));
    stream.end();
    await ended;
    assert.deepEqual(lines, ['one', 'zwölf', '', '{"a":"𐀀"}']);
  }
});

test('a line without an end does not fill the memory', async () => {
  const stream = new PassThrough();
  readLines(stream, () => {});
  const failed = new Promise((resolve) => stream.on('error', resolve));
  for (let said = 0; said <= lineLimit; said += 1024 * 1024)
    stream.write(Buffer.alloc(1024 * 1024));
  stream.write('x');
  assert.match(String(await failed), /longer than its limit/);
});
