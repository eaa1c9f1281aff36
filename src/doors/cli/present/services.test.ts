import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeMachine, planFor, worldOf } from '../../../../test/operations/service-machine.ts';
import { start } from '../../../../test/operations/world.ts';
import { installService } from '../../../operations/service-install.ts';
import { readHome } from '../../../operations/service-world.ts';
import { installedLines } from './services.ts';
import type { View } from './view.ts';

const view: View = {
  columns: 80,
  color: false,
  now: start,
  zone: 'UTC',
  verbose: false,
  profile: 'default',
};
const gateway = 'systemd-system/cronkeeper-gateway-default.service';

async function installed(beside: string | null): Promise<string> {
  const machine = makeMachine();
  machine.rule = [`service ${gateway}`, 'service systemd-system/cronkeeper-default.service'];
  machine.beside = beside;
  const world = worldOf(machine);
  const wish = {
    appoints: false,
    reason: null,
    hash: (text: string) => text,
    programChangedAt: null,
  };
  const done = await installService(world, await readHome(world.home), wish);
  return installedLines({ kind: 'installed', plan: planFor(), ...done }, view).join('\n');
}

test('an installed standby is told to stand by, and who runs the jobs', async () => {
  const text = await installed(gateway);
  assert.match(
    text,
    /Jobs will run: runner \(systemd cronkeeper-gateway-default.service, proven\)/,
  );
  assert.match(text, /It stands by, and runs the jobs when it is its turn/);
  assert.doesNotMatch(text, /may not own/);
});

test('who may not own is told how to stand by, without shutting out who may', async () => {
  const machine = makeMachine();
  machine.rule = [`service ${gateway}`, 'role dashboard'];
  const world = worldOf(machine);
  const wish = { appoints: false, reason: null, hash: (text: string) => text };
  const facts = await readHome(world.home);
  const done = await installService(world, facts, { ...wish, programChangedAt: null });
  const text = installedLines({ kind: 'installed', plan: planFor(), ...done }, view).join('\n');
  assert.match(
    text,
    /It may not own the profile.* To let it stand by: cronkeeper owner appoint 'service systemd-system\/cronkeeper-gateway-default\.service' --then 'role dashboard' --then 'service systemd-system\/cronkeeper-default\.service' --reason TEXT$/m,
  );
});

test('an installed owner is not told to stand by', async () =>
  assert.doesNotMatch(await installed(null), /stands by/));
