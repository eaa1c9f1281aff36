import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc, { property, string } from 'fast-check';
import { readTranscript, usageIn } from './transcript.ts';

const prompt = { at: 1, kind: 'prompt', agent: 'built-in', model: 'a/b', tools: [], text: 'Hi' };
const answered = {
  at: 2,
  kind: 'answered',
  step: 1,
  finish: 'stop',
  inputTokens: 5,
  outputTokens: 7,
  isEstimated: false,
};
const call = { at: 3, kind: 'call', step: 1, id: '1', tool: 'shell', input: '{}' };
const usage = {
  model: 'a/b',
  inputTokens: 9,
  outputTokens: 9,
  costMicroUsd: 3,
  toolCalls: 1,
  steps: 2,
};
const end = { at: 4, kind: 'end', result: 'succeeded', reason: null, usage };
const text = (...lines: readonly unknown[]): string =>
  lines.map((line) => JSON.stringify(line)).join('\n');

test('entries are read in order, and what nobody of ours wrote is left out', () => {
  const strange = [
    { ...prompt, tools: 'all' },
    { ...prompt, tools: ['shell', 7] },
    { ...end, usage: {} },
    { ...end, usage: 'much' },
    { at: 'x', kind: 'note', text: '' },
  ];
  const named = { ...prompt, tools: ['shell', 'fetch'] };
  const lines = readTranscript(
    `${text(prompt, 'x', null, ...strange, named, answered)}\n{"at":1,"kind":"no`,
  );
  assert.deepEqual(lines, [prompt, named, answered]);
  fc.assert(property(string(), (any) => readTranscript(any).length === 0));
});

const whole: readonly (readonly [
  line: Readonly<Record<string, unknown>>,
  optional: readonly string[],
])[] = [
  [prompt, ['model']],
  [{ at: 1, kind: 'context', from: 'gate', text: 'x' }, []],
  [{ at: 1, kind: 'text', step: 1, text: 'x' }, ['step']],
  [answered, ['step', 'finish']],
  [call, ['step', 'id']],
  [{ at: 1, kind: 'result', step: 1, id: '1', isError: false, text: 'x' }, ['step', 'id']],
  [{ at: 1, kind: 'note', text: 'x' }, []],
  [end, ['reason']],
];
for (const [line, optional] of whole) {
  test(`an entry of kind ${line['kind']} is read whole or not at all`, () => {
    assert.deepEqual(readTranscript(text(line)), [line]);
    for (const name of Object.keys(line).filter((one) => !optional.includes(one))) {
      for (const other of [undefined, []])
        if (name !== 'tools' || other === undefined)
          assert.deepEqual(readTranscript(text({ ...line, [name]: other })), [], name);
    }
  });
}

test('the end of a run is read with nothing used, or with numbers only', () => {
  const ofUsage = (changes: object) =>
    readTranscript(text({ ...end, usage: { ...usage, ...changes } }));
  assert.equal(ofUsage({ model: null, costMicroUsd: null }).length, 1);
  for (const name of ['inputTokens', 'outputTokens', 'toolCalls', 'steps'])
    assert.equal(ofUsage({ [name]: 'many' }).length, 0, name);
  assert.equal(ofUsage({ model: 7 }).length, 0);
  assert.equal(ofUsage({ costMicroUsd: 'much' }).length, 0);
});

test('what was used is what the end tells, else what the answers add up to', () => {
  const used = (...lines: readonly unknown[]) => usageIn(readTranscript(text(...lines)));
  assert.deepEqual(used(prompt, answered, end), usage);
  assert.deepEqual(used(prompt, answered, call, answered), {
    model: 'a/b',
    inputTokens: 10,
    outputTokens: 14,
    costMicroUsd: null,
    toolCalls: 1,
    steps: 2,
  });
  assert.equal(used(answered)?.model, null);
  assert.equal(used(prompt), null);
  assert.equal(used(), null);
  assert.equal(used({ ...end, usage: null }), null);
});
