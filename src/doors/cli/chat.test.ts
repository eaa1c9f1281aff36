import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openCliWorld } from '../../../test/doors/cli-host.ts';

test('a sentence makes a job, shown as "add" shows it, with the one warning', async () => {
  const { run } = await openCliWorld();
  const { exitCode, out, err } = await run(['chat', 'remind me in 20 seconds to stretch']);
  assert.equal(exitCode, 0);
  assert.match(out, /Added stretch[\s\S]*When:[\s\S]*Next:/);
  assert.match(err, /⚠ NOTHING WILL RUN THESE JOBS/);
});

test('words without quotes are one sentence', async () => {
  const { run } = await openCliWorld();
  assert.match((await run(['chat', 'what', 'can', 'you', 'do'])).out, /simple assistant/);
});

test('what is refused ends with 3, and a question with 0', async () => {
  const { run } = await openCliWorld();
  await run(['chat', 'create a job called tea that runs `true` every day at 9']);
  assert.equal((await run(['chat', 'run tea'])).exitCode, 3);
  assert.equal((await run(['chat', 'pause everything'])).exitCode, 0);
});

test('without words each line of standard input is said, and read back later', async () => {
  const { run } = await openCliWorld();
  const { out } = await run(['chat', '--json'], { stdinIsTty: false });
  const answers = out
    .trim()
    .split('\n')
    .map((line) => Object.keys(JSON.parse(line)));
  assert.equal(answers.length, 2);
  assert.match((await run(['chat', 'read'])).out, /> list[\s\S]*> help/);
});

test('what somebody said cannot move the cursor of whoever reads it', async () => {
  const { run } = await openCliWorld();
  await run(['chat', 'remind me in 20 seconds to \u001b[2J stretch']);
  assert.ok(!(await run(['chat', 'read'])).out.includes('\u001b'));
});
