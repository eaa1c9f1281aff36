import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openWorld, type World, withHolder } from '../../test/operations/world.ts';
import { environment } from './environment.ts';
import { jobsAdd } from './jobs-add.ts';

type Shown = Awaited<ReturnType<typeof shownBy>>;

async function shownBy(world: World, job?: string) {
  const answer = await world.ask(environment, job === undefined ? {} : { job });
  return { ...answer, by: new Map(answer.names.map((one) => [one.name, one])) };
}

const told = (shown: Shown, name: string): string | null | undefined => shown.by.get(name)?.value;

async function withOwner(): Promise<World> {
  const world = await openWorld();
  await withHolder(world);
  world.environments.set('/run/812.sock', { PATH: '/owner/bin', HOME: '/home/anna' });
  return world;
}

test('what runs inherit is told by the owner and not by the process that asks', async () => {
  const shown = await shownBy(await withOwner());
  assert.equal(shown.from, 'owner');
  assert.equal(told(shown, 'PATH'), '/owner/bin');
  assert.equal(shown.by.get('PATH')?.source, 'owner');
  assert.equal(shown.by.has('TOKEN'), false);
  assert.equal(told(shown, 'CRONKEEPER_PROFILE'), 'default');
  assert.equal(told(shown, 'CRONKEEPER_JOB_NAME'), null);
  assert.equal(told(shown, 'CRONKEEPER_RUN_ID'), null);
  assert.equal(shown.job, null);
});

test('when the owner does not say it, what the last one left is told, with its time', async () => {
  const world = await openWorld();
  await withHolder(world);
  world.kept = { at: world.now() - 60_000, names: { PATH: '/last/bin' } };
  const shown = await shownBy(world);
  assert.deepEqual([shown.from, told(shown, 'PATH')], ['last-owner', '/last/bin']);
  assert.match(shown.message, /2026-11-22T08:59:00/);
});

test('where no owner ever was, that of the asker is told as what it is, without its secrets', async () => {
  const shown = await shownBy(await openWorld());
  assert.deepEqual([shown.from, told(shown, 'PATH')], ['here', '/asker/bin']);
  assert.equal(shown.by.has('TOKEN'), false);
});

test('files and the job stand above the owner, and values that may be secrets are not told', async () => {
  const world = await withOwner();
  world.files = [
    { path: '/home/anna/.cronkeeper/env', names: { PATH: '/file/bin', TOKEN: 'secret' } },
    { path: '/home/anna/.cronkeeper/env.default', names: { TOKEN: 'other' } },
  ];
  await world.ask(jobsAdd, {
    when: 'every 1h',
    command: ['x'],
    name: 'report',
    env: ['KEY=hidden', 'HOME=/j'],
  });
  const shown = await shownBy(world, 'report');
  assert.deepEqual(
    shown.files,
    world.files.map(({ path }) => path),
  );
  assert.deepEqual(shown.by.get('PATH'), {
    name: 'PATH',
    value: '/file/bin',
    source: 'file',
    path: '/home/anna/.cronkeeper/env',
    over: ['owner'],
  });
  assert.deepEqual(shown.by.get('TOKEN')?.over, ['/home/anna/.cronkeeper/env']);
  assert.equal(told(shown, 'TOKEN'), null);
  assert.equal(told(shown, 'KEY'), null);
  assert.deepEqual([shown.by.get('HOME')?.source, told(shown, 'HOME')], ['job', '/j']);
  assert.equal(told(shown, 'CRONKEEPER_JOB_NAME'), 'report');
  assert.equal(JSON.stringify(shown.names).includes('secret'), false);
});
