import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openWorld, type World } from '../../test/operations/world.ts';
import { apply } from './apply.ts';
import { exportJobs } from './export.ts';
import { jobsAdd } from './jobs-add.ts';
import { jobsEdit } from './jobs-edit.ts';
import { jobsList } from './jobs-list.ts';
import { jobsRemove } from './jobs-state.ts';

const agent = { when: 'every 1h', prompt: 'Summarise', agent: 'command:cat' };
const plain = { when: 'every 1h', command: ['true'] };

const fileOf = (...jobs: readonly object[]): string => JSON.stringify({ version: 1, jobs });

/** The names of the jobs that this one is told of. */
async function toldTo(world: World, name: string): Promise<readonly string[]> {
  const { jobs } = await world.ask(jobsList, {});
  const ids = jobs.find((job) => job.name === name)?.agent?.contextFrom ?? [];
  return ids.map((id) => jobs.find((job) => job.id === id)?.name ?? id);
}

const unchanged = async (world: World): Promise<void> => {
  const { text } = await world.ask(exportJobs, {});
  const { counts } = await world.ask(apply, { file: text });
  assert.deepEqual({ ...counts, unchanged: 0 }, { create: 0, change: 0, unchanged: 0, remove: 0 });
};

test('a new job of a file may be told of another one, before it or behind it', async () => {
  const world = await openWorld();
  const jobs = [
    { name: 'First', ...agent, contextFrom: ['second', 'last'] },
    { name: 'Report', ...plain },
    { name: 'Second', ...agent, contextFrom: ['Report', 'First'] },
  ];
  await world.ask(apply, { file: fileOf(...jobs) });
  assert.deepEqual(await toldTo(world, 'First'), ['Second', 'last']);
  assert.deepEqual(await toldTo(world, 'Second'), ['Report', 'First']);
  await unchanged(world);
});

test('a file names a job that is there as well, and one that is nowhere is refused', async () => {
  const world = await openWorld();
  await world.ask(jobsAdd, { name: 'Report', ...plain });
  const told = (name: string): string =>
    fileOf({ name: 'Summary', ...agent, contextFrom: [name] }, { name: 'Other', ...plain });
  await assert.rejects(world.ask(apply, { file: told('Nothing') }), /There is no job "Nothing"/);
  await world.ask(apply, { file: told('report') });
  assert.deepEqual(await toldTo(world, 'Summary'), ['Report']);
});

test('what is exported here applies elsewhere, namesakes and odd names included', async () => {
  const here = await openWorld();
  for (const name of ['Report', 'Twin', 'Twin', 'last', 'none'])
    await here.ask(jobsAdd, { name, ...plain });
  const ids = (await here.ask(jobsList, {})).jobs.map(({ id }) => id);
  await here.ask(jobsAdd, { name: 'Summary', ...agent, contextFrom: [...ids, 'last'] });
  await unchanged(here);
  const { text } = await here.ask(exportJobs, {});
  const elsewhere = await openWorld();
  // Its ids are others.
  elsewhere.advance(1_000);
  await elsewhere.ask(jobsAdd, { name: 'Own', ...plain });
  await elsewhere.ask(apply, { file: text });
  assert.deepEqual(await toldTo(elsewhere, 'Summary'), await toldTo(here, 'Summary'));
  const again = await elsewhere.ask(apply, { file: text });
  assert.deepEqual(again.counts, { create: 0, change: 0, unchanged: 6, remove: 0 });
});

test('namesakes of a file that come from elsewhere leave a job of their name as it is', async () => {
  const here = await openWorld();
  for (const timeout of ['1m', '2m']) await here.ask(jobsAdd, { name: 'Twin', ...plain, timeout });
  const { text } = await here.ask(exportJobs, {});
  const elsewhere = await openWorld();
  elsewhere.advance(1_000);
  await elsewhere.ask(jobsAdd, { name: 'Twin', ...plain, timeout: '3m' });
  assert.equal((await elsewhere.ask(apply, { file: text })).counts.create, 2);
  assert.equal((await elsewhere.ask(apply, { file: text })).counts.unchanged, 2);
  const { jobs } = await elsewhere.ask(jobsList, {});
  assert.deepEqual(
    jobs.map(({ timeoutMs }) => timeoutMs).toSorted((one, other) => one - other),
    [60_000, 120_000, 180_000],
  );
});

test('one job cannot be two of a file, and what a name does not tell apart needs an id', async () => {
  const world = await openWorld();
  const { job } = await world.ask(jobsAdd, { name: 'Old', ...plain });
  const refused = (message: RegExp, ...jobs: readonly object[]) =>
    assert.rejects(world.ask(apply, { file: fileOf(...jobs) }), { code: 'file_invalid', message });
  const byId = { name: 'New', id: job.id, ...plain };
  await refused(/"Old": It is in the file twice/, byId, { name: 'Old', ...plain });
  await refused(/"New": Another job of the file has this name/, byId, { name: 'New', ...plain });
  await refused(/"New": "abc" is no id/i, byId, { name: 'New', id: 'abc', ...plain });
  assert.equal((await world.ask(apply, { file: fileOf(byId) })).counts.change, 1);
});

test('two jobs of a file with the name that is meant are told apart by their ids', async () => {
  const world = await openWorld();
  const ids = ['01M817QNM0RVN00000000000AA', '01M817QNM0RVN00000000000AB'];
  const twins = ids.map((id) => ({ name: 'Twin', id, ...plain }));
  const told = (one: string): string =>
    fileOf(...twins, { name: 'Summary', ...agent, contextFrom: [one] });
  await assert.rejects(world.ask(apply, { file: told('twin') }), /Several jobs of the file/);
  await world.ask(apply, { file: told(ids[1]?.toLowerCase() ?? '') });
  assert.deepEqual(await toldTo(world, 'Summary'), ['Twin']);
});

test('an export leaves out the jobs that are gone, and applied here it changes nothing', async () => {
  const world = await openWorld();
  await world.ask(jobsAdd, { name: 'Report', ...plain });
  await world.ask(jobsAdd, { name: 'Kept', ...plain });
  const contextFrom = ['Report', 'Kept', 'last'];
  const { job } = await world.ask(jobsAdd, { name: 'Summary', ...agent, contextFrom });
  await world.ask(jobsRemove, { job: 'Report' });
  const { text } = await world.ask(exportJobs, {});
  assert.doesNotMatch(text, /Report/);
  await unchanged(world);
  assert.deepEqual(await toldTo(world, 'Summary'), [job.agent?.contextFrom[0], 'Kept', 'last']);
  const elsewhere = await openWorld();
  await elsewhere.ask(apply, { file: text });
  assert.deepEqual(await toldTo(elsewhere, 'Summary'), ['Kept', 'last']);
  // Leaving out one that is there is a wish.
  await world.ask(jobsEdit, { job: 'Summary', contextFrom: ['Kept'] });
  const without = fileOf({ name: 'Summary', ...agent }, { name: 'Kept', ...plain });
  assert.equal((await world.ask(apply, { file: without })).counts.change, 1);
  assert.deepEqual(await toldTo(world, 'Summary'), []);
});

test('a job that is done is in no file, so nothing in one names it', async () => {
  const world = await openWorld();
  await world.ask(jobsAdd, { name: 'Report', ...plain });
  await world.ask(jobsAdd, { name: 'Summary', ...agent, contextFrom: ['Report'] });
  const [report] = await world.store.jobs.byName('default', 'Report');
  assert.ok(report);
  const { id, revision, nextFireAt } = report;
  await world.store.jobs.change({
    profile: 'default',
    jobId: id,
    seen: { revision, nextFireAt },
    after: { ...report, state: 'done', nextFireAt: null, revision: revision + 1 },
    decisions: [],
    entry: { profile: 'default', at: 0, actor: 'a', kind: 'job.done', subject: id, detail: {} },
  });
  assert.doesNotMatch((await world.ask(exportJobs, {})).text, /Report|contextFrom/);
  await unchanged(world);
  assert.deepEqual(await toldTo(world, 'Summary'), ['Report']);
});
