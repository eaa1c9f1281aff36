import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import { attemptOf } from '../../test/conformance/store-samples.ts';
import { fire } from '../../test/operations/fire.ts';
import { entryOf, openWorld, soundMachine, withHolder } from '../../test/operations/world.ts';
import type { ProcessIdentity } from '../core/provenance.ts';
import { Refusal } from '../core/refusal.ts';
import { backup } from './backup.ts';
import { configGet, configSet } from './config.ts';
import { doctor } from './doctor.ts';
import { jobsAdd } from './jobs-add.ts';
import { jobsRemove } from './jobs-state.ts';
import { operations } from './list.ts';
import { profilesAdd, profilesList, profilesRemove } from './profiles.ts';

test('every operation has its own name and a summary, and no two are alike', () => {
  const names = operations.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const { name, summary } of operations) {
    assert.match(name, /^[a-z]+(\.[a-z]+)?$/);
    assert.ok(summary.length >= 8 && summary.length <= 60 && !summary.endsWith('.'), summary);
  }
});

test('every input and answer can be told as JSON Schema, and unknown fields are refused', () => {
  for (const { name, input, output } of operations) {
    assert.equal(z.toJSONSchema(input, { io: 'input' }).additionalProperties, false, name);
    assert.ok(z.toJSONSchema(output), name);
  }
});

test('profiles are added once and removed only when they are empty', async () => {
  const world = await openWorld();
  assert.deepEqual(await world.ask(profilesAdd, { name: 'la' }), { name: 'la', created: true });
  assert.deepEqual(await world.ask(profilesAdd, { name: 'la' }), { name: 'la', created: false });
  await world.ask(jobsAdd, { when: 'every 1h', command: ['x'] }, 'la');
  const maker = { kind: 'agent', name: 'http:bot', run: null } as const;
  const agent = { ...world.context, profile: 'la', maker };
  await jobsAdd.handle(agent, jobsAdd.input.parse({ when: 'every 1h', command: ['y'] }));
  await assert.rejects(world.ask(profilesRemove, { name: 'la' }), { code: 'profile_not_empty' });
  await assert.rejects(world.ask(profilesRemove, { name: 'nobody' }), { code: 'profile_unknown' });
  await assert.rejects(world.ask(profilesRemove, { name: 'default' }), {
    code: 'profile_not_empty',
  });
  await assert.rejects(world.ask(profilesAdd, { name: 'LA' }), { code: 'name_taken' });
  const { profiles } = await world.ask(profilesList, {});
  assert.deepEqual(
    profiles.map(({ name, jobs, current }) => [name, jobs, current]),
    [
      ['default', 0, true],
      ['la', 2, false],
    ],
  );
});

test('a profile is kept while a run in it goes on, and the answer names the run', async () => {
  const world = await openWorld();
  await world.ask(profilesAdd, { name: 'la' });
  const { job } = await world.ask(jobsAdd, { when: 'every 1h', command: ['x'] }, 'la');
  const fence = await withHolder(world, { profile: 'la' });
  world.advance(3_700_000);
  await fire(world, fence);
  const [run] = await world.store.runs.open('la', 1);
  assert.ok(run);
  await world.store.runs.authorise(fence, [{ attempt: attemptOf(run.id, fence) }]);
  await world.ask(jobsRemove, { job: job.id }, 'la');
  await world.store.leases.release(fence, entryOf('owner.released'));
  await assert.rejects(world.ask(profilesRemove, { name: 'la' }), {
    code: 'profile_not_empty',
    message: new RegExp(`^The run ${run.id} of "x" in the profile "la" is not over`),
    remedy: {
      kind: 'advice',
      text: `Type cronkeeper cancel ${run.id} -p la, then cronkeeper tick -p la`,
    },
  });
});

const holders: readonly {
  readonly name: string;
  readonly afterMs?: number;
  readonly become?: Partial<ProcessIdentity>;
  readonly isDead?: boolean;
  readonly refused: RegExp | null;
}[] = [
  {
    name: 'lives keeps its profile and is named',
    afterMs: 3_600_000,
    refused: /"la" is owned by a runner \(pid 812\), which lives/,
  },
  { name: 'crashed does not keep its profile', isDead: true, refused: null },
  {
    name: 'cannot be seen from here keeps its profile while its lease may last',
    become: { machineId: 'other' },
    refused: /of which nobody can tell here/,
  },
  {
    name: 'cannot be seen from here does not keep its profile when its lease is long over',
    afterMs: 76_000,
    become: { machineId: 'other' },
    refused: null,
  },
];
for (const { name, afterMs = 0, become = {}, isDead = false, refused } of holders) {
  test(`a holder that ${name}`, async () => {
    const world = await openWorld();
    await world.ask(profilesAdd, { name: 'la' });
    const fence = await withHolder(world, { profile: 'la', process: become });
    world.advance(afterMs);
    if (isDead) world.dead.add(812);
    const asked = world.ask(profilesRemove, { name: 'la' });
    if (refused !== null) {
      await assert.rejects(asked, { code: 'lease_held', message: refused });
      return;
    }
    await asked;
    // Should it live after all, it writes nothing any more, whether or not the profile comes back.
    await world.ask(profilesAdd, { name: 'la' });
    const written = await world.store.upkeep.prune(fence, [], 0);
    assert.equal(written.kind, 'fenced');
    assert.equal((await world.store.leases.read('la')).holder, null);
  });
}

for (const name of ['../x', '-p', 'a b', '', 'x'.repeat(65), 'a/b', 'a\n']) {
  test(`the profile name ${JSON.stringify(name)} is refused`, async () => {
    const world = await openWorld();
    await assert.rejects(world.ask(profilesAdd, { name }));
    await assert.rejects(world.ask(jobsAdd, { when: 'every 1h', command: ['x'] }, name));
  });
}

test('an unknown setting is answered with near ones, and a change is audited', async () => {
  const world = await openWorld();
  await assert.rejects(world.ask(configGet, { name: 'concurency' }), {
    code: 'setting_unknown',
    message: /concurrency/,
  });
  await world.ask(configSet, { name: 'concurrency', value: '5' });
  const [entry] = await world.store.audit.list('default', { limit: 1 });
  assert.deepEqual(entry?.detail, { before: 20, after: 5 });
});

test('a doctor finds a missing owner, and health with one', async () => {
  const world = await openWorld();
  const ill = await world.ask(doctor, {});
  assert.equal(ill.isHealthy, false);
  assert.deepEqual(
    ill.findings.filter(({ state }) => state === 'problem').map(({ check }) => check),
    ['owner'],
  );
  await withHolder(world);
  const well = await world.ask(doctor, {});
  assert.deepEqual(
    well.findings.filter(({ state }) => state !== 'ok'),
    [],
  );
});

test('a doctor sees a machine that loses jobs, and a clock that nobody sets', async () => {
  const world = await openWorld();
  await withHolder(world);
  world.machine = { ...soundMachine, disk: null, isWsl: true };
  world.outlook = { ...world.outlook, isClockSynchronised: false };
  const { findings, isHealthy } = await world.ask(doctor, {});
  assert.deepEqual(
    findings.filter(({ state }) => state === 'warning').map(({ check }) => check),
    ['wsl', 'disk', 'clock'],
  );
  assert.equal(isHealthy, true);
  assert.equal(new Set(findings.map(({ check }) => check)).size, findings.length);
});

for (const [code, why] of [
  ['ENOENT', /folder does not exist/],
  ['ENOTDIR', /no folder/],
  ['ENAMETOOLONG', /too long/],
  ['EACCES', /may not write/],
  ['EPERM', /may not write/],
  ['EROFS', /read-only/],
  ['store_read_only', /read-only/],
  ['ENOSPC', /full/],
  ['EDQUOT', /full/],
  ['store_full', /full/],
] as const) {
  test(`a backup that ends with ${code} is told of its place, not of the home`, async () => {
    const world = await openWorld();
    const fail = async () => {
      throw Object.assign(new Error('x'), { code });
    };
    const upkeep = { ...world.store.upkeep, backup: fail };
    const context = { ...world.context, store: { ...world.store, upkeep } };
    await assert.rejects(backup.handle(context, { path: '/there/x.db' }), (error) => {
      assert.ok(error instanceof Refusal);
      assert.equal(error.code, 'usage');
      assert.match(error.message, /^\/there\/x\.db: /);
      assert.match(error.message, why);
      assert.doesNotMatch(error.remedy?.text ?? '', /home/);
      return true;
    });
  });
}

test('a backup is a new file, and an existing one is refused', async () => {
  const world = await openWorld();
  const folder = mkdtempSync(join(tmpdir(), 'backup-'));
  try {
    const path = join(folder, 'copy.db');
    assert.deepEqual(await world.ask(backup, { path }), { path });
    await assert.rejects(world.ask(backup, { path }), { name: 'Refusal', code: 'usage' });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
