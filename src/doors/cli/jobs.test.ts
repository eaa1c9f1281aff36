import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openCliWorld } from '../../../test/doors/cli-host.ts';
import type { CliHost } from './host.ts';

test('a token without an end is not told as revoked', async () => {
  const cli = await openCliWorld();
  await cli.run(['dashboard', 'token', 'add', 'monitor']);
  const { out } = await cli.run(['dashboard', 'token', 'list']);
  assert.match(out, /no end/);
  assert.ok(!out.includes('revoked'), out);
});

test('what is to be typed instead is about the profile that was named', async () => {
  const cli = await openCliWorld();
  for (const [typed, meant] of [
    [['doctor', 'backup'], 'cronkeeper doctor --env backup -p la'],
    [
      ['service', 'install', 'gateway', '--timer'],
      'cronkeeper service install runner --timer -p la',
    ],
  ] as const) {
    const { err, exitCode } = await cli.run([...typed, '-p', 'la']);
    assert.equal(exitCode, 2);
    assert.ok(err.includes(`→ ${meant}\n`), err);
  }
});

test('a folder with ~ is refused, not made below the present one; "none" is the present one', async () => {
  const cli = await openCliWorld();
  const add = (cwd: string) => cli.run(['add', 'every 5m', '--name', 'x', '--cwd', cwd, '--', 'x']);
  const refused = await add('~/x');
  assert.equal(refused.exitCode, 2);
  assert.match(refused.err, /"~" is not expanded here/);
  for (const [typed, cwd] of [
    ['none', '/home/anna/work'],
    ['../b', '/home/anna/b'],
  ] as const) {
    assert.equal((await add(typed)).exitCode, 0);
    const [job] = (await cli.world.store.jobs.list('default', { after: null, limit: 9 })).slice(-1);
    assert.equal(job?.definition.cwd, cwd);
    await cli.run(['remove', 'x']);
  }
});

test('a word where a prompt stands may be a command: the answer says what was forgotten', async () => {
  const cli = await openCliWorld();
  const short = await cli.run(['add', 'every 5m', 'date']);
  assert.equal(short.exitCode, 2);
  assert.match(short.err, /--model .*If "date" is a command, put -- before it\./s);
  const long = await cli.run(['add', 'every 5m', 'Summarise my mail '.repeat(9)]);
  assert.match(long.err, /If that text is a command/);
});

test('a yes is to the job that was shown, not to one that has its name by then', async () => {
  const cli = await openCliWorld();
  const { store, context } = cli.world;
  const agent = { kind: 'agent', name: 'http:bot', run: null } as const;
  const asAgent: Partial<CliHost> = {
    context: async () => ({ context: { ...context, maker: agent }, close: async () => {} }),
  };
  const add = ['add', 'every 5m', '--name', 'report', '--'];
  await cli.run([...add, 'harmless'], asAgent);
  const swap = async () => {
    await cli.run(['remove', 'report'], asAgent);
    await cli.run([...add, 'harmful'], asAgent);
    return true;
  };
  const approved = await cli.run(['approve', 'report'], {
    questions: async () => ({ yes: swap, some: async () => null }),
  });
  assert.match(approved.out, /harmless/);
  const jobs = await store.jobs.list('default', { after: null, limit: 9 });
  assert.deepEqual(
    jobs.map(({ state, authority }) => [state, authority.approval]),
    [['pending', null]],
  );
  assert.equal(approved.exitCode, 3);
  assert.match(approved.err, /There is no job/);
});

test('a list of a part that is empty does not say that there is nothing', async () => {
  const cli = await openCliWorld();
  const outOf = async (line: string) => (await cli.run(line.split(' '))).out;
  assert.match(await outOf('list'), /^No jobs\. {2}Add one/);
  assert.equal(await outOf('runs'), 'No runs yet.\n');
  await cli.run(['add', 'every 5m', '--name', 'report', '--', 'x']);
  for (const part of ['--state paused', '--search nothing'])
    assert.equal(await outOf(`list ${part}`), 'No job matches.\n');
  for (const part of ['--state ended', 'report --outcome failed'])
    assert.equal(await outOf(`runs ${part}`), 'No run matches.\n');
  assert.equal(await outOf('runs report'), 'No runs yet.\n');
});

test('one quoted word that only a shell understands is refused with the line for a shell', async () => {
  const cli = await openCliWorld();
  const line = 'ls *.txt | wc -l';
  const added = await cli.run(['add', 'every 5m', '--', line]);
  assert.equal(added.exitCode, 2);
  assert.match(added.err, /cronkeeper add 'every 5m' --shell 'ls \*\.txt \| wc -l'/);
  assert.equal((await cli.run(['add', 'every 5m', '--name', 'x', '--shell', line])).exitCode, 0);
  const edited = await cli.run(['edit', 'x', '--', line]);
  assert.equal(edited.exitCode, 2);
  assert.match(edited.err, /cronkeeper edit x --shell/);
  for (const words of [['My Program.exe'], ['echo', 'a b'], ['date']])
    assert.equal((await cli.run(['add', 'every 5m', '--', ...words])).exitCode, 0);
});

test('a list says the zones where that of a schedule is not the one that times are shown in', async () => {
  const cli = await openCliWorld();
  const daily = ['add', 'every day at 9am', '--tz'];
  await cli.run([...daily, 'America/New_York', '--name', 'far', '--', 'x']);
  await cli.run([...daily, 'Europe/Berlin', '--name', 'near', '--', 'x']);
  const { out } = await cli.run(['list']);
  assert.match(out, /^far +at 09:00 \(America\/New_York\) +in 5 h, 15:00 Berlin/m);
  assert.match(out, /^near +at 09:00 +in 23 h, Mon 09:00 {2}/m);
});

test('a job name with a wrong letter, and one where a run is meant, are answered with the line to type', async () => {
  const cli = await openCliWorld();
  await cli.run(['add', 'every 5m', '--name', 'my tick', '--', 'x']);
  const next = await cli.run(['next', 'my tik']);
  assert.equal(next.exitCode, 2);
  assert.match(next.err, /Did you mean the job "my tick"\?.*→ cronkeeper next 'my tick'/s);
  for (const verb of ['cancel', 'retry']) {
    const asked = await cli.run([verb, 'my tick']);
    assert.match(asked.err, /A job has this name.*→ cronkeeper runs 'my tick'/s, verb);
    assert.match((await cli.run([verb, 'other'])).err, /"default"\. .*→ cronkeeper runs\n/s);
  }
});

test('a number out of bounds is told its bound', async () => {
  const cli = await openCliWorld();
  assert.match((await cli.run(['runs', '--limit', '-3'])).err, /--limit: must be at least 1\./);
  assert.match((await cli.run(['runs', '--limit', 'x'])).err, /--limit: takes a whole number\./);
  assert.match((await cli.run(['show', ''])).err, /JOB\|RUN: must not be empty\./);
});

test('a limit of cost may have a fraction, as it is shown and exported', async () => {
  const cli = await openCliWorld();
  const add = (cost: string) =>
    cli.run(['add', '@daily', 'Sum up', '--agent', 'claude', '--name', 'x', '--max-cost', cost]);
  for (const [typed, cost] of [
    ['0.25', '0.25'],
    ['.5', '0.5'],
    ['3', '3'],
  ] as const) {
    const added = await add(typed);
    assert.equal(added.exitCode, 0, added.err);
    assert.match((await cli.run(['show', 'x'])).out, new RegExp(`\\$${cost}\\b`));
    await cli.run(['remove', 'x']);
  }
  assert.equal((await add('none')).exitCode, 0);
  const refused = [
    ['a lot', /--max-cost: takes a number, such as 0\.25\./],
    ['0.0', /--max-cost: must be above 0\./],
  ] as const;
  for (const [typed, words] of refused) assert.match((await add(typed)).err, words);
  const tokens = await cli.run(['edit', 'x', '--max-tokens', '1.5']);
  assert.match(tokens.err, /--max-tokens: takes a whole number\./);
});

const lineAfter = (text: string, word: string): string | undefined =>
  new RegExp(`^${word}: (.*)$`, 'm').exec(text)?.[1];

test('a list that goes on prints the command that goes on with the same list', async () => {
  const cli = await openCliWorld();
  for (const name of ['a 1', 'a 2', 'a 3', 'b'])
    await cli.run(['add', 'every 1h', '--name', name, '--paused', '--', 'x']);
  await cli.run(['add', 'every 1h', '--name', 'a 4', '--', 'x']);
  const list = ['list', '--state', 'paused', '--search', 'a', '--limit', '2'];
  const first = await cli.run(list);
  const line = lineAfter(first.out, 'More') ?? '';
  assert.match(line, /^cronkeeper list --state paused --search a --limit 2 --after [0-9A-Z]{26}$/);
  const second = await cli.run(line.split(' ').slice(1));
  assert.match(second.out, /a 3/);
  assert.doesNotMatch(second.out, /a 1|a 4|\bb\b|More:/);
  const whole = await cli.run([...list.slice(0, -1), '3']);
  assert.doesNotMatch(whole.out, /More:/);
  const history = await cli.run(['owner', 'history', '--limit', '1']);
  assert.doesNotMatch(history.out, /Older: (?!cronkeeper owner history --limit 1 --before \d+$)/m);
});

test('runs of a job go on with those of that job, in the profile and the home that were named', async () => {
  const cli = await openCliWorld();
  await cli.run(['profile', 'add', 'la']);
  const named = ['-p', 'la', '--home', '/srv/other home'];
  await cli.run(['add', 'every 1h', '--name', "it's", ...named, '--', 'x']);
  for (let count = 0; count < 3; count += 1) {
    cli.world.advance(24 * 3_600_000);
    await cli.run(['edit', "it's", '--when', `every ${count + 2}h`, ...named]);
  }
  const runs = await cli.run(['runs', "it's", '--state', 'missed', '-n', '1', ...named]);
  assert.match(
    lineAfter(runs.out, 'Older') ?? runs.out + runs.err,
    /^cronkeeper --home '\/srv\/other home' runs 'it'\\''s' --state missed --limit 1 --before \w{26} -p la$/,
  );
});

test('a list of all profiles that was cut says so, and one that was not does not', async () => {
  const cli = await openCliWorld();
  await cli.run(['profile', 'add', 'la']);
  for (const profile of ['default', 'la'])
    for (const name of ['a', 'b']) {
      await cli.run(['add', 'every 1h', '--name', name, '-p', profile, '--', 'x']);
      cli.world.advance(3_600_000);
      await cli.run(['edit', name, '--when', 'every 2h', '-p', profile]);
    }
  const cut = /There are more: a higher --limit shows them, or -p PROFILE instead of -A\./;
  for (const [verb, all] of [
    ['list', '2'],
    ['runs', '9'],
  ] as const) {
    assert.match((await cli.run([verb, '-A', '--limit', '1'])).out, cut, verb);
    const whole = await cli.run([verb, '-A', '--limit', all]);
    assert.doesNotMatch(whole.out, /There are more/, verb);
    const { out } = await cli.run([verb, '-A', '--limit', '1', '--json']);
    const { next, more }: { next: unknown; more: unknown } = JSON.parse(out);
    assert.deepEqual([next, more], [null, true], verb);
  }
  const ofOne = await cli.run(['list', '-A', '--limit', '1', '--json']);
  assert.deepEqual(
    JSON.parse(ofOne.out).jobs.map(({ profile }: { profile: string }) => profile),
    ['default', 'la'],
  );
});

test('next of a job that does not fire says why, and what ends that', async () => {
  const cli = await openCliWorld();
  await cli.run(['add', 'every 1h', '--name', 'x', '--', 'x']);
  assert.doesNotMatch((await cli.run(['next', 'x'])).out, /never|Why:/);
  await cli.run(['pause', 'x', '--reason', 'holidays']);
  assert.match(
    (await cli.run(['next', 'x'])).out,
    / {2}Next: never\n {2}Why: {2}The job is paused: holidays\n {8}→ cronkeeper resume \w{26}\n$/,
  );
  assert.match((await cli.run(['show', 'x'])).out, / {2}Would fire next:\n/);
});

test('a backup that cannot be written is wrongly typed, and says what to do', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cronkeeper-backup-'));
  const cli = await openCliWorld();
  try {
    const path = join(folder, 'copy.db');
    writeFileSync(path, 'kept');
    const there = await cli.run(['backup', path]);
    assert.equal(there.exitCode, 2);
    assert.match(there.err, /never writes over one\. \[usage\]\n {2}→ Choose another name/);
    assert.equal(readFileSync(path, 'utf8'), 'kept');
    const nowhere = await cli.run(['backup', join(folder, 'no', 'copy.db')]);
    assert.equal(nowhere.exitCode, 2);
    assert.match(nowhere.err, /→ Make the folder/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
