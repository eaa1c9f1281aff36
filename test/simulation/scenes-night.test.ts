import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hourMs, minuteMs } from '../../src/core/instant.ts';
import type { JobDefinition } from '../../src/core/job.ts';
import { morning } from '../../src/operations/morning.ts';
import type { OperationContext } from '../../src/operations/operation.ts';
import { tonight } from '../../src/operations/tonight.ts';
import { openWorld } from '../operations/world.ts';
import type { Cluster } from './cluster.ts';
import { openScene } from './scene.ts';

const evening = Date.UTC(2026, 0, 5, 20);
const at = (hours: number, minutes = 0): number =>
  evening + (hours - 20 + (hours < 20 ? 24 : 0)) * hourMs + minutes * minuteMs;

const command = (program: string): Pick<JobDefinition, 'action'> => ({
  action: { kind: 'command', argv: [program], shell: false },
});
const daily = (hour: number) =>
  ({ kind: 'cron', expression: `0 ${hour} * * *`, zone: 'UTC' }) as const;

/** What a person may ask on that machine. Time passes while an operation waits. */
async function contextOf(cluster: Cluster): Promise<OperationContext> {
  const { timeline, store, machine } = cluster;
  const { context } = await openWorld();
  return {
    ...context,
    zone: 'UTC',
    store,
    clock: {
      now: () => timeline.now(),
      sleep: (ms) => new Promise((go) => timeline.after(ms, go)),
    },
    ids: { next: cluster.newId },
    processes: machine.table(machine.spawn(), () => {}),
    neighbours: { ...cluster.neighbours(), poke: () => cluster.poke() },
  };
}

/** Asks while time goes on. */
async function ask<T>(cluster: Cluster, answer: Promise<T>): Promise<T> {
  const asked = { isOver: false };
  void answer.finally(() => {
    asked.isOver = true;
  });
  for (let tries = 0; tries < 1_000 && !asked.isOver; tries += 1) await cluster.pass(50);
  return answer;
}

async function night() {
  const scene = await openScene(5, evening);
  const { cluster } = scene;
  cluster.machine.runMs = 1_000;
  cluster.machine.exitCode = 0;
  const join = () => cluster.join({ level: 'proven', unit: 'cronkeeper-default.service' });
  join();
  const until = (instant: number) => cluster.pass(instant - cluster.timeline.now().wall);
  const askMorning = async () =>
    ask(cluster, morning.handle(await contextOf(cluster), morning.input.parse({})));
  const askTonight = async () =>
    ask(cluster, tonight.handle(await contextOf(cluster), tonight.input.parse({})));
  return { scene, cluster, join, until, askMorning, askTonight };
}

const near = (iso: string | null | undefined, instant: number): void => {
  const off = Math.abs(Date.parse(iso ?? '') - instant);
  assert.ok(off <= 10_000, `${iso} is ${off} ms off ${new Date(instant).toISOString()}`);
};

test('the morning after a sleep, a restart and a failure tells exactly that', async () => {
  const { scene, cluster, join, until, askMorning } = await night();
  cluster.machine.missing.add('gone');
  const hourly = await cluster.addJob({ kind: 'every', everyMs: hourMs, anchor: evening });
  const failing = await cluster.addJob(daily(1), command('gone'));
  await until(at(2, 10));
  cluster.timeline.sleep(at(5, 30) - at(2, 10));
  await until(at(6, 10));
  cluster.machine.reboot();
  for (const member of cluster.members) cluster.crash(member);
  cluster.timeline.sleep(20 * minuteMs);
  await cluster.pass(minuteMs);
  join();
  await until(at(8, 30));
  const answer = await askMorning();

  const [slept, restarted, ...others] = answer.night;
  assert.deepEqual(others, []);
  assert.equal(slept?.kind, 'asleep');
  near(slept.from, at(2, 10));
  near(slept.until, at(5, 30));
  assert.equal(restarted?.kind, 'restarted');
  near(restarted.from, at(6, 10));
  near(restarted.until, at(6, 31));
  assert.equal(restarted.words, 'without notice');

  assert.deepEqual(
    answer.failed.map(({ job, reason, occurrences }) => [job.id, reason, occurrences]),
    [[failing.id, 'command_not_found', 1]],
  );
  // At half past five the run of five o'clock is too late by its grace, half its period.
  assert.deepEqual(
    answer.missed.map(({ job, reason, occurrences }) => [job.id, reason, occurrences]),
    [[hourly.id, 'asleep', 3]],
  );
  assert.deepEqual([answer.refused, answer.skipped, answer.running], [[], [], []]);
  assert.equal(answer.counts.succeeded, cluster.machine.witness.length - 1);
  assert.ok(answer.counts.succeeded >= 9, `${answer.counts.succeeded} ran`);
  const [need, ...more] = answer.needs;
  assert.deepEqual(more, []);
  assert.equal(need?.job?.id, failing.id);
  assert.match(need.remedy?.text ?? '', /^cronkeeper logs /);
  assert.equal(answer.readiness.willRun, true);
  assert.deepEqual(await scene.faults(), []);
});

test('a quiet night has nothing to tell and nobody to bother', async () => {
  const { cluster, until, askMorning } = await night();
  await cluster.addJob({ kind: 'every', everyMs: hourMs, anchor: evening });
  await until(at(8, 1));
  const answer = await askMorning();
  assert.deepEqual([answer.night, answer.needs, answer.failed, answer.missed], [[], [], [], []]);
  assert.equal(answer.counts.succeeded, 12);
});

test('what tonight says of the missing command, the unreadable path and the absent owner is what the night decides', async () => {
  const { cluster, until, askTonight, join } = await night();
  await cluster.pass(5_000);
  const { machine } = cluster;
  const requirements = [{ kind: 'readable', path: '/mail' }] as const;
  const job = {
    fine: await cluster.addJob(daily(0)),
    command: await cluster.addJob(daily(1), command('gone')),
    path: await cluster.addJob(daily(2), { requirements }),
  };
  const reasons = async () => {
    const runs = await cluster.store.runs.list('default', { limit: 100 });
    return new Map(runs.map(({ jobId, reason, outcome }) => [jobId, reason ?? outcome]));
  };
  const concerned = (answer: Awaited<ReturnType<typeof askTonight>>) =>
    new Map(
      answer.obstacles.flatMap(({ jobs, code }) => jobs.map(({ id }) => [id, code] as const)),
    );

  assert.deepEqual((await askTonight()).verdict, {
    isGood: true,
    occurrences: 3,
    willRun: 3,
    willNotRun: 0,
    unknown: 0,
  });
  machine.missing.add('gone');
  assert.deepEqual(concerned(await askTonight()), new Map([[job.command.id, 'command_not_found']]));
  machine.unmet.add('readable=/mail');
  const before = concerned(await askTonight());
  assert.deepEqual(
    before,
    new Map([
      [job.command.id, 'command_not_found'],
      [job.path.id, 'capability_missing'],
    ]),
  );
  assert.equal(machine.witness.length, 0, 'nothing has fired yet');
  await until(at(3));
  const decided = await reasons();
  for (const [id, code] of before) assert.equal(decided.get(id), code);
  assert.equal(decided.get(job.fine.id), 'succeeded');

  const late = await cluster.addJob(daily(4), { catchUp: { kind: 'none' } });
  for (const member of cluster.members) cluster.crash(member);
  await cluster.pass(1_000);
  assert.deepEqual(concerned(await askTonight()), new Map([[late.id, 'owner_absent']]));
  await until(at(5));
  join();
  await until(at(6));
  assert.equal((await reasons()).get(late.id), 'owner_absent');
});
