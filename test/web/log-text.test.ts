import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type LogLine, openLog } from '../../web/pages/run/log/log-text.ts';

const read = (text: string): readonly LogLine[] => {
  const log = openLog();
  const lines = log.take(new TextEncoder().encode(text));
  const rest = log.rest();
  return rest === null ? lines : [...lines, rest];
};
const words = (text: string): readonly string[] => read(text).map((line) => line.text);
const looks = (text: string): readonly (readonly [string, string])[][] =>
  read(text).map(({ pieces }) => pieces.map((piece) => [piece.text, piece.look] as const));

test('colours last over lines until they are taken back', () => {
  assert.deepEqual(looks('a\u001b[31mred\nstill\u001b[0m plain\nplain\n'), [
    [
      ['a', ''],
      ['red', 'text-bad'],
    ],
    [
      ['still', 'text-bad'],
      [' plain', ''],
    ],
    [['plain', '']],
  ]);
});

test('every palette comes down to colours that can be read', () => {
  assert.deepEqual(looks('\u001b[38;5;196mx'), [[['x', 'text-bad']]]);
  assert.deepEqual(looks('\u001b[38;2;10;200;30mx'), [[['x', 'text-good']]]);
  assert.deepEqual(looks('\u001b[97mx'), [[['x', '']]]);
  assert.deepEqual(looks('\u001b[31;41mx'), [[['x', 'bg-bad/25']]]);
  assert.deepEqual(looks('\u001b[7mx\n'), [[['x', 'bg-line']]]);
});

for (const { name, text, shown } of [
  { name: 'markup', text: '<img src=x onerror=alert(1)>', shown: '<img src=x onerror=alert(1)>' },
  { name: 'a title', text: '\u001b]0;evil\u0007after', shown: 'after' },
  { name: 'a link', text: '\u001b]8;;javascript:x\u001b\\here\u001b]8;;\u001b\\', shown: 'here' },
  { name: 'moves of the cursor', text: '\u001b[2J\u001b[1;1Hhere\u001b[?25l', shown: 'here' },
  { name: 'a colour written with colons', text: '\u001b[38:2::1:2:3mhere', shown: 'here' },
  { name: 'an order of letters turned round', text: 'a\u202eb', shown: 'a‹202E›b' },
  { name: 'what has no shape', text: 'a\u0000b\u200bc', shown: 'a‹0000›b‹200B›c' },
  { name: 'a bar of progress', text: '10%\r50%\r100%\r', shown: '100%' },
  { name: 'a sequence that was cut off', text: 'here\u001b[3', shown: 'here' },
]) {
  test(`output cannot do more than show text: ${name}`, () => {
    assert.deepEqual(words(text), [shown]);
    for (const { pieces } of read(text)) {
      for (const { look } of pieces) assert.match(look, /^[\w\-/[\](),#: ]*$/);
    }
  });
}

test('a letter that lies on the border of two reads is one letter', () => {
  const log = openLog();
  const bytes = new TextEncoder().encode('grün\n');
  assert.deepEqual(log.take(bytes.slice(0, 3)), []);
  assert.equal(log.take(bytes.slice(3))[0]?.text, 'grün');
});

test('a line without end is cut, and a thousand colours on it cost no more than their letters', () => {
  assert.deepEqual(
    read('x'.repeat(9_000)).map(({ text }) => text.length),
    [4_000, 4_000, 1_000],
  );
  const [line] = read(`${'\u001b[1m'.repeat(900)}bold\n`);
  assert.deepEqual(line?.pieces, [{ text: 'bold', look: 'font-semibold' }]);
});
