import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc, { property, string } from 'fast-check';
import { readWorkEnd } from './work-report.ts';

const report = { result: 'succeeded', reason: null, message: null, notBefore: null, usage: null };
const read = (fields: Readonly<Record<string, unknown>>) =>
  readWorkEnd(JSON.stringify({ ...report, ...fields }));

test('each result has its outcome; what was skipped is a silent success', () => {
  const results = ['succeeded', 'failed', 'skipped', 'deferred', 'unknown'];
  assert.deepEqual(
    results.map((result) => [read({ result })?.outcome, read({ result })?.isSilent]),
    [
      ['succeeded', false],
      ['failed', false],
      ['succeeded', true],
      ['failed', false],
      ['unknown', false],
    ],
  );
});

test('only what is deferred says until when, and only reasons that exist count', () => {
  assert.equal(read({ result: 'deferred', notBefore: 5 })?.deferredUntil, 5);
  assert.equal(read({ result: 'deferred', notBefore: 'soon' })?.deferredUntil, null);
  assert.equal(read({ notBefore: 5 })?.deferredUntil, null);
  assert.equal(read({ reason: 'rate_limited' })?.reason, 'rate_limited');
  assert.equal(read({ reason: 'made up' })?.reason, null);
  assert.equal(read({ message: 'x'.repeat(600) })?.message?.length, 500);
});

test('anything else is no report', () => {
  for (const text of ['', '{', 'null', '[]', '{"result":"toString"}', '{"result":1}'])
    assert.equal(readWorkEnd(text), null, text);
  fc.assert(property(string(), (text) => readWorkEnd(text) === null));
});
