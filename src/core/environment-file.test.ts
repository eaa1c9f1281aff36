import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc, { property, string } from 'fast-check';
import { readEnvironment } from './environment-file.ts';

const good: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['', {}],
  ['# nothing\n\n   \n', {}],
  ['A=1\nB=2\r\nA=3', { A: '3', B: '2' }],
  ['  export PATH = /opt/bin:/usr/bin  ', { PATH: '/opt/bin:/usr/bin' }],
  ["A='two  words # and $this'", { A: 'two  words # and $this' }],
  ['A="a \\"b\\" \\\\ \\n\\t$c"', { A: 'a "b" \\ \n\t$c' }],
  ['A=', { A: '' }],
  ['A=b=c', { A: 'b=c' }],
  ['A=x # no comment', { A: 'x # no comment' }],
];
for (const [text, names] of good) {
  test(`an environment file is read: ${JSON.stringify(text)}`, () =>
    assert.deepEqual(readEnvironment(text), { kind: 'read', names }));
}

const bad: readonly (readonly [string, number])[] = [
  ['PATH', 1],
  ['A=1\n\n=2', 3],
  ['1A=2', 1],
  ['CRONKEEPER_EPOCH=9', 1],
  ['A B=2', 1],
  ["A='b", 1],
  ['A="b" c', 1],
  ['A="b\\"', 1],
];
for (const [text, line] of bad) {
  test(`an environment file is refused with its line: ${JSON.stringify(text)}`, () => {
    const read = readEnvironment(text);
    assert.equal(read.kind === 'bad' && read.line, line);
  });
}

test('whatever is written in double quotes is read as it was', () => {
  fc.assert(
    property(string({ unit: 'binary' }), (value) => {
      const written = value.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n');
      if (/\r/.test(value)) return;
      assert.deepEqual(readEnvironment(`A="${written}"`), { kind: 'read', names: { A: value } });
    }),
  );
});
