import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readChange } from './assistant-changes.ts';
import type { Doubt, JobVerb, SentenceContext } from './assistant-sentence.ts';

const jobs = [
  'backup',
  'audit',
  'Italy',
  'nightly task runner',
  'feed the cat',
  'old job list',
  'mail',
  'mall',
].map((name) => ({ id: name.replaceAll(' ', '-'), name }));
const context: SentenceContext = { now: 0, zone: 'UTC', readInstant: () => null, jobs };

const verbs: readonly (readonly [verb: JobVerb, words: readonly string[]])[] = [
  ['pause', ['pause', 'suspend', 'hold', 'disable', 'stop', 'halt', 'turn off', 'switch off']],
  ['resume', ['resume', 'unpause', 'continue', 'enable', 're-enable', 'reenable', 'turn on']],
  ['run', ['run', 'trigger', 'fire', 'execute', 'launch', 'kick off']],
  ['remove', ['remove', 'delete', 'cancel', 'drop', 'get rid of', 'rm', 'erase']],
];
describe('a verb', () => {
  for (const [verb, words] of verbs) {
    for (const word of words) {
      test(`"${word}" with a job means ${verb}, in whatever case`, () => {
        for (const sentence of [`${word} backup`, `${word} backup`.toUpperCase()])
          assert.deepEqual(readChange(sentence, context), {
            kind: 'intent',
            intent: { kind: verb, jobId: 'backup' },
          });
      });
      test(`"${word}" after a "not" means nothing`, () =>
        assert.equal(readChange(`do not ${word} backup`, context), null));
    }
  }
});

const targets = [
  ['the job backup', 'backup'],
  ['job backup', 'backup'],
  ['task backup', 'backup'],
  ['my cron job called backup', 'backup'],
  ['THE CRONJOB BACKUP', 'backup'],
  ['backup job again', 'backup'],
  ['MY BACKUP REMINDER', 'backup'],
  ['the job called " backup "', 'backup'],
  ['`backup`', 'backup'],
  ['reminding me backup', 'backup'],
  ['REMINDING ME TO backup', 'backup'],
  // Names that hold what is otherwise taken off, or means all jobs.
  ['audit', 'audit'],
  ['Italy', 'Italy'],
  ['nightly task runner', 'nightly-task-runner'],
  ['feed the cat', 'feed-the-cat'],
  ['old job list', 'old-job-list'],
] as const;
describe('a job', () => {
  for (const [words, jobId] of targets) {
    test(`is found as ${JSON.stringify(words)}`, () =>
      assert.deepEqual(readChange(`remove ${words}`, context), {
        kind: 'intent',
        intent: { kind: 'remove', jobId },
      }));
  }

  for (const word of ['now', 'right now', 'once', 'immediately', 'AT ONCE', 'now once']) {
    test(`is run without "${word}" in its name`, () =>
      assert.deepEqual(readChange(`run backup ${word}`, context), {
        kind: 'intent',
        intent: { kind: 'run', jobId: 'backup' },
      }));
  }
});

const asked: readonly (readonly [sentence: string, doubt: Doubt, says: RegExp])[] = [
  ...[
    'all',
    'ALL',
    'every job',
    'all jobs',
    'all of the jobs',
    'all my reminders',
    'the tasks',
    'jobs',
    'them',
    'the task everything',
    'reminding me of everything',
  ].map(
    (words) => [`pause ${words}`, 'several', /I pause one job at a time.*"pause NAME"/] as const,
  ),
  ['pause backup; resume audit', 'several', /"pause backup", then/],
  ['pause backup. resume audit', 'several', /"pause backup", then/],
  ['pause backup, then resume audit', 'several', /"pause backup", then/],
  ['pause backup AND RESUME AUDIT', 'several', /"pause backup", then/],
  ['pause backup and audit plus Italy', 'several', /"pause backup", then/],
  ['pause backup and make tea', 'which-job', /no job "backup and make tea" to pause/],
  ['pause backup and run ./x', 'which-job', /to pause/],
  ['pause backup and make tea and audit', 'which-job', /to pause/],
  ['pause bakcup', 'which-job', /Did you mean "backup"\?$/],
  ['pause maill', 'which-job', /Did you mean "mail" or "mall"\?$/],
  ['pause the moon', 'which-job', /no job "moon" to pause\. Which one do you mean\? "list" shows/],
  [`pause ${'x'.repeat(90)}`, 'which-job', /no job "x{80}" to/],
  ['remove nightly', 'which-job', /"nightly task runner"\? .* say "remove nightly task runner"/],
  ['start backup', 'which-job', /"backup" to run once now.*"run backup" or "resume backup"/],
  ['RESTART BACKUP', 'which-job', /"run backup" or "resume backup"/],
  ['pause ./backup.sh', 'which-job', /to pause/],
  ['run the moon', 'which-job', /to run/],
  ['resume backup until tomorrow', 'condition', /resume "backup" only now.*"resume backup"/],
  ['PAUSE BACKUP IF IT RAINS', 'condition', /pause "backup" only now/],
];
describe('a change', () => {
  for (const [sentence, doubt, says] of asked) {
    test(`is asked back for ${JSON.stringify(sentence.slice(0, 60))}`, () => {
      const read = readChange(sentence, context);
      assert.ok(read?.kind === 'question', JSON.stringify(read));
      assert.equal(read.doubt, doubt);
      assert.match(read.text, says);
    });
  }

  for (const sentence of [
    'run ./x',
    'run `make test`',
    'start ./x',
    'never start backup',
    'start',
  ]) {
    test(`of a job that is there is not what ${JSON.stringify(sentence)} wants`, () =>
      assert.equal(readChange(sentence, context), null));
  }

  test('of one of five jobs names all five, and no more', () => {
    const five = Array.from({ length: 5 }, (_, index) => ({ id: `J${index}`, name: `x ${index}` }));
    const read = readChange('pause x', { ...context, jobs: five });
    assert.match(read?.kind === 'question' ? read.text : '', /"x 4" \(J4\)\? Say "pause J0"\.$/);
  });
});
