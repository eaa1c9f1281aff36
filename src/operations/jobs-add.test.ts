import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { z } from 'zod';
import { instanceOf, openWorld, withHolder } from '../../test/operations/world.ts';
import { apply } from './apply.ts';
import { jobsAdd } from './jobs-add.ts';
import { jobsList } from './jobs-list.ts';
import { jobsRemove } from './jobs-state.ts';

const minimal = { when: 'every 5m', command: ['/usr/bin/report', '--all'] };
const refused = (code: string, text = /./) => ({ name: 'Refusal', code, message: text });

test('a job without a scheduler is stored, and the answer says that nothing will run it', async () => {
  const world = await openWorld();
  const { job, created, readiness, understood } = await world.ask(jobsAdd, minimal);
  assert.equal(created, true);
  assert.equal(job.name, 'report --all');
  assert.equal(job.nextFireAt, '2026-11-22T09:05:00.000Z');
  assert.equal(understood.next.length, 5);
  assert.equal(readiness.willRun, false);
  assert.equal(readiness.code, 'owner_absent');
  assert.deepEqual(readiness.remedy, { kind: 'command', text: 'cronkeeper runner' });
});

test('a job with an answering owner will run, and every living instance is poked', async () => {
  const world = await openWorld();
  await withHolder(world);
  await world.store.instances.report(instanceOf(5));
  world.dead.add(5);
  const { readiness } = await world.ask(jobsAdd, minimal);
  assert.equal(readiness.willRun, true);
  assert.equal(readiness.by?.pid, 812);
  assert.deepEqual(world.pokes, ['/run/812.sock']);
});

test('the words of a one-shot say its time in the zone of whoever reads them', async () => {
  const world = await openWorld();
  const { job } = await world.ask(jobsAdd, { ...minimal, when: '2027-03-01 14:00' });
  assert.equal(job.schedule.words, 'once, at 2027-03-01 14:00');
  const [listed] = (await world.ask(jobsList, {})).jobs;
  assert.equal(listed?.schedule.words, 'once, at 2027-03-01 14:00');
});

test('strict stores nothing when nothing would run it', async () => {
  const world = await openWorld();
  await assert.rejects(world.ask(jobsAdd, { ...minimal, strict: true }), {
    code: 'owner_absent',
    kind: 'nothing-will-run',
  });
  assert.deepEqual((await world.ask(jobsList, {})).jobs, []);
});

test('strict refuses a job whose channel the owner does not have', async () => {
  const world = await openWorld();
  await withHolder(world);
  await assert.rejects(
    world.ask(jobsAdd, { ...minimal, require: ['channel=telegram'], strict: true }),
    { code: 'capability_missing', kind: 'nothing-will-run' },
  );
});

test('the same key with the same content answers the first job, also for a relative time', async () => {
  const world = await openWorld();
  const asked = { ...minimal, when: 'in 2 hours', key: 'k' };
  const first = await world.ask(jobsAdd, asked);
  world.advance(30_000);
  const second = await world.ask(jobsAdd, asked);
  assert.equal(second.created, false);
  assert.deepEqual(second.job, first.job);
});

for (const when of ['in 2 hours', '2026-11-22 12:00'])
  test(`the same key answers the first job of "${when}" also when that time is over`, async () => {
    const world = await openWorld();
    const asked = { ...minimal, when, key: 'k' };
    const first = await world.ask(jobsAdd, asked);
    world.advance(3 * 3_600_000);
    const second = await world.ask(jobsAdd, asked);
    assert.equal(second.created, false);
    assert.equal(second.job.id, first.job.id);
    await assert.rejects(world.ask(jobsAdd, { ...asked, name: 'x' }), refused('key_conflict'));
    assert.equal((await world.ask(jobsList, {})).jobs.length, 1);
  });

test('the same key asked twice at once makes one job, whoever comes first', async () => {
  const world = await openWorld();
  const asked = { ...minimal, key: 'k' };
  const both = await Promise.all([world.ask(jobsAdd, asked), world.ask(jobsAdd, asked)]);
  assert.deepEqual(both.map(({ created }) => created).sort(), [false, true]);
  assert.equal(both[0].job.id, both[1].job.id);
});

test('the same key of a job that has ended is answered also when it is asked strictly', async () => {
  const world = await openWorld();
  await withHolder(world);
  const asked = { ...minimal, when: '2026-11-22 12:00', key: 'k', strict: true };
  const { job } = await world.ask(jobsAdd, asked);
  const [before] = await world.store.jobs.byName('default', job.name);
  assert.ok(before !== undefined);
  world.advance(3 * 3_600_000);
  const after = { ...before, state: 'done', nextFireAt: null } as const;
  const entry = { profile: 'default', at: 0, actor: 'a', kind: 'x', subject: 'x', detail: {} };
  const seen = { revision: before.revision, nextFireAt: before.nextFireAt };
  const change = { profile: 'default', jobId: before.id, seen, after, decisions: [], entry };
  assert.equal(await world.store.jobs.change(change), 'changed');
  const again = await world.ask(jobsAdd, asked);
  assert.deepEqual([again.created, again.readiness.code], [false, 'job_done']);
});

test('the same key with other content is refused and stores nothing', async () => {
  const world = await openWorld();
  await world.ask(jobsAdd, { ...minimal, key: 'k' });
  await assert.rejects(
    world.ask(jobsAdd, { ...minimal, command: ['other'], key: 'k' }),
    refused('key_conflict'),
  );
  assert.equal((await world.ask(jobsList, {})).jobs.length, 1);
});

for (const command of [['true'], ['other']])
  test(`a key of a job that was removed brings nothing back (${command}), and the remedy does not name it`, async () => {
    const world = await openWorld();
    const { job } = await world.ask(jobsAdd, { ...minimal, command: ['true'], key: 'k' });
    await world.ask(jobsRemove, { job: job.id });
    await assert.rejects(world.ask(jobsAdd, { ...minimal, command, key: 'k' }), {
      ...refused('key_conflict', /removed since/),
      remedy: { kind: 'advice', text: 'To add the job anew, use another key.' },
    });
    assert.equal((await world.ask(jobsList, {})).jobs.length, 0);
  });

const labels = ['../x', '__proto__', '--help', '💌', 'constructor', 'C:\\x', "'; DROP TABLE jobs"];
for (const name of labels) {
  test(`the name ${JSON.stringify(name)} is a label like any other`, async () => {
    const world = await openWorld();
    const { job } = await world.ask(jobsAdd, { ...minimal, name: ` ${name} ` });
    assert.equal(job.name, name);
  });
}

const badNames = ['', '   ', 'x'.repeat(300), 'a\0b', 'a\nb', 'a\u202eb', 'a\u2066b', 'a\u200fb'];
for (const name of badNames) {
  test(`the name ${JSON.stringify(name.slice(0, 10))} of ${name.length} is refused`, async () => {
    const world = await openWorld();
    await assert.rejects(world.ask(jobsAdd, { ...minimal, name }), refused('name_invalid'));
  });
}

test('a derived name has no control characters and at most 60 characters', async () => {
  const world = await openWorld();
  const { job } = await world.ask(jobsAdd, {
    when: 'every 5m',
    command: ['/bin/echo', `a\nb\u202ec ${'long '.repeat(50)}`],
  });
  assert.ok(job.name.length <= 60);
  assert.ok(job.name.startsWith('echo a b c long'));
});

type Case = { name: string; input: z.input<typeof jobsAdd.input>; code: string };

const wrong: readonly Case[] = [
  { name: 'no command', input: { when: 'every 5m' }, code: 'usage' },
  { name: 'an unknown target', input: { ...minimal, deliver: ['slack'] }, code: 'deliver_unknown' },
  {
    name: 'an unknown target for failures',
    input: { ...minimal, onFailure: ['x'] },
    code: 'deliver_unknown',
  },
  { name: 'an unknown zone', input: { ...minimal, tz: 'Mars/Base' }, code: 'zone_unknown' },
  { name: 'a duration without unit', input: { ...minimal, timeout: '90' }, code: 'usage' },
  {
    name: 'a variable of ours',
    input: { ...minimal, env: ['CRONKEEPER_JOB_ID=x'] },
    code: 'usage',
  },
  { name: 'a variable with a dash', input: { ...minimal, env: ['A-B=x'] }, code: 'usage' },
  { name: 'a variable without value', input: { ...minimal, env: ['A'] }, code: 'usage' },
  {
    name: 'an end before its start',
    input: { ...minimal, start: '2027-01-02', end: '2027-01-01' },
    code: 'usage',
  },
  {
    name: 'a start whose month could be its day',
    input: { ...minimal, start: '3/5/2027 9:00' },
    code: 'schedule_ambiguous',
  },
  {
    name: 'an end before which it is to end',
    input: { ...minimal, end: 'tomorrow before 5pm' },
    code: 'schedule_ambiguous',
  },
  {
    name: 'an end that leaves no time',
    input: { ...minimal, end: '2026-11-22T09:01:00Z' },
    code: 'schedule_never_fires',
  },
  { name: 'NUL in the command', input: { ...minimal, command: ['a\0b'] }, code: 'usage' },
  { name: 'an unknown requirement', input: { ...minimal, require: ['luck'] }, code: 'usage' },
];
for (const { name, input, code } of wrong) {
  test(`a job with ${name} is refused as ${code} and not stored`, async () => {
    const world = await openWorld();
    await assert.rejects(world.ask(jobsAdd, input), refused(code));
    assert.deepEqual((await world.ask(jobsList, {})).jobs, []);
  });
}

test('values of variables are in no answer and not in the audit log', async () => {
  const world = await openWorld();
  const answer = await world.ask(jobsAdd, {
    ...minimal,
    env: ['TOKEN=hunter2', '__proto__=hunter2'],
  });
  assert.deepEqual(answer.job.env, ['TOKEN', '__proto__']);
  assert.ok(!JSON.stringify(answer).includes('hunter2'));
  const audit = await world.store.audit.list('default', { limit: 10 });
  assert.equal(audit[0]?.kind, 'job.added');
  assert.ok(!JSON.stringify(audit).includes('hunter2'));
});

test('a relative folder starts at the asker, and dots are resolved', async () => {
  const world = await openWorld();
  const { job } = await world.ask(jobsAdd, { ...minimal, cwd: '../other/./x' });
  assert.equal(job.cwd, '/home/anna/other/x');
});

test('of an asker without a folder jobs start in the folder of the user, never in the home', async () => {
  const world = await openWorld();
  const folderOf = async (userFolder: string | null, cwd?: string): Promise<string> => {
    const context = { ...world.context, cwd: null, userFolder };
    const asked = cwd === undefined ? minimal : { ...minimal, cwd };
    return (await jobsAdd.handle(context, jobsAdd.input.parse(asked))).job.cwd;
  };
  assert.equal(await folderOf('/home/anna'), '/home/anna');
  assert.equal(await folderOf('/home/anna', 'reports'), '/home/anna/reports');
  assert.equal(await folderOf('/home/anna', 'none'), '/home/anna');
  assert.equal(await folderOf(null), '/');
});

test('durations, targets and windows are read as they were meant', async () => {
  const world = await openWorld();
  const { job } = await world.ask(jobsAdd, {
    when: 'every weekday at 9am',
    shell: 'echo hi | cat',
    tz: 'europe/berlin',
    timeout: '90s',
    grace: 60_000,
    jitter: '1m',
    catchUp: 'all(7)',
    deliver: ['local'],
    end: '2027-01-01',
    require: ['role=runner'],
  });
  assert.equal(job.timeoutMs, 90_000);
  assert.equal(job.graceMs, 60_000);
  assert.equal(job.catchUp, 'all(7)');
  assert.equal(job.shell, true);
  assert.deepEqual(job.command, ['echo hi | cat']);
  assert.equal(job.schedule.zone, 'Europe/Berlin');
  assert.equal(job.endAt, '2026-12-31T23:00:00.000Z');
  assert.deepEqual(job.require, ['role=runner']);
});

test('a job of an unknown profile makes that profile, and says so', async () => {
  const world = await openWorld();
  const { job, warnings } = await world.ask(jobsAdd, minimal, 'la');
  assert.equal(job.profile, 'la');
  assert.deepEqual(
    warnings.map(({ code }) => code),
    ['profile_unknown'],
  );
});

test('a list of an unknown profile is refused with the command that makes it', async () => {
  const world = await openWorld();
  await assert.rejects(world.ask(jobsList, {}, 'la'), {
    code: 'profile_unknown',
    message: /There is default\./,
    remedy: { kind: 'command', text: 'cronkeeper profile add la' },
  });
});

test('what is refused or only shown makes no profile', async () => {
  const world = await openWorld();
  const strict = world.ask(jobsAdd, { ...minimal, strict: true }, 'la');
  await assert.rejects(strict, { kind: 'nothing-will-run', code: 'profile_unknown' });
  await assert.rejects(world.ask(jobsAdd, { ...minimal, when: 'whenever' }, 'la'));
  const plan = { file: 'version: 1\njobs: []\n', plan: true };
  await assert.rejects(world.ask(apply, plan, 'la'), { code: 'profile_unknown' });
  const profiles = await world.store.profiles.list();
  assert.deepEqual(
    profiles.map(({ name }) => name),
    ['default'],
  );
});

const gone = { code: 'command_not_found', message: 'There is no command "gone".' } as const;

test('a command that its owner cannot begin is warned about, and with strict it is not stored', async () => {
  const world = await openWorld();
  await withHolder(world);
  world.looks.set('/run/812.sock gone', gone).set('/run/812.sock here', null);
  const asked = { when: 'every 1h', command: ['gone'] };
  await assert.rejects(world.ask(jobsAdd, { ...asked, strict: true }), {
    code: 'command_not_found',
    kind: 'nothing-will-run',
    message: 'Nothing was stored: There is no command "gone".',
  });
  assert.deepEqual((await world.ask(jobsList, {})).jobs, []);
  const { warnings } = await world.ask(jobsAdd, asked);
  assert.deepEqual(
    warnings.map(({ code, message }) => [code, message]),
    [['command_not_found', 'As it is now, it will NOT run: There is no command "gone".']],
  );
  const here = await world.ask(jobsAdd, { ...asked, command: ['here'], strict: true });
  assert.deepEqual(here.warnings, []);
});

test('the PATH of runs is to be looked up for the profile of the job', async () => {
  const world = await openWorld();
  const context = { ...world.context, profile: 'la' };
  await world.store.profiles.ensure('la', world.context.clock.now().wall, 'test');
  world.missing.add('/opt/gone');
  const input = jobsAdd.input.parse({ when: 'every 1h', command: ['/opt/gone'] });
  const { warnings } = await jobsAdd.handle(context, input);
  assert.match(JSON.stringify(warnings), /cronkeeper doctor --env -p la shows/);
});

test('where no owner answers, what is certain from here is told', async () => {
  const world = await openWorld();
  world.missing.add('/home/anna/gone').add('/opt/gone').add('/home/anna/work/gone');
  const codes = async (fields: Readonly<Record<string, unknown>>) =>
    (await world.ask(jobsAdd, { when: 'every 1h', command: ['x'], ...fields })).warnings
      .filter(({ code }) => code !== 'ambiguous')
      .map(({ code, remedy }) => [code, remedy?.text.slice(0, 13)]);
  assert.deepEqual(await codes({}), []);
  assert.deepEqual(await codes({ cwd: '/home/anna/gone' }), [['cwd_missing', 'mkdir -p -- /']]);
  assert.deepEqual(await codes({ command: ['/opt/gone'] }), [
    ['command_not_found', 'Install it fo'],
  ]);
  assert.deepEqual(await codes({ command: ['gone'] }), [], 'a PATH is not known from here');
  const confined = { ...world.context, cwd: null };
  const input = jobsAdd.input.parse({ when: 'every 1h', command: ['x'], cwd: '/home/anna/gone' });
  assert.deepEqual(
    (await jobsAdd.handle(confined, input)).warnings.map(({ code }) => code),
    ['ambiguous'],
  );
});
