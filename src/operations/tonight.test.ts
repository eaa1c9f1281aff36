import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  entryOf,
  instanceOf,
  openWorld,
  provenanceOf,
  start,
  type World,
  withHolder,
} from '../../test/operations/world.ts';
import { sampleRecord } from '../../test/samples.ts';
import { hourMs, minuteMs } from '../core/instant.ts';
import type { Fence } from '../core/lease.ts';
import type { Findings } from '../core/probe.ts';
import { jobsAdd } from './jobs-add.ts';
import { jobsPause } from './jobs-state.ts';
import { tonight } from './tonight.ts';

/** The owner answers probes, by what it finds at that moment. */
function answersWith(
  world: World,
  fence: Fence,
  found: () => Partial<Findings>,
): { asked: number } {
  const counted = { asked: 0 };
  world.meanwhile = async () => {
    for (const { id } of await world.store.requests.waiting('default', 10)) {
      counted.asked += 1;
      await world.store.runs.acceptRequests(fence, [{ kind: 'take', requestId: id }]);
      const findings = { at: world.now(), jobs: 1, unmet: [], unknown: [], ...found() };
      await world.store.requests.recordFindings(fence, id, findings);
    }
  };
  return counted;
}

const add = async (world: World, when: string, name: string): Promise<string> =>
  (await world.ask(jobsAdd, { when, command: ['true'], name })).job.id;

const verdict = ({
  verdict: { isGood, occurrences, willRun, willNotRun, unknown },
}: {
  readonly verdict: Record<'occurrences' | 'willRun' | 'willNotRun' | 'unknown', number> & {
    readonly isGood: boolean;
  };
}) => [isGood, occurrences, willRun, willNotRun, unknown];

test('a profile without jobs has nothing due, and nobody is asked', async () => {
  const world = await openWorld();
  const answers = answersWith(world, await withHolder(world), () => ({}));
  const answer = await world.ask(tonight, {});
  assert.deepEqual(verdict(answer), [true, 0, 0, 0, 0]);
  assert.equal(answer.probe.state, 'not-asked');
  assert.equal(answers.asked, 0);
  assert.equal(answer.until, new Date(start + 12 * hourMs).toISOString());
});

test('every occurrence will run when the owner found nothing in its way; a frequent job is one line', async () => {
  const world = await openWorld();
  answersWith(world, await withHolder(world), () => ({}));
  await add(world, 'every 10m', 'poll');
  await add(world, '0 18 * * *', 'report');
  const paused = await add(world, '0 18 * * *', 'asleep');
  await world.ask(jobsPause, { job: paused });
  const answer = await world.ask(tonight, {});
  assert.deepEqual(verdict(answer), [true, 73, 73, 0, 0]);
  assert.deepEqual(
    answer.jobs.map(({ job, occurrences }) => [job.name, occurrences]),
    [
      ['poll', 72],
      ['report', 1],
    ],
  );
  assert.equal(answer.readiness.by?.pid, 812);
  assert.equal(answer.paused, 1);
  assert.equal(answer.probe.state, 'answered');
});

test('what stands in the way is told with its jobs, its occurrences and what mends it', async () => {
  const world = await openWorld();
  const poll = await add(world, 'every 1h', 'poll');
  await add(world, '0 18 * * *', 'report');
  answersWith(world, await withHolder(world), () => ({
    unmet: [{ code: 'command_not_found', message: 'There is no command "x".', jobIds: [poll] }],
  }));
  const answer = await world.ask(tonight, {});
  assert.deepEqual(verdict(answer), [false, 13, 1, 12, 0]);
  const [obstacle, ...more] = answer.obstacles;
  assert.deepEqual(more, []);
  assert.equal(obstacle?.code, 'command_not_found');
  assert.equal(obstacle.occurrences, 12);
  assert.deepEqual(obstacle.jobs, [{ id: poll, name: 'poll' }]);
  assert.match(obstacle.remedy?.text ?? '', new RegExp(`edit ${poll}`));
  assert.equal(answer.jobs[0]?.job.id, poll, 'what will not run comes first');
});

test('without an owner nothing will run, nobody is asked, and the remedy starts one', async () => {
  const world = await openWorld();
  await add(world, 'every 1h', 'poll');
  const answer = await world.ask(tonight, {});
  assert.deepEqual(verdict(answer), [false, 12, 0, 12, 0]);
  assert.equal(answer.obstacles[0]?.code, 'owner_absent');
  assert.deepEqual(answer.obstacles[0]?.remedy, answer.readiness.remedy);
  assert.equal(answer.obstacles[0]?.remedy?.kind, 'command');
  assert.equal(answer.probe.state, 'not-asked');
  assert.deepEqual(await world.store.requests.waiting('default', 10), []);
});

test('an owner whose loop is stuck will run nothing, and is not asked', async () => {
  const world = await openWorld();
  await withHolder(world);
  await add(world, 'every 1h', 'poll');
  world.answers.clear();
  const answer = await world.ask(tonight, {});
  assert.deepEqual(verdict(answer), [false, 12, 0, 12, 0]);
  assert.equal(answer.obstacles[0]?.code, 'owner_stalled');
  assert.equal(answer.probe.state, 'not-asked');
});

test('of an owner that answers but does not say what it finds, nobody knows what will run', async () => {
  const world = await openWorld();
  const fence = await withHolder(world);
  await add(world, 'every 1h', 'poll');
  const silent = await world.ask(tonight, {});
  assert.deepEqual(verdict(silent), [false, 12, 0, 0, 12]);
  assert.equal(silent.obstacles[0]?.code, 'not_probed');
  assert.match(silent.probe.message ?? '', /did not take the question.*20 s/);
  world.meanwhile = async () => {
    for (const { id } of await world.store.requests.waiting('default', 10))
      await world.store.runs.acceptRequests(fence, [{ kind: 'take', requestId: id }]);
  };
  const slow = await world.ask(tonight, {});
  assert.match(slow.probe.message ?? '', /began to look/);
});

test('a question that expired is not waited for any longer', async () => {
  const world = await openWorld();
  const fence = await withHolder(world);
  await add(world, 'every 1h', 'poll');
  world.meanwhile = async () => {
    for (const { id } of await world.store.requests.waiting('default', 10)) {
      const dismissal = { kind: 'expire', reason: 'request_expired', message: '' } as const;
      await world.store.runs.acceptRequests(fence, [{ ...dismissal, requestId: id }]);
    }
  };
  const before = world.now();
  const answer = await world.ask(tonight, {});
  assert.equal(answer.probe.state, 'unanswered');
  assert.ok(world.now() - before < 1_000);
});

/** A timer that its service manager keeps armed. */
function installTimer(
  world: World,
  fields: { readonly nextTickAt: number; readonly isEnabled?: boolean },
): void {
  world.installed.push({
    record: sampleRecord({
      unit: 'cronkeeper-tick-default.service',
      profile: 'default',
      isTimer: true,
      file: '/etc/systemd/system/cronkeeper-tick-default.service',
      program: ['node'],
      version: '0',
      installedAt: '2026-11-22T08:00:00.000Z',
      user: 'anna',
    }),
    state: {
      kind: 'known',
      isActive: true,
      isEnabled: true,
      words: 'active (waiting)',
      mainPid: null,
      file: null,
      ...fields,
    },
  });
}

/** Two ticks of a timer, which ended. */
async function withTicks(world: World, periodMs: number): Promise<void> {
  for (const [pid, seenAt] of [
    [21, world.now() - periodMs - 1_000],
    [22, world.now() - 1_000],
  ] as const) {
    await world.store.instances.report(
      instanceOf(pid, { role: 'timer', startedAt: seenAt, seenAt }),
    );
    world.dead.add(pid);
  }
}

test('the next tick of a timer answers, and it is waited for', async () => {
  const world = await openWorld();
  await add(world, 'every 1h', 'poll');
  await withTicks(world, minuteMs);
  const beganAt = world.now();
  let isThere = false;
  world.meanwhile = async () => {
    if (isThere || world.now() - beganAt < 50_000) return;
    isThere = true;
    const fence = await withHolder(world, { pid: 23, role: 'timer' });
    answersWith(world, fence, () => ({}));
  };
  const answer = await world.ask(tonight, {});
  assert.ok(isThere);
  assert.equal(answer.readiness.code, 'will_run_by_timer');
  assert.deepEqual(verdict(answer), [true, 12, 12, 0, 0]);
});

test('a timer that ticks seldom answers at its tick, and what it found then counts for an hour', async () => {
  const world = await openWorld();
  await add(world, 'every 1h', 'poll');
  await withTicks(world, 10 * minuteMs);
  const before = world.now();
  const early = await world.ask(tonight, {});
  assert.equal(early.readiness.code, 'will_run_by_timer');
  assert.deepEqual(verdict(early), [false, 12, 0, 0, 12]);
  assert.match(early.probe.message ?? '', /answers at its next tick, in 10 min/);
  assert.ok(world.now() - before < 2_000);
  // The tick comes, answers and is gone.
  world.advance(9 * minuteMs);
  const fence = await withHolder(world, { pid: 23, role: 'timer' });
  answersWith(world, fence, () => ({}));
  await world.meanwhile();
  await world.store.leases.release(fence, entryOf('owner.release'));
  await world.store.instances.remove('default', 'instance-23');
  const tick = { role: 'timer', startedAt: world.now(), seenAt: world.now() } as const;
  await world.store.instances.report(instanceOf(24, tick));
  world.dead.add(24);
  world.meanwhile = async () => {};
  const late = await world.ask(tonight, {});
  assert.equal(late.readiness.code, 'will_run_by_timer');
  assert.deepEqual(verdict(late), [true, 12, 12, 0, 0]);
  assert.equal(late.probe.at, new Date(world.now()).toISOString());
  world.advance(1_000);
  await add(world, 'every 1h', 'new');
  assert.deepEqual(verdict(await world.ask(tonight, {})), [false, 24, 12, 0, 12]);
});

test('what the machine will do stops what fires after it, and says what calls it off', async () => {
  const world = await openWorld();
  answersWith(world, await withHolder(world), () => ({}));
  await add(world, 'every 1h', 'poll');
  const at = start + 6.5 * hourMs;
  const shutdown = { kind: 'restart', at, by: 'order' } as const;
  world.outlook = { ...world.outlook, shutdown, unknown: ['lid'] };
  const answer = await world.ask(tonight, {});
  assert.deepEqual(verdict(answer), [false, 12, 6, 6, 0]);
  assert.equal(answer.obstacles[0]?.code, 'machine_restarts');
  assert.match(answer.obstacles[0]?.remedy?.text ?? '', /service install runner/);
  assert.equal(answer.outlook.notes[0]?.stopsAt, new Date(at).toISOString());
  assert.deepEqual(answer.outlook.unknown, ['lid']);
});

test('a service of the system comes back after a restart, so everything runs', async () => {
  const world = await openWorld();
  const service = { manager: 'systemd-system', unit: 'cronkeeper-default.service' } as const;
  const provenance = provenanceOf({ level: 'proven', service });
  answersWith(world, await withHolder(world, { provenance }), () => ({}));
  await add(world, 'every 1h', 'poll');
  const shutdown = { kind: 'restart', at: start + 6.5 * hourMs, by: 'order' } as const;
  world.outlook = { ...world.outlook, shutdown };
  const answer = await world.ask(tonight, {});
  assert.deepEqual(verdict(answer), [true, 12, 12, 0, 0]);
  assert.equal(answer.outlook.notes[0]?.stopsAt, null);
});

test('a timer of a service manager is waited for as long as that says', async () => {
  const world = await openWorld();
  await add(world, 'every 1h', 'poll');
  const beganAt = world.now();
  installTimer(world, { nextTickAt: beganAt + 90_000 });
  let isThere = false;
  world.meanwhile = async () => {
    if (isThere || world.now() - beganAt < 91_000) return;
    isThere = true;
    answersWith(world, await withHolder(world, { pid: 23, role: 'timer' }), () => ({}));
  };
  assert.deepEqual(verdict(await world.ask(tonight, {})), [true, 12, 12, 0, 0]);
  assert.ok(isThere);
});

for (const isEnabled of [true, false]) {
  test(`a timer that is ${isEnabled ? '' : 'not '}enabled ${isEnabled ? 'comes' : 'does not come'} back after a restart`, async () => {
    const world = await openWorld();
    await add(world, 'every 1h', 'poll');
    installTimer(world, { isEnabled, nextTickAt: world.now() + 3 * hourMs });
    const shutdown = { kind: 'restart', at: start + 6.5 * hourMs, by: 'order' } as const;
    world.outlook = { ...world.outlook, shutdown };
    const answer = await world.ask(tonight, {});
    assert.equal(answer.readiness.code, 'will_run_by_timer');
    assert.equal(answer.outlook.notes[0]?.stopsAt === null, isEnabled);
  });
}

test('a profile of ten thousand jobs is answered with bounded lists and complete counts', async () => {
  const world = await openWorld();
  const first = await add(world, 'every 1h', 'model');
  const model = await world.store.jobs.get('default', first);
  assert.ok(model !== null);
  const creations = Array.from({ length: 9_999 }, (_, index) => ({
    job: {
      ...model,
      id: world.context.ids.next(),
      definition: { ...model.definition, name: `job ${index}` },
    },
    key: null,
    entry: {
      profile: 'default',
      at: start,
      actor: 'test',
      kind: 'job.add',
      subject: String(index),
      detail: {},
    },
  }));
  await world.store.jobs.apply(creations.slice(0, 5_000), []);
  await world.store.jobs.apply(creations.slice(5_000), []);
  answersWith(world, await withHolder(world), () => ({
    unmet: [
      {
        code: 'cwd_missing',
        message: 'The folder "/x" does not exist or cannot be entered.',
        jobIds: creations.slice(0, 2_000).map(({ job }) => job.id),
      },
    ],
  }));
  const answer = await world.ask(tonight, {});
  assert.deepEqual(verdict(answer), [false, 120_000, 96_000, 24_000, 0]);
  assert.equal(answer.jobs.length, 1_000);
  assert.equal(answer.omittedJobs, 9_000);
  assert.ok(answer.jobs.every(({ willNotRun }) => willNotRun === 12));
  assert.equal(answer.obstacles[0]?.jobCount, 2_000);
  assert.equal(answer.obstacles[0]?.jobs.length, 100);
});

for (const [until, hours] of [
  ['2h', 2],
  ['2026-11-22T15:30', 5.5],
  ['tomorrow 8:00', 22],
] as const) {
  test(`--until "${until}" looks ${hours} hours ahead`, async () => {
    const world = await openWorld();
    const answer = await world.ask(tonight, { until });
    assert.equal(Date.parse(answer.until) - start, hours * hourMs);
  });
}

for (const until of ['2026-11-22T08:00', '8d', 'whenever', '0h', '5 parsecs']) {
  test(`--until "${until}" is refused`, async () => {
    const world = await openWorld();
    await assert.rejects(world.ask(tonight, { until }), { name: 'Refusal', kind: 'usage' });
  });
}
