import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openWorld } from '../../test/operations/world.ts';
import { servicePlan } from './service-preview.ts';

test('what a runner at boot would be made of is shown, for the profile that was asked', async () => {
  const world = await openWorld();
  await world.store.profiles.ensure('la', world.now(), 'test');
  const plan = async (profile: string) => [{ path: `/units/${profile}.service`, text: '[Unit]\n' }];
  const services = { ...world.context.services, hasManager: () => true, plan };
  const answer = await servicePlan.handle({ ...world.context, services, profile: 'la' }, {});
  assert.deepEqual(answer, {
    hasManager: true,
    files: [{ path: '/units/la.service', text: '[Unit]\n' }],
    command: 'cronkeeper service install runner --user -p la',
  });
});

test('where no service manager is, nothing is shown that could not be done', async () => {
  const world = await openWorld();
  const { hasManager, files } = await world.ask(servicePlan, {});
  assert.equal(hasManager, false);
  assert.deepEqual(files, []);
});
