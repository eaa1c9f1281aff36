import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readCreation } from './assistant-creation.ts';
import type { Doubt, Intent, SentenceContext } from './assistant-sentence.ts';
import { loadInstantReader } from './natural-language.ts';

/** Sunday, 22 November 2026, 10:00 in Berlin. */
const context: SentenceContext = {
  now: Date.UTC(2026, 10, 22, 9),
  zone: 'Europe/Berlin',
  readInstant: await loadInstantReader(),
  jobs: [{ id: 'J1', name: 'backup' }],
};

type Created = Extract<Intent, { kind: 'create' }>;

function created(sentence: string): Created {
  const read = readCreation(sentence, context);
  assert.ok(read?.kind === 'intent' && read.intent.kind === 'create', JSON.stringify(read));
  return read.intent;
}

function asked(sentence: string): readonly [Doubt, string] {
  const read = readCreation(sentence, context);
  assert.ok(read?.kind === 'question', JSON.stringify(read));
  return [read.doubt, read.text];
}

const reminders: readonly (readonly [sentence: string, when: string, text: string])[] = [
  ['set reminder in 5 minutes to eat', 'in 5 minutes', 'eat'],
  ['set up another reminder in 5 minutes to eat', 'in 5 minutes', 'eat'],
  ['i want a new notification every hour: drink', 'every hour', 'drink'],
  ['remind me: in 5 minutes eat', 'in 5 minutes', 'eat'],
  ['remind me, in 5 minutes, to eat', 'in 5 minutes', 'eat'],
  ['remind me in 5 minutes — eat', 'in 5 minutes', 'eat'],
  ['remind me in 5 minutes - eat', 'in 5 minutes', 'eat'],
  ['remind me about the tea in 5 minutes', 'in 5 minutes', 'the tea'],
  ['remind me tomorrow at 9 art class begins', 'tomorrow at 9', 'art class begins'],
  // Words of time and of doubt that belong to what is to be done.
  ['remind me to walk around the house every day at 9', 'every day at 9', 'walk around the house'],
  [
    'remind me to pray before dinner every day at 18:00',
    'every day at 18:00',
    'pray before dinner',
  ],
  ['remind me every hour for the children to drink', 'every hour', 'for the children to drink'],
  ['remind me in 5m to read "Emma" aloud', 'in 5m', 'read "Emma" aloud'],
  ['remind me in 5m to "read Emma"', 'in 5m', 'read Emma'],
  ['remind me in 5m that "a" is not "b"', 'in 5m', '"a" is not "b"'],
  ['remind me in 5m to say "at 5pm" and "at 6pm"', 'in 5m', 'say "at 5pm" and "at 6pm"'],
  ['remind me in 5m to say `at 5pm` and `at 6pm`', 'in 5m', 'say `at 5pm` and `at 6pm`'],
  ['remind me at 9am to stretch and pause the music', 'at 9am', 'stretch and pause the music'],
  ['remind me at 9am to stretch and check backup', 'at 9am', 'stretch and check backup'],
];
describe('a reminder', () => {
  for (const [sentence, when, text] of reminders) {
    test(`is made by ${JSON.stringify(sentence)}`, () =>
      assert.deepEqual(created(sentence), {
        kind: 'create',
        when,
        name: null,
        work: { kind: 'reminder', text },
      }));
  }
});

const commands: readonly (readonly [sentence: string, argv: readonly string[]])[] = [
  ['every hour run ./x', ['./x']],
  ['every hour runs ./x', ['./x']],
  ['every hour executes ./x', ['./x']],
  ['every hour launch ./x', ['./x']],
  ['every hour launches ./x', ['./x']],
  ['every hour calls ./x', ['./x']],
  ['start ./x every hour', ['./x']],
  ['every hour `ls -l`', ['ls', '-l']],
  ['every hour ../x', ['../x']],
  ['every hour run `echo at 5pm`', ['echo', 'at', '5pm']],
  ['every hour run "npm test"', ['npm', 'test']],
];
describe('a command', () => {
  for (const [sentence, argv] of commands) {
    test(`is made by ${JSON.stringify(sentence)}`, () =>
      assert.deepEqual(created(sentence).work, { kind: 'command', argv }));
  }
});

const prompts = [
  ['every hour look at what starts ./x', 'look at what starts ./x'],
  ['every hour summarise `notes`', 'summarise `notes`'],
  ['every hour `notes` are to be read', '`notes` are to be read'],
  ['every hour "npm test"', '"npm test"'],
] as const;
describe('work for an agent', () => {
  for (const [sentence, text] of prompts) {
    test(`is made by ${JSON.stringify(sentence)}`, () =>
      assert.deepEqual(created(sentence).work, { kind: 'prompt', text }));
  }
});

const names = [
  ['make a job called "my tests", every hour run ./x', 'my tests'],
  ['make a job called "my tests" every hour to run ./x', 'my tests'],
  ['add a cron job named `my tests` every hour that runs ./x', 'my tests'],
  ['set up a recurring task called tests, every hour run ./x', 'tests'],
  ['every hour make a job called tests that runs ./x', 'tests'],
  ['make a job that runs ./x every hour', null],
] as const;
describe('the name of a job', () => {
  for (const [sentence, name] of names) {
    test(`is ${name} in ${JSON.stringify(sentence)}`, () => {
      const { work, ...rest } = created(sentence);
      assert.deepEqual(work, { kind: 'command', argv: ['./x'] });
      assert.deepEqual(rest, { kind: 'create', when: 'every hour', name });
    });
  }
});

const doubts: readonly (readonly [sentence: string, doubt: Doubt, says: RegExp])[] = [
  ['remind me at 9ish to eat', 'vague', /"9ish"/],
  ['remind me around 5pm to eat', 'vague', /"around"/],
  ['remind me at 5pm give or take to eat', 'vague', /"give or take"/],
  ['remind me in a few minutes to eat', 'vague', /"(?:a )?few"/],
  ['remind me to wash the dishes', 'no-time', /^When\?/],
  ['remind me to look at the monsoon', 'no-time', /^When\?/],
  ['make a job', 'no-time', /^When\?.*"remind me in 20 minutes/],
  ['run ./x', 'no-time', /^When should it run\?.*every weekday at 9 run/],
  ['remind me every hour until 5pm to drink', 'condition', /not "until 5pm to drink"/],
  ['remind me every hour for 10 days to drink', 'condition', /not "for 10 days to drink"/],
  ['remind me to drink before every hour', 'condition', /not "drink before"/],
  [`remind me every hour until ${'x'.repeat(90)}`, 'condition', /not "until x{74}"/],
  ['remind me every hour', 'no-work', /^Of what\?.*"remind me every hour to stretch"/],
  ['every hour', 'no-work', /^What should happen every hour\?.*"every hour remind me to stretch"/],
  ['remind me yesterday at 9 to eat', 'time', /^I read "yesterday at 9" as the time\. /],
  ['remind me at 9am to eat at 10am', 'several', /"at 9am" and "at 10am"/],
  ['remind me at 9am to eat and pause backup', 'several', /^"pause backup" is a second thing/],
  [
    'at 9am eat and remind me to sleep, and remind me to run',
    'several',
    /^"remind me to sleep" is/,
  ],
  ['every hour run `a` and `b`', 'command', /"`a` and `b`".*run `a and b`"/],
  ['every hour run "npm test" twice', 'command', /backticks/],
  [
    'every hour run make test',
    'command',
    /^Is "make test" the command\?.*"every hour run `make test`"/,
  ],
  [`every hour run ${'x'.repeat(90)}`, 'command', /^Is "x{80}" the.*run `x{80}`"/],
  ['every hour run `ls | wc`', 'command', /^"ls \| wc" needs a shell.*add "every hour" --shell/],
  [`every hour run \`${'x'.repeat(90)}|y\``, 'command', /^"x{80}" needs a shell/],
];
describe('a question', () => {
  for (const [sentence, doubt, says] of doubts) {
    test(`is asked of ${JSON.stringify(sentence.slice(0, 70))}`, () => {
      const [found, text] = asked(sentence);
      assert.equal(found, doubt);
      assert.match(text, says);
    });
  }
});

test('a sentence that only sounds like the rest of one makes no job', () => {
  for (const sentence of ['to dance', 'which job is it', 'do not make a job', 'the run'])
    assert.equal(readCreation(sentence, context), null, sentence);
});
