import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseProcessStat } from './process-stat.ts';

const stat = (name: string, state: string, start: string) =>
  `812 (${name}) ${state} 1 812 812 0 -1 4194560 9 0 0 0 1 2 3 4 20 0 1 0 ${start} 99 88 77`;

test('the start mark is found after the last parenthesis, whatever the command is called', () => {
  for (const comm of ['node', 'a) b (c', ') S 1 2 3', '((', 'tmux: server'])
    assert.deepEqual(parseProcessStat(stat(comm, 'S', '4711')), {
      comm,
      parent: 1,
      startMark: '4711',
      ended: false,
    });
  for (const state of ['Z', 'X'])
    assert.equal(parseProcessStat(stat('x', state, '1'))?.ended, true);
});

test('what is no such line tells nothing', () => {
  for (const text of ['812 (node', '', '812 node) (S', '812 (node) S 1 2', stat('x', 'S', 'soon')])
    assert.equal(parseProcessStat(text), null);
});
