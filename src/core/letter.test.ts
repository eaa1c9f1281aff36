import assert from 'node:assert/strict';
import test from 'node:test';
import { alertBytes, letterText, outputNeeded, resultBytes } from './letter.ts';

const ended = { state: 'ended', outputBytes: 10 } as const;
const result = { kind: 'result', event: 'succeeded' } as const;
const alert = { kind: 'alert', event: 'failed' } as const;

test('a result needs the beginning of the output, an alert its end', () => {
  assert.deepEqual(outputNeeded(result, ended), {
    fromByte: 0,
    maxBytes: resultBytes,
    isCut: false,
  });
  assert.deepEqual(outputNeeded(alert, ended), { fromByte: 0, maxBytes: alertBytes, isCut: false });
  const long = { state: 'ended', outputBytes: resultBytes + 1 } as const;
  assert.equal(outputNeeded(result, long)?.isCut, true);
  assert.deepEqual(outputNeeded(alert, long), {
    fromByte: resultBytes + 1 - alertBytes,
    maxBytes: alertBytes,
    isCut: true,
  });
});

test('nothing is read for what tells no output', () => {
  assert.equal(outputNeeded({ kind: 'ping', event: 'succeeded' }, ended), null);
  assert.equal(outputNeeded({ kind: 'alert', event: 'recovered' }, ended), null);
  assert.equal(outputNeeded(result, null), null);
  assert.equal(outputNeeded(result, { state: 'ended', outputBytes: null }), null);
  assert.equal(outputNeeded(result, { state: 'running', outputBytes: 5 }), null);
});

test('a result is the output as it is; an alert says first what happened', () => {
  assert.equal(letterText({ kind: 'result', text: '' }, ' x\n'), ' x\n');
  assert.equal(letterText({ kind: 'result', text: 'No words.' }, ''), 'No words.');
  assert.equal(letterText({ kind: 'alert', text: 'Exit code 3.' }, 'bad\n'), 'Exit code 3.\n\nbad');
  assert.equal(letterText({ kind: 'alert', text: 'Exit code 3.' }, ''), 'Exit code 3.');
});
