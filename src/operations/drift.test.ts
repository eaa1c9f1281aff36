import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  instanceOf,
  openWorld,
  processOf,
  provenanceOf,
  type World,
  withHolder,
} from '../../test/operations/world.ts';
import { sampleRecord } from '../../test/samples.ts';
import type { SeenService } from '../core/service-drift.ts';
import type { ServiceRecord } from '../core/service-record.ts';
import { doctor } from './doctor.ts';
import { ownerShow } from './owner.ts';
import { statusOf } from './status-answer.ts';

const record: ServiceRecord = sampleRecord({
  unit: 'cronkeeper-default.service',
  profile: 'default',
  file: '/etc/systemd/system/cronkeeper-default.service',
  installedAt: '2026-11-22T08:00:00.000Z',
  user: 'anna',
});

async function installed(
  seen: Partial<SeenService>,
  changes: Partial<ServiceRecord> = {},
): Promise<World> {
  const world = await openWorld();
  await withHolder(world);
  const state = { kind: 'silent', why: 'not asked here' } as const;
  world.installed.push({ record: { ...record, ...changes }, state });
  world.seen = seen;
  return world;
}

test('a service that is as it was installed is no warning, and a good answer of the doctor', async () => {
  const world = await installed({});
  assert.deepEqual((await statusOf(world.context)).warnings, []);
  const { findings } = await world.ask(doctor, {});
  assert.deepEqual(
    findings.filter(({ check }) => check === 'drift').map(({ state }) => state),
    ['ok'],
  );
  const none = await openWorld();
  assert.match(
    (await none.ask(doctor, {})).findings.find(({ check }) => check === 'drift')?.message ?? '',
    /^No service was installed/,
  );
});

const drifts: readonly (readonly [string, Partial<SeenService>, string, string, RegExp])[] = [
  [
    'goes by another file',
    { file: '/run/x' },
    'provenance_mismatch',
    'problem',
    /install it again/,
  ],
  ['executes another program', { program: '/bin/sh' }, 'provenance_mismatch', 'problem', /again/],
  [
    'has another text',
    { sha256: 'bb' },
    'service_drifted',
    'warning',
    /^sudo cronkeeper service install runner --system --run-as anna$/,
  ],
  [
    'was upgraded beneath',
    { changedFiles: ['/usr/bin/node'] },
    'service_drifted',
    'warning',
    /runner --system --run-as anna$/,
  ],
  [
    'was not read again',
    { needsReload: true },
    'service_drifted',
    'warning',
    /runner --system --run-as anna$/,
  ],
];
for (const [what, seen, code, state, remedy] of drifts) {
  test(`a service that ${what} is told by status, owner show and doctor, with what mends it`, async () => {
    const world = await installed(seen);
    const shown = [await statusOf(world.context), await world.ask(ownerShow, {})];
    for (const { warnings } of shown) {
      assert.deepEqual(
        warnings.map((one) => one.code),
        [code],
      );
      assert.match(warnings[0]?.remedy?.text ?? '', remedy);
    }
    const found = (await world.ask(doctor, {})).findings.filter(({ check }) => check === 'drift');
    assert.deepEqual(
      found.map((one) => one.state),
      [state],
    );
  });
}

test('a timer that drifted is installed again as a timer, in its profile', async () => {
  const world = await installed({ sha256: 'bb' }, { isTimer: true, profile: 'la' });
  const answer = await world.ask(ownerShow, {});
  assert.equal(
    answer.warnings[0]?.remedy?.text,
    'sudo cronkeeper service install runner --system --run-as anna --timer -p la',
  );
});

for (const [change, text] of [
  [{ manager: 'systemd-user' }, 'cronkeeper service install runner --user'],
  [{ user: 'root' }, 'cronkeeper service install runner --system --run-as root'],
  [{ manager: 'launchd-daemon' }, 'sudo cronkeeper service install runner --system --run-as anna'],
  [{ manager: 'launchd-agent', role: 'gateway' }, 'cronkeeper service install gateway --user'],
] as const) {
  test(`what drifted is installed again where it was: ${text}`, async () => {
    const answer = await (await installed({ sha256: 'bb' }, change)).ask(ownerShow, {});
    assert.equal(answer.warnings[0]?.remedy?.text, text);
  });
}

test('what kernel and manager say now goes before what a process said of itself, and its own word stands where they are silent', async () => {
  const world = await openWorld();
  const service = { manager: 'systemd-system', unit: 'x.service' } as const;
  const proven = provenanceOf({ level: 'proven', service, probedAt: world.now() - 20_000 });
  await withHolder(world, { provenance: proven });
  for (const pid of [900, 901, 902])
    await world.store.instances.report(instanceOf(pid, { provenance: proven }));
  await world.store.instances.report(
    instanceOf(903, { provenance: proven, process: { ...processOf(903), machineId: 'other' } }),
  );
  const asked = { probedAt: world.now(), service };
  world.examined.set(
    812,
    provenanceOf({
      ...asked,
      level: 'proven',
      chain: [{ pid: 812, startMark: '812', command: 'node' }],
    }),
  );
  world.examined.set(900, provenanceOf({ ...asked, level: 'mismatch' }));
  world.examined.set(901, provenanceOf({ ...asked, level: 'unknown', service: null }));
  world.examined.set(903, provenanceOf({ ...asked, level: 'mismatch' }));
  const { provenances } = world.context;
  const looked: number[] = [];
  const answer = await statusOf({
    ...world.context,
    provenances: {
      ...provenances,
      examine: (process, claimed) => {
        looked.push(process.pid);
        return provenances.examine(process, claimed);
      },
    },
  });
  assert.deepEqual([...looked].sort(), [...new Set(looked)].sort(), 'each is looked at once');
  assert.equal(answer.holder?.provenance.ageMs, 0);
  assert.equal(answer.holder?.provenance.words, 'systemd → x.service (pid 812)');
  const levels = new Map(answer.instances.map(({ pid, provenance }) => [pid, provenance]));
  assert.equal(levels.get(900)?.level, 'mismatch');
  assert.equal(levels.get(901)?.level, 'unknown');
  assert.deepEqual([levels.get(902)?.level, levels.get(902)?.ageMs], ['proven', 20_000]);
  assert.equal(levels.get(903)?.level, 'proven');
});
