import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSentence } from './assistant.ts';
import { type SentenceContext, sentenceExamples } from './assistant-sentence.ts';
import { loadInstantReader } from './natural-language.ts';

const context: SentenceContext = {
  now: Date.UTC(2026, 10, 22, 9),
  zone: 'UTC',
  readInstant: await loadInstantReader(),
  jobs: [{ id: 'J1', name: 'backup' }],
};

test('every example that a person is given is understood', () => {
  const sentences = sentenceExamples.flatMap((each) => each.replace(/ \(.*\)$/, '').split(', '));
  assert.ok(sentences.length >= 9);
  const kinds = sentences.map((each) => {
    const sentence = readSentence(each, context);
    assert.equal(sentence.kind, 'intent', each);
    return sentence.kind === 'intent' ? sentence.intent.kind : '';
  });
  assert.deepEqual([...new Set(kinds)].sort(), [
    'create',
    'list',
    'pause',
    'remove',
    'resume',
    'run',
    'status',
    'tonight',
  ]);
});
