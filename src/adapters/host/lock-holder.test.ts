import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lockOf } from './lock-holder.ts';

const cases = [
  {
    name: 'the lock of a writer',
    line: '1: POSIX  ADVISORY  WRITE 27267 fe:00:2147313 120 120',
    lock: { pid: 27267, inode: 2147313 },
  },
  {
    name: 'a lock on everything',
    line: '2: POSIX  ADVISORY  WRITE 4 00:2a:7 0 EOF',
    lock: { pid: 4, inode: 7 },
  },
  { name: 'a reader', line: '3: POSIX  ADVISORY  READ 27267 fe:00:2147313 123 123', lock: null },
  {
    name: 'who copies the log into the database',
    line: '4: POSIX  ADVISORY  WRITE 27267 fe:00:2147313 121 121',
    lock: null,
  },
  { name: 'one who waits', line: '4: -> POSIX  ADVISORY  WRITE 9 fe:00:7 120 120', lock: null },
  { name: 'nothing', line: '', lock: null },
];
for (const { name, line, lock } of cases)
  test(`a line of the kernel's list of locks: ${name}`, () => assert.deepEqual(lockOf(line), lock));
