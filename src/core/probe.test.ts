import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Action } from './job.ts';
import { commandLookOf, firstWordOf, pathsOf } from './probe.ts';

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

const call: Action = {
  kind: 'http',
  method: 'POST',
  url: 'https://example.org/hook',
  headers: { authorization: 'Bearer x' },
  body: 'secret',
  expect: '2xx',
  allow: [],
  maxBytes: 1,
};
const lookOf = (action: Action, env: Readonly<Record<string, string>> = {}) =>
  commandLookOf({ action, cwd: '/srv/job', env });
const command = (argv: readonly string[], shell = false): Action => ({
  kind: 'command',
  argv,
  shell,
});
const none = { program: '/bin/sh', word: null, cwd: '/srv/job', path: null };

test('what a command begins with can be looked at before it is a job', () => {
  assert.deepEqual(lookOf(command(['report', 'x'])), { ...none, program: 'report' });
  assert.deepEqual(lookOf(command([])), { ...none, program: '' });
  assert.deepEqual(lookOf(command(['report --all'], true)), { ...none, word: 'report' });
  assert.deepEqual(lookOf(command(['one; two'], true)), none);
  assert.deepEqual(lookOf(call), none, 'of work that is ours only the folder is looked at');
  assert.deepEqual(lookOf(command(['x']), { PATH: '/opt' }), {
    ...none,
    program: 'x',
    path: '/opt',
  });
  assert.equal(lookOf(command(['x']), { PATH: `\${secret:PLACE}` }), null);
});

test('the folder and what is named by a path must be there, whatever the PATH', () => {
  assert.deepEqual(pathsOf({ ...none, program: 'report' }), ['/srv/job']);
  assert.deepEqual(pathsOf({ ...none, program: './report' }), ['/srv/job', '/srv/job/./report']);
  assert.deepEqual(pathsOf({ ...none, word: '/opt/report' }), [
    '/srv/job',
    '/bin/sh',
    '/opt/report',
  ]);
});
