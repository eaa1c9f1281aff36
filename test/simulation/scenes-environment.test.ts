import assert from 'node:assert/strict';
import { test } from 'node:test';
import { advice, Refusal } from '../../src/core/refusal.ts';
import type { EnvironmentFile } from '../../src/core/run-environment.ts';
import type { RunEnvironments } from '../../src/ports/environment.ts';
import { openScene } from './scene.ts';
import { Solo } from './solo.ts';

const own = { PATH: '/owner', TOKEN: 'secret' };

test('a run gets what the files of the home say when it starts, and the owner leaves what runs inherit', async () => {
  const solo = await Solo.open();
  let files: readonly EnvironmentFile[] = [];
  const kept: string[] = [];
  const environments: RunEnvironments = {
    own,
    base: () => ({ own, files }),
    keep: (profile) => kept.push(profile),
    kept: () => null,
  };
  solo.start(() => ({ environments }));
  await solo.cluster.addJob(solo.every(10_000));
  await solo.pass(11_000);
  files = [{ path: '/home/env', names: { PATH: '/file', KEY: 'k' } }];
  await solo.pass(10_000);
  const given = [...solo.cluster.machine.children.values()].map(({ order }) => order.env);
  assert.deepEqual(
    given.map((env) => [env['PATH'], env['KEY'], env['TOKEN']]),
    [
      ['/owner', undefined, undefined],
      ['/file', 'k', undefined],
    ],
  );
  assert.deepEqual(kept, ['default']);
});

test('with a file that cannot be used nothing runs, its run says why, and the next one needs no hands', async () => {
  const solo = await Solo.open();
  let isBroken = true;
  const environments: RunEnvironments = {
    own,
    base: () => {
      if (isBroken) throw new Refusal('file_invalid', 'Line 3.', { remedy: advice('Mend it.') });
      return { own, files: [] };
    },
    keep: () => {},
    kept: () => null,
  };
  solo.start(() => ({ environments }));
  await solo.cluster.addJob(solo.every(20_000));
  await solo.pass(30_000);
  const [run] = await solo.runs();
  assert.deepEqual(
    [run?.outcome, run?.reason, run?.message],
    ['failed', 'start_failed', 'Line 3.'],
  );
  assert.equal(solo.cluster.machine.witness.length, 0);
  isBroken = false;
  await solo.pass(12_000);
  assert.equal(solo.cluster.machine.witness.length, 1);
});

test('an owner tells whoever asks what runs inherit from it, and nothing more', async () => {
  const { cluster } = await openScene(1);
  const { pid } = cluster.join();
  await cluster.pass(1_000);
  assert.deepEqual(await cluster.neighbours().environment(`socket-${pid}`, 1_000), {
    LANG: 'C',
  });
  assert.equal(await cluster.neighbours().environment('socket-0', 1_000), null);
});
