import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstWordOf } from './probe.ts';

const cases = [
  ['backup.sh', 'backup.sh'],
  ['  /opt/bin/backup --all >/dev/null 2>&1', '/opt/bin/backup'],
  ['report >> log 2>> errors', 'report'],
  ['echo $HOME "a word"', 'echo'],
  ['one; two', null],
  ['one || two', null],
  ['one && two', null],
  ['one | two', null],
  ['one &', null],
  ['echo $(date)', null],
  ['echo `date`', null],
  ['(one)', null],
  ['{ one', null],
  ['X=1 one', null],
  ['"quoted program" x', null],
  ['one\ntwo', null],
  ['$PROGRAM', null],
  ['', null],
] as const;
for (const [line, word] of cases) {
  test(`the line ${JSON.stringify(line)} depends on ${word ?? 'more than its first word'}`, () =>
    assert.equal(firstWordOf(line), word));
}
