import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crontabLine, shellLine } from './shell-word.ts';

test('a word is bare where a shell takes it as it is, and quoted where it does not', () => {
  assert.equal(shellLine(['/bin/x', "it's", '$(y)', '']), "/bin/x 'it'\\''s' '$(y)' ''");
});

test('a line for crontab escapes what would begin the input of the command', () => {
  assert.equal(crontabLine('* * * * *', ['date', '+%F']), '* * * * * date +\\%F');
});

test('a command with a line break has no line for crontab', () => {
  assert.equal(crontabLine('* * * * *', ['x', 'a\nb']), null);
});
