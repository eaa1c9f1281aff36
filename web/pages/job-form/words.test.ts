import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { joinWords, looksLikeShell, splitWords } from './words.ts';

const cases: readonly (readonly [text: string, words: readonly string[]])[] = [
  ['./report.sh --all', ['./report.sh', '--all']],
  ['  spaced\tout \n', ['spaced', 'out']],
  ['claude -p "Write the report"', ['claude', '-p', 'Write the report']],
  [`say 'it is "so"' "it's"`, ['say', 'it is "so"', "it's"]],
  [String.raw`a\ b c\"d "e\"f" 'g\h'`, ['a b', 'c"d', 'e"f', String.raw`g\h`]],
  [`x '' ""`, ['x', '', '']],
  [`--name='a b'c`, ['--name=a bc']],
  ['', []],
];
for (const [text, words] of cases) {
  test(`the command ${JSON.stringify(text)} has ${words.length} words`, () =>
    assert.deepEqual(splitWords(text), { kind: 'words', words }));
}

test('a quote that was not closed is no command yet', () => {
  assert.deepEqual(splitWords(`say "it`), { kind: 'open-quote' });
});

test('words that are shown can be typed again', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'binary', maxLength: 12 }), { maxLength: 5 }),
      (words) => {
        assert.deepEqual(splitWords(joinWords(words)), { kind: 'words', words });
      },
    ),
  );
});

test('signs of a shell are noticed where a shell would see them', () => {
  for (const text of ['a | b', 'a > f', 'echo $HOME', 'ls *.txt', 'a; b', 'cd ~/x'])
    assert.ok(looksLikeShell(text), text);
  for (const text of ['./a.sh --x=1', `say 'a | b'`, 'say "a; b"', 'mail a@b.example'])
    assert.ok(!looksLikeShell(text), text);
});
