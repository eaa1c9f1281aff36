import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openCliWorld } from '../../../test/doors/cli-host.ts';
import { withHolder } from '../../../test/operations/world.ts';
import { history } from '../../../test/web/seed.ts';
import { jobsAdd } from '../../operations/jobs-add.ts';
import { spell } from './spelling.ts';

/** The line after "Add one:". */
const addLine = (text: string): readonly string[] =>
  (/Add one: cronkeeper (.*)/.exec(text)?.[1] ?? '').split(' ');

test('the line that adds a first job adds it where nothing was found', async () => {
  const cli = await openCliWorld();
  await cli.run(['profile', 'add', 'la']);
  for (const verb of ['list', 'status']) {
    const { out } = await cli.run(['-p', 'la', '--home', '/srv/ck', verb]);
    const { words, rest } = spell(addLine(out));
    assert.deepEqual(rest, ['COMMAND'], out);
    assert.ok(words.join(' ').includes('-p la'), out);
    assert.ok(words.join(' ').startsWith('--home /srv/ck'), out);
  }
});

test('what is to be typed after a failure is about the home that was named', async () => {
  const cli = await openCliWorld();
  const named = await cli.run(['--home', '/srv/ck', 'show', 'nope']);
  assert.match(named.err, /→ cronkeeper --home \/srv\/ck list/);
  const alike = await cli.run(['show', 'nope', '--home=/srv/ck']);
  assert.match(alike.err, /→ cronkeeper --home \/srv\/ck list/);
  const env = { CRONKEEPER_HOME: '/srv/ck' };
  const usual = await cli.run(['--home', '/srv/ck', 'show', 'nope'], { env });
  assert.match(usual.err, /→ cronkeeper list/);
});

test('what was due and nobody decided is no good night, before or after', async () => {
  const cli = await openCliWorld();
  await cli.run(['add', 'in 5m', '--name', 'once', '--', 'x']);
  cli.world.advance(7 * 60_000);
  const evening = await cli.run(['tonight', '--json']);
  assert.equal(JSON.parse(evening.out).verdict.isGood, false);
  assert.notEqual(evening.exitCode, 0);
  const morning = await cli.run(['morning']);
  assert.doesNotMatch(morning.out, /Nothing was due|✓/);
  assert.match(morning.out, /1 due and decided by nobody/);
});

test('an alert shows how the output ended, and a result how it began', async () => {
  const cli = await openCliWorld();
  const { world } = cli;
  const fence = await withHolder(world);
  const wish = { when: 'every 1h', command: ['x'], deliver: ['inbox'], onFailure: ['inbox'] };
  const { job } = await world.ask(jobsAdd, { ...wish, name: 'report' });
  const stored = await world.store.jobs.get('default', job.id);
  assert.ok(stored !== null);
  await history(world, fence, stored, 'sf');
  const numbers = Array.from({ length: 40 }, (_, at) => at).join('\n');
  for (const { id, outputBytes } of await world.store.runs.list('default', { limit: 9 })) {
    const text = `first\n${numbers}\nBOOM`;
    assert.ok(text.length < (outputBytes ?? 0));
    world.output.set(id, Buffer.from(text));
  }
  const { out } = await cli.run(['inbox']);
  const [alert = '', result = ''] = out
    .split('\n\n')
    .sort((one) => (one.includes('failed') ? -1 : 1));
  assert.match(alert, /BOOM\n {2}… cronkeeper logs/);
  assert.match(result, /first\n {2}0\n/);
  assert.doesNotMatch(result, /BOOM/);
});

test('lists that leave something out do not say that there is nothing', async () => {
  const cli = await openCliWorld();
  assert.match((await cli.run(['deliveries'])).out, /Nothing was sent/);
  assert.match((await cli.run(['deliveries', '--state', 'failed'])).out, /^No such message/);
});
