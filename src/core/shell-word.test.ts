import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crontabLine, shellLine } from './shell-word.ts';

test('words are taken literally by a shell, and bare where they need no quotes', () =>
  assert.equal(
    shellLine(['echo', '/tmp/a-b.c', 'two words', "it's", '']),
    `echo /tmp/a-b.c 'two words' 'it'\\''s' ''`,
  ));

test('in a crontab a percent sign is escaped, and a line break has no place', () => {
  assert.equal(crontabLine('* * * * *', ['date', '+%H']), `* * * * * date +\\%H`);
  assert.equal(crontabLine('* * * * *', ['echo', 'a\nb']), null);
});
