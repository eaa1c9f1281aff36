import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  makeMachine,
  picture,
  planFor,
  type ServiceMachine,
  worldOf,
} from '../../test/operations/service-machine.ts';
import { start } from '../../test/operations/world.ts';
import { Refusal } from '../core/refusal.ts';
import type { ServicePlan } from '../core/service-plan.ts';
import type { StatusAnswer } from './answers.ts';
import { controlService } from './service-control.ts';
import { type InstallWish, installService } from './service-install.ts';
import { uninstallService } from './service-uninstall.ts';
import { readHome } from './service-world.ts';

const wish: InstallWish = {
  appoints: false,
  reason: null,
  hash: (text) => `${text.length}`,
  programChangedAt: null,
};
const own = 'service systemd-system/cronkeeper-default.service';

async function install(
  machine: ServiceMachine,
  {
    plan,
    changes,
    signal,
  }: { plan?: ServicePlan; changes?: Partial<InstallWish>; signal?: AbortSignal } = {},
) {
  const world = worldOf(machine, plan, signal);
  return installService(world, await readHome(world.home), { ...wish, ...changes });
}

async function uninstall(machine: ServiceMachine, plan?: ServicePlan) {
  const world = worldOf(machine, plan);
  return uninstallService(world, await readHome(world.home));
}

test('it is recorded before it is written, and appointed after it has proven itself', async () => {
  const machine = makeMachine();
  const { changed, isAppointed, status } = await install(machine);
  assert.deepEqual(machine.acts, [
    'put record',
    'write',
    'enable',
    'start',
    'put record',
    'appoint',
  ]);
  assert.ok(changed && isAppointed && status.readiness.willRun);
  const [record] = machine.records.values();
  assert.deepEqual(record?.replaced, ['auto']);
  assert.equal(record?.file, '/etc/systemd/system/cronkeeper-default.service');
});

test('home, profile, number of jobs and user are told before anything is done', async () => {
  const machine = makeMachine();
  const world = worldOf(machine);
  machine.before = () => {
    assert.match(
      world.told.join('\n'),
      /home \/home\/ana\/\.cronkeeper, profile "default", 3 jobs, as user ana/,
    );
  };
  await installService(world, await readHome(world.home), wish);
  assert.ok(machine.acts.length > 0);
});

test('installed twice, nothing changes the second time, and what is removed is what was there first', async () => {
  const machine = makeMachine();
  await install(machine);
  const first = picture(machine);
  const { changed } = await install(machine);
  assert.equal(changed, false);
  assert.equal(picture(machine), first);
  await uninstall(machine);
  assert.equal(picture(machine), picture(makeMachine()));
});

/** Starts from a machine, lets the n-th change fail, and answers how many changes there were. */
async function failAt(
  make: () => Promise<ServiceMachine>,
  how: (machine: ServiceMachine, count: number) => Promise<unknown>,
): Promise<number> {
  for (let count = 0; ; count += 1) {
    const machine = await make();
    const before = picture(machine);
    let seen = 0;
    let injected = 0;
    machine.before = () => {
      if (seen === count) injected += 1;
      seen += 1;
      if (seen === count + 1) throw new Error('the machine does not like that');
    };
    const failed = await how(machine, count).then(
      () => false,
      (error: unknown) => error instanceof Refusal || error instanceof Error,
    );
    if (injected === 0) return count;
    // Lingering is wished for, not needed.
    if (failed) assert.equal(picture(machine), before, `change ${count} failed`);
    else assert.notEqual(machine.running, null);
  }
}

test('whichever change fails, everything is as it was', async () => {
  const fresh = await failAt(
    async () => makeMachine(),
    (machine) => install(machine),
  );
  assert.equal(fresh, 6);
  const ofUser = planFor({ manager: 'systemd-user' });
  const lingering = await failAt(
    async () => ({ ...makeMachine(), lingers: false }),
    (machine) => install(machine, { plan: ofUser }),
  );
  assert.equal(lingering, 8);
});

test('an upgrade that fails leaves the former unit, and its process', async () => {
  const moved = planFor({ program: ['/usr/bin/node', '/opt/new/dist/cronkeeper.js', 'runner'] });
  const installed = async (): Promise<ServiceMachine> => {
    const machine = makeMachine();
    await install(machine);
    machine.acts.length = 0;
    return machine;
  };
  const changes = await failAt(installed, (machine) => install(machine, { plan: moved }));
  assert.equal(changes, 3);
  const machine = await installed();
  await install(machine, { plan: moved });
  assert.deepEqual(machine.acts, ['put record', 'write', 'restart']);
  assert.match(machine.running ?? '', /\/opt\/new\/dist/);
  await uninstall(machine);
  assert.equal(picture(machine), picture(makeMachine()));
});

const upgrades = [
  { name: 'of another version', version: '1.2.4', programChangedAt: null },
  {
    name: 'of the same version that was built anew',
    version: '1.2.3',
    programChangedAt: start + 1,
  },
];
for (const { name, version, programChangedAt } of upgrades) {
  test(`a program ${name} at the same path is what runs afterwards, once`, async () => {
    const machine = makeMachine();
    await install(machine);
    machine.version = version;
    machine.boot = 1_000;
    machine.acts.length = 0;
    const { changed } = await install(machine, { changes: { programChangedAt } });
    assert.deepEqual([changed, machine.acts], [true, ['put record', 'restart']]);
    assert.equal((await install(machine, { changes: { programChangedAt } })).changed, false);
  });
}

test('an upgrade that was killed after its record was written is completed by the next one', async () => {
  const machine = makeMachine();
  await install(machine);
  machine.version = '1.2.4';
  for (const [name, record] of machine.records)
    machine.records.set(name, { ...record, version: '1.2.4' });
  assert.equal((await install(machine)).changed, true);
  assert.equal(machine.runningVersion, '1.2.4');
});

test('the ticks of a timer are of the program that lies there, so nothing is restarted', async () => {
  const machine = makeMachine();
  const plan = planFor({ isTimer: true });
  await install(machine, { plan });
  machine.version = '1.2.4';
  assert.equal((await install(machine, { plan })).changed, false);
});

test('what its manager holds of a service that fell over is not what is started again', async () => {
  const moved = planFor({ program: ['/usr/bin/node', '/opt/new/dist/cronkeeper.js', 'runner'] });
  const machine = makeMachine();
  await install(machine);
  machine.running = null;
  machine.acts.length = 0;
  await install(machine, { plan: moved });
  assert.deepEqual(machine.acts, ['put record', 'write', 'restart']);
  assert.match(machine.running ?? '', /\/opt\/new\/dist/);
});

test('who interrupts it anywhere has everything as it was', async () => {
  for (const act of ['put record', 'write', 'enable', 'start']) {
    const machine = makeMachine();
    const stop = new AbortController();
    machine.before = (each) => {
      if (each === act) stop.abort();
    };
    await assert.rejects(install(machine, { signal: stop.signal }), /interrupted/);
    assert.equal(picture(machine), picture(makeMachine()), act);
  }
});

test('a process that its manager does not vouch for is not appointed, and goes again', async () => {
  const machine = makeMachine();
  machine.level = 'corroborated';
  const before = picture(machine);
  await assert.rejects(
    install(machine),
    /not seen as a proven process.* It said: it said something$/,
  );
  assert.equal(picture(machine), before);
  assert.ok(!machine.acts.includes('appoint'));
});

test('a rule that a person made is left alone, unless they say otherwise; both ways it comes back', async () => {
  const machine = makeMachine();
  machine.rule = ['role gateway', 'host 4711'];
  const before = picture(machine);
  assert.equal((await install(machine)).isAppointed, false);
  assert.deepEqual(machine.rule, ['role gateway', 'host 4711']);
  assert.equal((await install(machine, { changes: { appoints: true } })).isAppointed, true);
  assert.deepEqual(machine.rule, [own]);
  assert.deepEqual((await uninstall(machine)).restored, ['role gateway', 'host 4711']);
  assert.equal(picture(machine), before);
});

const gateway = 'systemd-system/cronkeeper-gateway-default.service';
const places = [
  { name: 'before it', rule: [`service ${gateway}`, own] },
  { name: 'after it, and which still has the profile', rule: [own, `service ${gateway}`] },
];
for (const { name, rule } of places) {
  test(`one that stands by for another that the rule names ${name} is installed, upgraded, started`, async () => {
    const machine = makeMachine();
    machine.rule = rule;
    machine.beside = gateway;
    const { isAppointed, status } = await install(machine);
    assert.deepEqual([isAppointed, status.holder?.pid], [true, 8]);
    const moved = planFor({ program: ['/usr/bin/node', '/opt/new/dist/cronkeeper.js', 'runner'] });
    assert.equal((await install(machine, { plan: moved })).changed, true);
    for (const verb of ['start', 'restart'] as const) {
      const { status: after } = await controlService(worldOf(machine, moved), verb);
      assert.equal(after.instances[0]?.standing, 'standby');
    }
  });
}

test('what the rule lets own by its role is seen to run the jobs, and the rule stays', async () => {
  for (const isTimer of [false, true]) {
    const machine = makeMachine();
    machine.rule = ['role gateway', isTimer ? 'role timer' : 'role runner'];
    const plan = planFor({ isTimer });
    const { isAppointed, status } = await install(machine, { plan });
    assert.deepEqual([isAppointed, status.readiness.willRun], [true, true]);
    assert.equal(machine.rule[0], 'role gateway');
  }
});

test('a former process that takes its time to end proves nothing for the one that follows', async () => {
  const moved = planFor({ program: ['/usr/bin/node', '/opt/new/dist/cronkeeper.js', 'runner'] });
  const machine = makeMachine();
  await install(machine);
  machine.boot = 5_000;
  machine.endsAfterLooks = 3;
  const upgraded = await install(machine, { plan: moved });
  const began = (status: StatusAnswer) => Date.parse(status.instances[0]?.startedAt ?? '') - start;
  assert.equal(began(upgraded.status), 5_000);
  machine.boot = 9_000;
  const restarted = await controlService(worldOf(machine, moved), 'restart');
  assert.equal(began(restarted.status), 9_000);
});

test('a start that changes nothing waits for nobody new', async () => {
  const machine = makeMachine();
  await install(machine);
  machine.boot = 5_000;
  const { status } = await controlService(worldOf(machine), 'start');
  assert.equal(status.readiness.willRun, true);
  assert.equal(machine.boot, 5_000);
});

test('a timer that stands by for another is installed by its first tick', async () => {
  const machine = makeMachine();
  machine.rule = places[0]?.rule ?? [];
  machine.beside = gateway;
  const { isAppointed, status } = await install(machine, { plan: planFor({ isTimer: true }) });
  assert.deepEqual([isAppointed, status.holder?.pid], [true, 8]);
});

test('a dashboard that only asks is never appointed, whatever the rule and the wish', async () => {
  for (const appoints of [false, true]) {
    const machine = makeMachine();
    const about = { role: 'dashboard', unit: 'cronkeeper-dashboard-default.service' } as const;
    const asking = planFor({ ...about, schedules: false });
    const installed = await install(machine, { plan: asking, changes: { appoints } });
    assert.equal(installed.isAppointed, false);
    assert.deepEqual(machine.rule, ['auto']);
    assert.ok(machine.running !== null && !machine.acts.includes('appoint'));
    const scheduling = planFor({ ...about, schedules: true });
    assert.equal((await install(makeMachine(), { plan: scheduling })).isAppointed, true);
  }
});

test('a rule that a person made since is not replaced by uninstalling', async () => {
  const machine = makeMachine();
  await install(machine);
  machine.rule = ['role gateway'];
  assert.equal((await uninstall(machine)).restored, null);
  assert.deepEqual(machine.rule, ['role gateway']);
});

test('a home cannot lead root astray by the name of its profile', async () => {
  const machine = makeMachine();
  await assert.rejects(install(machine, { plan: planFor({ profile: '../../etc/x' }) }), {
    code: 'name_invalid',
  });
  assert.deepEqual(machine.acts, []);
});

test('who edited the unit is told before their edits are replaced', async () => {
  const machine = makeMachine();
  await install(machine);
  const [[path = '', text = ''] = []] = machine.files;
  machine.files.set(path, text.replace('[Service]', '[Service]\nNice=5'));
  const world = worldOf(machine);
  await installService(world, await readHome(world.home), wish);
  assert.match(world.told.join('\n'), /was edited since it was installed/);
  assert.equal(machine.files.get(path), text);
  const again = worldOf(machine);
  await installService(again, await readHome(again.home), wish);
  assert.doesNotMatch(again.told.join('\n'), /was edited/);
});

const heirs = [
  { name: 'of another profile', plan: { profile: 'la', unit: 'cronkeeper-la.service' } },
  {
    name: 'of another role',
    plan: { role: 'gateway', unit: 'cronkeeper-gateway-default.service' },
  },
] as const;
for (const { name, plan } of heirs) {
  test(`lingering stays on for a service ${name}, and goes with the last one`, async () => {
    const first = planFor({ manager: 'systemd-user' });
    const second = planFor({ manager: 'systemd-user', ...plan });
    for (const order of [
      [first, second],
      [second, first],
    ]) {
      const machine = { ...makeMachine(), lingers: false };
      await install(machine, { plan: first });
      await install(machine, { plan: second });
      await uninstall(machine, order[0]);
      assert.equal(machine.lingers, true);
      await uninstall(machine, order[1]);
      assert.equal(machine.lingers, false);
    }
  });
}

test("somebody else's unit is not touched, neither to install nor to uninstall", async () => {
  const machine = makeMachine();
  machine.files.set('/etc/systemd/system/cronkeeper-default.service', '[Service]\n');
  const before = picture(machine);
  await assert.rejects(install(machine), { code: 'service_foreign' });
  await assert.rejects(uninstall(machine), { code: 'service_foreign' });
  assert.equal(picture(machine), before);
  assert.deepEqual(machine.acts, []);
});

test('a second service of the same role is refused, with what takes the first one away', async () => {
  const machine = makeMachine();
  await install(machine);
  const other = planFor({ manager: 'systemd-user', user: 'ana' });
  await assert.rejects(install(machine, { plan: other }), (error: Refusal) => {
    assert.equal(error.remedy?.text, 'cronkeeper service uninstall runner --system');
    return true;
  });
});
