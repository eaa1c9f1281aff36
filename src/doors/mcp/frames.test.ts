import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { onlyMessages } from './frames.ts';

const limitBytes = 200;

/** Feeds the text in pieces; answers the lines that came through and the codes of the faults. */
function feed(text: string | Buffer, pieceBytes = 7): { passed: string[]; faults: number[] } {
  const faults: number[] = [];
  const lines = onlyMessages(limitBytes, ({ code }) => faults.push(code));
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += pieceBytes)
    lines.write(bytes.subarray(at, at + pieceBytes));
  const passed = String(lines.read() ?? '');
  return { passed: passed.split('\n').filter((line) => line !== ''), faults };
}

const question = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
const parseError = -32_700;
const invalidRequest = -32_600;
const cases = [
  { name: 'a message', text: `${question}\n`, passed: 1, faults: [] },
  { name: 'a message that ends as on Windows', text: `${question}\r\n`, passed: 1, faults: [] },
  { name: 'two messages at once', text: `${question}\n${question}\n`, passed: 2, faults: [] },
  { name: 'an empty line', text: '\n  \n', passed: 0, faults: [] },
  { name: 'words', text: 'hello\n', passed: 0, faults: [parseError] },
  { name: 'half a message', text: `${question.slice(0, 20)}\n`, passed: 0, faults: [parseError] },
  { name: 'JSON of something else', text: '{"id":1}\n', passed: 0, faults: [invalidRequest] },
  { name: 'a batch', text: `[${question}]\n`, passed: 0, faults: [invalidRequest] },
  { name: 'a number', text: '7\n', passed: 0, faults: [invalidRequest] },
  { name: 'a line too long', text: `${'x'.repeat(900)}\n`, passed: 0, faults: [invalidRequest] },
  { name: 'an unfinished line', text: question, passed: 0, faults: [] },
];
for (const { name, text, passed, faults } of cases)
  test(`${name}: ${passed} let through, faults ${JSON.stringify(faults)}`, () => {
    const seen = feed(text);
    assert.deepEqual(seen, { passed: Array(passed).fill(question), faults });
    const { passed: after } = feed(`${text}\n${question}\n`);
    assert.equal(after.at(-1), question, 'what follows is let through');
  });

test('a message is let through whole, however it is cut and whatever stands before it', () => {
  const noise = fc.uint8Array({ maxLength: 400 }).map((bytes) => bytes.filter((one) => one !== 10));
  fc.assert(
    fc.property(noise, fc.integer({ min: 1, max: 64 }), (bytes, pieceBytes) => {
      const text = Buffer.concat([bytes, Buffer.from(`\n${question}\n`)]);
      assert.equal(feed(text, pieceBytes).passed.at(-1), question);
    }),
  );
});
