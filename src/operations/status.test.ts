import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  entryOf,
  instanceOf,
  openWorld,
  provenanceOf,
  start,
  withHolder,
} from '../../test/operations/world.ts';
import type { Incident } from '../core/incident.ts';
import { jobsAdd } from './jobs-add.ts';
import { jobsList } from './jobs-list.ts';
import { jobsRemove } from './jobs-state.ts';
import { ownerAppoint, ownerHandover, ownerHistory, ownerShow } from './owner.ts';
import { profilesAdd } from './profiles.ts';
import { status } from './status.ts';
import { statusOf } from './status-answer.ts';

const oneOf = async (world: Awaited<ReturnType<typeof openWorld>>) => statusOf(world.context);
const codes = (warnings: readonly { code: string }[]): string[] => warnings.map(({ code }) => code);

test('an empty profile says that nothing runs and which command starts something', async () => {
  const world = await openWorld();
  const answer = await oneOf(world);
  assert.equal(answer.readiness.willRun, false);
  assert.equal(answer.holder, null);
  assert.deepEqual(
    Object.values(answer.backends).map(({ state }) => state),
    Array(6).fill('absent'),
  );
});

test('a living holder is told apart from standbys, delegators and the dead', async () => {
  const world = await openWorld();
  await withHolder(world);
  const { instances } = world.store;
  await instances.report(instanceOf(2, { role: 'gateway' }));
  await instances.report(
    instanceOf(3, { role: 'dashboard', schedules: false, standing: 'delegator' }),
  );
  await instances.report(
    instanceOf(4, { role: 'desktop', schedules: false, standing: 'delegator' }),
  );
  await instances.report(instanceOf(5, { role: 'gateway' }));
  world.dead.add(5);
  const answer = await oneOf(world);
  assert.deepEqual(answer.instances.map(({ pid, standing }) => [pid, standing]).sort(), [
    [2, 'standby'],
    [3, 'delegator'],
    [4, 'delegator'],
    [812, 'holder'],
  ]);
  assert.equal(answer.backends.runner.state, 'active');
  assert.equal(answer.backends.gateway.state, 'standby');
  assert.equal(answer.backends.dashboard.state, 'standby');
  assert.equal(answer.backends.timer.state, 'absent');
  assert.deepEqual(answer.warnings, []);
  assert.equal(answer.holder?.pid, 812);
});

test('a row that says holder is not believed when the lease says otherwise', async () => {
  const world = await openWorld();
  await world.store.instances.report(instanceOf(7, { standing: 'holder' }));
  const answer = await oneOf(world);
  assert.deepEqual(
    answer.instances.map(({ standing }) => standing),
    ['standby'],
  );
  assert.equal(answer.readiness.willRun, false);
  assert.deepEqual(answer.warnings, []);
});

test('somebody who left the profile while they were asked is not taken for a silent owner', async () => {
  const world = await openWorld();
  const fence = await withHolder(world);
  const { neighbours } = world.context;
  const ask = async (socket: string, deadlineMs: number) => {
    if (!socket.includes('812')) return neighbours.ask(socket, deadlineMs);
    await world.store.leases.release(fence, entryOf('owner.released'));
    await withHolder(world, { pid: 813 });
    return null;
  };
  const context = { ...world.context, neighbours: { ...neighbours, ask } };
  const answer = await statusOf(context);
  assert.equal(answer.readiness.by?.pid, 813);
  assert.equal(answer.readiness.willRun, true);
});

test('two that believe they own are warned about in every answer, and only while the other says so', async () => {
  const world = await openWorld();
  await withHolder(world);
  await world.store.instances.report(instanceOf(7, { standing: 'holder' }));
  const believes = {
    instanceId: 'instance-7',
    profile: 'default',
    epoch: 9,
    overdueMs: 0,
    running: 0,
    queued: 0,
  };
  world.answers.set('/run/7.sock', believes);
  assert.deepEqual(codes((await oneOf(world)).warnings), ['several_schedulers']);
  assert.deepEqual(codes((await world.ask(jobsList, {})).warnings), ['several_schedulers']);
  world.answers.set('/run/7.sock', { ...believes, epoch: null });
  assert.deepEqual((await oneOf(world)).warnings, []);
});

test('a process that would schedule but may not is a warning only while it lives', async () => {
  const world = await openWorld();
  await world.ask(ownerAppoint, { rule: 'role gateway' });
  await world.store.instances.report(instanceOf(8, { role: 'runner' }));
  await world.store.instances.report(instanceOf(9, { role: 'dashboard', schedules: false }));
  const answer = await oneOf(world);
  assert.deepEqual(codes(answer.warnings), ['several_schedulers']);
  assert.match(answer.warnings[0]?.message ?? '', /runner pid 8/);
  assert.doesNotMatch(answer.warnings[0]?.message ?? '', /pid 9/);
  assert.deepEqual(answer.readiness.remedy, { kind: 'command', text: 'cronkeeper gateway run' });
  assert.match(answer.readiness.message, /runner pid 8 may not/);
  world.dead.add(8);
  assert.deepEqual((await oneOf(world)).warnings, []);
});

test('a scheduler that is not ours and executes our jobs is a warning', async () => {
  const world = await openWorld();
  await withHolder(world);
  await world.store.instances.report(instanceOf(6, { standing: 'foreign', role: 'gateway' }));
  const answer = await oneOf(world);
  assert.deepEqual(codes(answer.warnings), ['several_schedulers']);
  assert.equal(answer.backends.foreign.state, 'active');
});

test('a scheduler of another program is listed as foreign and warns nobody by itself', async () => {
  const world = await openWorld();
  await withHolder(world);
  const seen = (pid: number) => ({
    program: 'hermes',
    role: 'desktop' as const,
    host: 'attic',
    pid,
    startMark: `${pid}`,
    startedAt: start,
    port: 9120,
    command: 'hermes serve',
    facts: ['HERMES_DESKTOP=1 is in its environment.'],
  });
  // Pid 812 is the holder: a process of ours is not foreign, whatever it looks like.
  world.foreign = {
    schedulers: [seen(50), seen(812)],
    timers: [{ program: 'hermes', name: 'tick.timer', file: '/etc/tick.timer', isEnabled: true }],
    isComplete: false,
  };
  const answer = await oneOf(world);
  const foreign = answer.instances.filter(({ standing }) => standing === 'foreign');
  assert.deepEqual(
    foreign.map(({ program, role, pid, port, url }) => ({ program, role, pid, port, url })),
    [{ program: 'hermes', role: 'desktop', pid: 50, port: 9120, url: 'http://127.0.0.1:9120' }],
  );
  assert.deepEqual(answer.backends.foreign, {
    state: 'active',
    instances: ['hermes:50:50'],
    detail:
      '1 scheduling by itself; timer tick.timer. Not every process of this machine could be looked at.',
  });
  assert.deepEqual(answer.warnings, []);
  assert.equal(answer.readiness.willRun, true);
});

test('a scheduler of another program does not make our jobs run', async () => {
  const world = await openWorld();
  world.foreign = {
    schedulers: [],
    timers: [{ program: 'hermes', name: 'crontab', file: '/etc/crontab', isEnabled: null }],
    isComplete: true,
  };
  const answer = await oneOf(world);
  assert.equal(answer.backends.foreign.state, 'active');
  assert.equal(answer.readiness.willRun, false);
});

test('instances of other hosts count for 90 seconds after they were last written', async () => {
  const world = await openWorld();
  const there = { ...instanceOf(6), process: { ...instanceOf(6).process, machineId: 'other' } };
  await world.store.instances.report(there);
  assert.equal((await oneOf(world)).instances.length, 1);
  world.advance(90_001);
  assert.deepEqual((await oneOf(world)).instances, []);
});

test('an occurrence that is overdue makes readiness bad although the holder answers', async () => {
  const world = await openWorld();
  await withHolder(world);
  await world.ask(jobsAdd, { when: 'every 1m', command: ['x'] });
  world.advance(64_000);
  assert.equal((await oneOf(world)).readiness.willRun, true);
  world.advance(2_000);
  const answer = await oneOf(world);
  assert.equal(answer.readiness.code, 'owner_stalled');
  assert.equal(answer.jobs.overdue, 1);
  assert.equal(answer.jobs.oldestOverdueMs, 6_000);
  assert.deepEqual(codes(answer.warnings), ['owner_stalled']);
});

test('jobs that failed and have not succeeded since are counted and named, removed ones are not', async () => {
  const world = await openWorld();
  const { store } = world;
  const add = async (name: string) =>
    (await world.ask(jobsAdd, { when: 'every 1h', command: ['x'], name })).job.id;
  const names = ['a', 'b', 'c', 'd', 'fine', 'gone'];
  const ids = new Map<string, string>();
  for (const name of names) ids.set(name, await add(name));
  const open = async (name: string, kind: Incident['kind'], cause = 'exit_nonzero') => {
    const incident: Incident = {
      id: `${name} ${kind} ${cause}`,
      profile: 'default',
      kind,
      subject: ids.get(name) ?? '',
      cause,
      targets: [],
      openedAt: world.now(),
    };
    await store.outbox.openIncident(incident, []);
    return incident;
  };
  for (const name of ['a', 'b', 'c', 'd', 'gone']) await open(name, 'failed');
  await open('a', 'failed', 'timeout');
  await open('fine', 'missed');
  await world.ask(jobsRemove, { job: 'gone' });
  const { failing, failingJobs } = (await oneOf(world)).jobs;
  assert.equal(failing, 4);
  assert.deepEqual(
    failingJobs.map(({ name }) => name),
    ['a', 'b', 'c'],
  );
  for (const incident of await store.outbox.incidents('default', 'failed'))
    await store.outbox.closeIncident(incident, world.now(), []);
  assert.equal((await oneOf(world)).jobs.failing, 0);
});

test('ticks make a timer active while they come, and not after', async () => {
  const world = await openWorld();
  await world.store.instances.report(instanceOf(31, { role: 'timer', seenAt: world.now() }));
  await world.store.instances.report(
    instanceOf(32, {
      role: 'timer',
      startedAt: world.now() + 1_000,
      seenAt: world.now() + 1_000,
    }),
  );
  world.dead.add(31).add(32).add(33);
  world.advance(2_000);
  assert.equal((await oneOf(world)).readiness.willRun, false, 'two that were typed are no timer');
  world.advance(58_000);
  await world.store.instances.report(
    instanceOf(33, { role: 'timer', startedAt: world.now(), seenAt: world.now() }),
  );
  world.advance(10_000);
  const answer = await oneOf(world);
  assert.equal(answer.readiness.code, 'will_run_by_timer');
  assert.equal(answer.backends.timer.state, 'active');
  world.advance(120_000);
  assert.equal((await oneOf(world)).readiness.willRun, false);
});

test('jobs whose channel the holder lacks are warned about', async () => {
  const world = await openWorld();
  await withHolder(world);
  await world.ask(jobsAdd, { when: 'every 1h', command: ['x'], require: ['channel=slack'] });
  assert.deepEqual(codes((await oneOf(world)).warnings), ['capability_missing']);
});

test('every profile of the home is answered when all are asked for', async () => {
  const world = await openWorld();
  await world.ask(profilesAdd, { name: 'la' });
  const answer = await world.ask(status, { allProfiles: true });
  assert.ok('profiles' in answer);
  assert.deepEqual(answer.profiles.map(({ profile }) => profile).sort(), ['default', 'la']);
});

test('an appointment is a new version with its history, and the same rule again is not', async () => {
  const world = await openWorld();
  const rule = {
    rule: 'service systemd-user/ck.service',
    standbys: ['role gateway'],
    reason: 'mail',
  };
  const first = await world.ask(ownerAppoint, rule);
  assert.equal(first.changed, true);
  assert.equal(first.appointment.version, 2);
  assert.deepEqual(first.appointment.rule, ['service systemd-user/ck.service', 'role gateway']);
  assert.equal((await world.ask(ownerAppoint, rule)).changed, false);
  const { entries } = await world.ask(ownerHistory, {});
  assert.deepEqual(
    entries.map(({ kind }) => kind),
    ['owner.appointed'],
  );
  assert.equal(entries[0]?.actor, 'test:anna');
});

test('force needs a reason, ends the term and raises the epoch', async () => {
  const world = await openWorld();
  const fence = await withHolder(world);
  await assert.rejects(world.ask(ownerAppoint, { rule: 'role gateway', force: true }), {
    code: 'usage',
  });
  const answer = await world.ask(ownerAppoint, { rule: 'role gateway', force: true, reason: 'x' });
  assert.ok(answer.epoch > fence.epoch);
  assert.equal(answer.holder, null);
});

test('a hand-over is asked of a living owner and refused without one', async () => {
  const world = await openWorld();
  await assert.rejects(world.ask(ownerHandover, {}), { code: 'not_running' });
  await withHolder(world, { provenance: provenanceOf({ level: 'claimed' }) });
  const { request, owner } = await world.ask(ownerHandover, {});
  assert.equal(request.kind, 'handover');
  assert.equal(owner?.pid, 812);
  assert.deepEqual(world.pokes, ['/run/812.sock']);
  assert.equal((await world.ask(ownerShow, {})).holder?.provenance.level, 'claimed');
});
