import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openWorld, start, type World } from '../../test/operations/world.ts';
import type { Job } from '../core/job.ts';
import type { JobChange } from '../ports/jobs.ts';
import { apply } from './apply.ts';
import { jobsAdd } from './jobs-add.ts';
import { jobsEdit } from './jobs-edit.ts';
import { jobsList, jobsShow } from './jobs-list.ts';
import { jobsNext } from './jobs-next.ts';
import { jobsPause, jobsRemove, jobsResume } from './jobs-state.ts';

type Scene = { readonly world: World; readonly id: string };

async function withJob(): Promise<Scene> {
  const world = await openWorld();
  const { job } = await world.ask(jobsAdd, {
    when: 'every 10m',
    command: ['report'],
    name: 'Report',
    env: ['A=1'],
  });
  return { world, id: job.id };
}

const decisions = (world: World, jobId: string) =>
  world.store.runs.list('default', { jobId, limit: 10 });

test('an edit of something else keeps the next fire time and decides nothing', async () => {
  const { world, id } = await withJob();
  world.advance(25 * 60_000);
  const { job, changed } = await world.ask(jobsEdit, { job: 'report', timeout: '5m' });
  assert.deepEqual(changed, ['timeoutMs']);
  assert.equal(job.nextFireAt, '2026-11-22T09:10:00.000Z');
  assert.equal(job.revision, 2);
  assert.deepEqual(await decisions(world, id), []);
});

test('an edit of the schedule records a decision for every occurrence that it leaves behind', async () => {
  const { world, id } = await withJob();
  world.advance(25 * 60_000);
  const { job } = await world.ask(jobsEdit, { job: id, when: 'every 1h' });
  assert.ok(Date.parse(job.nextFireAt ?? '') > world.now());
  const [row, ...others] = await decisions(world, id);
  assert.deepEqual(others, []);
  assert.equal(row?.state, 'missed');
  assert.equal(row?.reason, 'owner_absent');
  assert.equal(row?.count, 2);
  assert.equal(row?.fireTime, start + 600_000);
  assert.equal(row?.fireTimeEnd, start + 1_200_000);
});

for (const change of ['pause', 'remove'] as const) {
  test(`a ${change} records a decision for every undecided occurrence`, async () => {
    const { world, id } = await withJob();
    world.advance(35 * 60_000);
    if (change === 'pause') await world.ask(jobsPause, { job: id });
    else await world.ask(jobsRemove, { job: id });
    assert.deepEqual(
      (await decisions(world, id)).map(({ count }) => count),
      [3],
    );
  });
}

test('a resumed job never fires for times while it was paused', async () => {
  const { world, id } = await withJob();
  const paused = await world.ask(jobsPause, { job: id, reason: 'holiday' });
  assert.equal(paused.job.pausedReason, 'holiday');
  assert.equal(paused.job.nextFireAt, null);
  assert.equal(paused.readiness.code, 'job_paused');
  world.advance(3_600_000);
  const { job } = await world.ask(jobsResume, { job: id });
  assert.equal(job.nextFireAt, '2026-11-22T10:10:00.000Z');
  assert.equal(job.pausedReason, null);
  assert.deepEqual(await decisions(world, id), []);
});

for (const how of ['resume', 'edit', 'apply'] as const) {
  test(`after the clock was set back, ${how} goes on behind what was decided`, async () => {
    const { world, id } = await withJob();
    world.advance(65 * 60_000);
    await world.ask(jobsPause, { job: id });
    // Six occurrences, 9:10 to 10:00, are decided now.
    world.advance(-60 * 60_000);
    if (how === 'edit') await world.ask(jobsEdit, { job: id, when: 'every 5m' });
    if (how === 'apply') {
      const file =
        'version: 1\njobs:\n  - name: Report\n    when: every 5m\n    command: [report]\n    paused: false\n';
      await world.ask(apply, { file });
    } else await world.ask(jobsResume, { job: id });
    const job = await world.store.jobs.get('default', id);
    assert.ok(
      (job?.nextFireAt ?? 0) > start + 60 * 60_000,
      new Date(job?.nextFireAt ?? 0).toISOString(),
    );
  });
}

test('the same schedule typed again changes nothing, not even its anchor', async () => {
  const { world, id } = await withJob();
  world.advance(60_000);
  const { changed, job } = await world.ask(jobsEdit, { job: id, when: 'every 10 minutes' });
  assert.deepEqual(changed, []);
  assert.equal(job.revision, 1);
});

test('a time that has passed can be typed again as it is', async () => {
  const world = await openWorld();
  const added = await world.ask(jobsAdd, { when: '2026-11-22T09:30:00Z', command: ['x'] });
  world.advance(3_600_000);
  const { changed } = await world.ask(jobsEdit, {
    job: added.job.id,
    when: '2026-11-22T09:30:00Z',
    timeout: '1m',
  });
  assert.deepEqual(changed, ['timeoutMs']);
});

test('an old revision is refused and nothing is changed', async () => {
  const { world, id } = await withJob();
  await world.ask(jobsEdit, { job: id, retries: 1, revision: 1 });
  await assert.rejects(world.ask(jobsEdit, { job: id, retries: 2, revision: 1 }), {
    code: 'revision_conflict',
  });
  assert.equal((await world.ask(jobsShow, { job: id })).job.retries, 1);
});

test('a change that meets a holder firing meanwhile is computed anew, without a second decision', async () => {
  const { world, id } = await withJob();
  world.advance(25 * 60_000);
  const { jobs } = world.store;
  let fires = 3;
  const advanced = (job: Job): Job => ({ ...job, nextFireAt: (job.nextFireAt ?? 0) + 600_000 });
  const context = {
    ...world.context,
    store: {
      ...world.store,
      jobs: {
        ...jobs,
        change: async (change: JobChange) => {
          const job = fires > 0 ? await jobs.get('default', id) : null;
          fires -= 1;
          if (job !== null)
            await jobs.change({
              ...change,
              seen: { revision: job.revision, nextFireAt: job.nextFireAt },
              after: advanced(job),
              decisions: [],
            });
          return jobs.change(change);
        },
      },
    },
  };
  await jobsEdit.handle(context, jobsEdit.input.parse({ job: id, when: 'every 1h' }));
  assert.equal(fires, -1);
  assert.deepEqual(await decisions(world, id), []);
});

test('fields are cleared by none and by the empty text', async () => {
  const { world, id } = await withJob();
  await world.ask(jobsEdit, { job: id, maxRuns: 3, grace: '1m', end: '2027-01-01', timeout: '9m' });
  const { job } = await world.ask(jobsEdit, {
    job: id,
    maxRuns: 'none',
    grace: 'none',
    end: '',
    timeout: 'none',
    env: ['none'],
  });
  assert.equal(job.maxRuns, null);
  assert.equal(job.graceMs, 300_000);
  assert.equal(job.endAt, null);
  assert.equal(job.timeoutMs, 3_600_000);
  assert.deepEqual(job.env, []);
});

test('ids win over names, names ignore case, and an ambiguous name is refused with its candidates', async () => {
  const { world, id } = await withJob();
  assert.equal((await world.ask(jobsShow, { job: 'rEPORT' })).job.id, id);
  const named = await world.ask(jobsAdd, { when: 'every 1h', command: ['x'], name: id });
  assert.equal((await world.ask(jobsShow, { job: id })).job.id, id);
  const twin = await world.ask(jobsAdd, { when: 'every 1h', command: ['x'], name: 'report' });
  assert.deepEqual(
    twin.warnings.map(({ code }) => code),
    ['ambiguous'],
  );
  await assert.rejects(world.ask(jobsShow, { job: 'report' }), (error: Error) => {
    assert.match(error.message, new RegExp(`${id}.*${twin.job.id}`));
    return 'code' in error && error.code === 'ambiguous';
  });
  assert.notEqual(named.job.id, id);
});

test('an unknown name is answered with near ones', async () => {
  const { world } = await withJob();
  await assert.rejects(world.ask(jobsShow, { job: 'reprot' }), {
    code: 'not_found',
    message: /Did you mean "Report"/,
  });
});

test('pages of a list hold every job once', async () => {
  const world = await openWorld();
  for (let count = 0; count < 5; count += 1)
    await world.ask(jobsAdd, { when: 'every 1h', command: ['x'], name: `job ${count % 2}` });
  const ids: string[] = [];
  for (let after: string | null = null, page = 0; page < 4; page += 1) {
    const answer: { jobs: { id: string }[]; next: string | null } = await world.ask(jobsList, {
      after,
      limit: 2,
    });
    ids.push(...answer.jobs.map(({ id }) => id));
    after = answer.next;
    if (after === null) break;
  }
  assert.equal(ids.length, 5);
  assert.equal(new Set(ids).size, 5);
});

test('a search finds words of names, ids and commands in any order, and nothing else of a job', async () => {
  const world = await openWorld();
  const add = async (name: string, command: readonly string[]): Promise<string> =>
    (await world.ask(jobsAdd, { when: 'every 1h', command: [...command], name })).job.id;
  const mail = await add('Ärger mit Post', ['./mail.sh', '--All']);
  await add('report', ['./report.sh', '100%_"quoted"']);
  const found = async (search: string, limit = 100): Promise<readonly string[]> =>
    (await world.ask(jobsList, { search, limit })).jobs.map(({ name }) => name);
  assert.deepEqual(await found('ärger'), ['Ärger mit Post']);
  assert.deepEqual(await found('--all MAIL'), ['Ärger mit Post']);
  assert.deepEqual(await found(mail.toLowerCase().slice(0, -1)), ['report', 'Ärger mit Post']);
  assert.deepEqual(await found(mail), ['Ärger mit Post']);
  assert.deepEqual(await found('100%_"Q'), ['report']);
  assert.deepEqual(await found('%'), ['report']);
  assert.deepEqual(await found('ärger report'), []);
  // Part of how a definition is stored, but not of what was said.
  assert.deepEqual(await found('overlap'), []);
  assert.equal((await found('  ')).length, 2);
});

test('a search finds words of prompts and commands in any case, also of letters beyond a to z', async () => {
  const world = await openWorld();
  const add = (name: string, prompt: string) =>
    world.ask(jobsAdd, { when: 'every 1h', prompt, model: 'a/b', name });
  await add('one', 'Eine Übersicht der Straßen und 天気');
  await add('two', 'Eine Ubersicht der Strassen und 天 気 %');
  const found = async (search: string): Promise<readonly string[]> =>
    (await world.ask(jobsList, { search })).jobs.map(({ name }) => name);
  for (const search of ['Übersicht', 'übersicht', 'ÜBERSICHT', 'straßen', '天気', 'Ü'])
    assert.deepEqual(await found(search), ['one'], search);
  assert.deepEqual(await found('Ubersicht'), ['two']);
  assert.deepEqual(await found('%'), ['two']);
  assert.deepEqual(await found('ñ'), []);
});

test('a search is paged like a list, and ends', async () => {
  const world = await openWorld();
  for (let count = 0; count < 9; count += 1)
    await world.ask(jobsAdd, { when: 'every 1h', command: [count % 3 === 0 ? 'odd' : 'x'] });
  const names: string[] = [];
  let after: string | null = null;
  for (let page = 0; page < 9; page += 1) {
    const answer: { jobs: { id: string }[]; next: string | null } = await world.ask(jobsList, {
      after,
      limit: 2,
      search: 'odd',
    });
    names.push(...answer.jobs.map(({ id }) => id));
    after = answer.next;
    if (after === null) break;
  }
  assert.equal(after, null);
  assert.equal(new Set(names).size, 3);
});

test('a change of a variable keeps the others, whose values nobody could type again', async () => {
  const { world, id } = await withJob();
  const edited = await world.ask(jobsEdit, { job: id, env: ['B=2', 'C=3'] });
  assert.deepEqual(edited.job.env, ['A', 'B', 'C']);
  assert.deepEqual(edited.variables, { set: ['B', 'C'], removed: [] });
  const again = await world.ask(jobsEdit, { job: id, env: ['B=two', 'C'], unsetEnv: ['A'] });
  assert.deepEqual(again.variables, { set: ['B'], removed: ['A'] });
  const job = await world.store.jobs.get('default', id);
  assert.deepEqual({ ...job?.definition.env }, { B: 'two', C: '3' });
  const nothing = await world.ask(jobsEdit, { job: id, env: ['B=two'] });
  assert.deepEqual([nothing.changed, nothing.variables], [[], undefined]);
  const { variables } = await world.ask(jobsEdit, { job: id, env: ['none'] });
  assert.deepEqual(variables, { set: [], removed: ['B', 'C'] });
});

test('a variable that is not there cannot be taken away, nor one that is set at once', async () => {
  const { world, id } = await withJob();
  await assert.rejects(world.ask(jobsEdit, { job: id, unsetEnv: ['a'] }), {
    code: 'usage',
    message: /no variable "a"/,
    remedy: { kind: 'advice', text: 'It has A.' },
  });
  await assert.rejects(world.ask(jobsEdit, { job: id, env: ['A=2'], unsetEnv: ['A'] }), {
    message: /at once/,
  });
  await world.ask(jobsEdit, { job: id, unsetEnv: ['A'] });
  await assert.rejects(world.ask(jobsEdit, { job: id, unsetEnv: ['A'] }), {
    remedy: { kind: 'advice', text: 'It has no variables of its own.' },
  });
});

test('an end that leaves no time is refused, as it is when a job is added', async () => {
  const { world, id } = await withJob();
  await assert.rejects(world.ask(jobsEdit, { job: id, end: '2020-01-01 00:00' }), {
    code: 'schedule_never_fires',
    kind: 'usage',
    details: { field: 'end' },
  });
  const { job } = await world.ask(jobsEdit, { job: id, maxRuns: 1, end: '2027-01-01 00:00' });
  assert.equal(job.state, 'enabled');
});

test('an empty name and an empty zone, as an unset variable leaves them, are refused', async () => {
  const { world, id } = await withJob();
  await assert.rejects(world.ask(jobsEdit, { job: id, name: '' }), { code: 'name_invalid' });
  const cron = { when: 'every day at 9am', command: ['x'], name: 'cron' };
  const { job } = await world.ask(jobsAdd, { ...cron, tz: 'America/New_York' });
  for (const ask of [
    world.ask(jobsEdit, { job: job.id, tz: '' }),
    world.ask(jobsAdd, { ...cron, tz: ' ' }),
    world.ask(jobsNext, { subject: '0 9 * * *', tz: '' }),
  ])
    await assert.rejects(ask, { kind: 'usage', details: { field: 'tz' } });
  const cleared = await world.ask(jobsEdit, { job: job.id, tz: 'none' });
  assert.equal(cleared.job.schedule.zone, 'Europe/Berlin');
});

test('another command or folder is looked at like that of a new job, and nothing else is', async () => {
  const world = await openWorld();
  await world.ask(jobsAdd, { when: 'every 1h', command: ['x'], name: 'report' });
  world.missing.add('/gone');
  const edited = await world.ask(jobsEdit, { job: 'report', cwd: '/gone' });
  assert.deepEqual(
    edited.warnings.map(({ code }) => code),
    ['cwd_missing'],
  );
  const again = await world.ask(jobsEdit, { job: 'report', overlap: 'queue' });
  assert.deepEqual(again.warnings, []);
});
