import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openWorld } from '../../test/operations/world.ts';
import { decideBeforeChange } from '../core/firing.ts';
import { jobsAdd } from './jobs-add.ts';
import { jobsList } from './jobs-list.ts';
import { runsList } from './runs.ts';

test('an occurrence that is decided while it is listed is told once, as the decision', async () => {
  const world = await openWorld();
  const { job } = await world.ask(jobsAdd, { when: 'every 1h', command: ['report'] });
  world.advance(3_700_000);
  const { store } = world;
  const decide = async () => {
    const due = await store.jobs.get('default', job.id);
    assert.ok(due !== null);
    await store.jobs.change({
      profile: 'default',
      jobId: due.id,
      seen: { revision: due.revision, nextFireAt: due.nextFireAt },
      after: { ...due, nextFireAt: world.now() + 3_600_000 },
      decisions: decideBeforeChange(due, {
        now: world.now(),
        newId: () => world.context.ids.next(),
      }),
      entry: {
        profile: 'default',
        at: 0,
        actor: 'test',
        kind: 'job.edit',
        subject: due.id,
        detail: {},
      },
    });
  };
  const before = await world.ask(runsList, {});
  assert.deepEqual(
    before.runs.map(({ state }) => state),
    ['undecided'],
  );
  const runs: typeof store.runs = {
    ...store.runs,
    list: async (profile, filter) => {
      await decide();
      return store.runs.list(profile, filter);
    },
  };
  const during = await runsList.handle(
    { ...world.context, store: { ...store, runs } },
    runsList.input.parse({}),
  );
  assert.deepEqual(
    during.runs.map(({ state }) => state),
    ['missed'],
  );
});

test('a page of every profile has no place to go on from, and says so', async () => {
  const world = await openWorld();
  const { job } = await world.ask(jobsAdd, { when: 'every 1h', command: ['report'] });
  const asked = { allProfiles: true } as const;
  const refused = { code: 'usage', kind: 'usage', message: /one page only/ };
  await assert.rejects(world.ask(runsList, { ...asked, before: job.id }), refused);
  await assert.rejects(world.ask(jobsList, { ...asked, after: job.id }), refused);
  assert.equal((await world.ask(jobsList, asked)).jobs.length, 1);
});
