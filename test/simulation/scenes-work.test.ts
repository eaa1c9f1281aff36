import assert from 'node:assert/strict';
import { test } from 'node:test';
import { environmentForOthers } from '../../src/adapters/agents/environment.ts';
import { usualLimits } from '../../src/core/agent.ts';
import type { AgentAction, HttpAction } from '../../src/core/job.ts';
import type { World } from '../../src/loops/world.ts';
import { sampleCall } from '../samples.ts';
import { Solo } from './solo.ts';

/** Prompts and calls: what their worker is told, and what keeps it from being started. */

const hour = 3_600_000;
const prompt: AgentAction = {
  kind: 'agent',
  prompt: 'Look around.',
  agent: 'claude',
  model: null,
  tools: [],
  limits: usualLimits('claude'),
  contextFrom: [],
  gate: null,
};
const call: HttpAction = {
  ...sampleCall,
  headers: { authorization: `Bearer \${secret:token}` },
};

const withToken = (value: string | null) => (): Partial<World> => ({
  secrets: {
    resolve: async () =>
      value === null
        ? {
            kind: 'missing',
            name: 'token',
            source: { kind: 'file', path: '/s/token' },
            why: 'there is no such file',
          }
        : { kind: 'resolved', values: [{ name: 'token', value }] },
  },
});

/** The orders of what began, in order. */
const orders = (solo: Solo) =>
  [...solo.cluster.machine.children.values()].map(({ order }) => order);

test('the worker of an agent is told of the last success of the jobs that are named', async () => {
  const solo = await Solo.open();
  Object.assign(solo.cluster.machine, { runMs: 100, exitCode: 0 });
  const clock = await solo.cluster.addJob(solo.every(hour));
  const never = await solo.cluster.addJob(solo.every(hour));
  const contextFrom = [clock.id, never.id, 'last'];
  const job = await solo.cluster.addJob(solo.every(hour), { action: { ...prompt, contextFrom } });
  const bytes = Buffer.from('ten past nine');
  solo.start(() => ({
    output: { read: async () => ({ bytes, nextByte: bytes.length, isAbsent: false }) },
  }));
  await solo.doors.ask('run', clock.id);
  await solo.pass(5_000);
  await solo.doors.ask('run', job.id);
  await solo.pass(5_000);
  await solo.doors.ask('run', job.id);
  await solo.pass(5_000);
  const [command, ...told] = orders(solo);
  assert.equal(command?.work, null);
  assert.deepEqual(
    told.map(({ argv }) => argv),
    [['worker'], ['worker']],
  );
  const froms = told.map(({ work }) =>
    JSON.parse(work ?? '').context.map(({ from }: { from: string }) => from.split(' ')[0]),
  );
  assert.deepEqual(froms, [['job'], ['job', 'last']]);
});

test('the values of a call are in its environment alone', async () => {
  const solo = await Solo.open();
  const job = await solo.cluster.addJob(solo.every(hour), { action: call });
  solo.start(withToken('hunter2'));
  await solo.doors.ask('run', job.id);
  await solo.pass(5_000);
  const [order] = orders(solo);
  assert.equal(order?.env['CRONKEEPER_SECRET_1'], 'hunter2');
  assert.ok(!JSON.stringify([order.work, order.argv]).includes('hunter2'));
});

test('a call whose secret is missing is refused, and so it is said beforehand', async () => {
  const solo = await Solo.open();
  const job = await solo.cluster.addJob(solo.every(hour), { action: call });
  solo.start(withToken(null));
  await solo.pass(1_000);
  const asked = await solo.doors.ask('probe', null);
  await solo.doors.ask('run', job.id);
  await solo.pass(30_000);
  const [run] = await solo.runs();
  assert.deepEqual([run?.state, run?.reason], ['refused', 'secret_missing']);
  const findings = (await solo.cluster.store.requests.get('default', asked))?.findings;
  assert.deepEqual(
    findings?.unmet.map(({ code }) => code),
    ['secret_missing'],
  );
});

test('no worker of ours is loaded by variables of a job; what it starts gets them all the same', async () => {
  const solo = await Solo.open();
  const env = { NODE_OPTIONS: '--import=data:,', LD_PRELOAD: '/evil.so', TZ: 'Asia/Tokyo' };
  const jobs = [
    await solo.cluster.addJob(solo.every(hour), { action: prompt, env }),
    await solo.cluster.addJob(solo.every(hour), { action: call, env }),
    await solo.cluster.addJob(solo.every(hour), { env }),
  ];
  solo.start(withToken('hunter2'));
  for (const { id } of jobs) await solo.doors.ask('run', id);
  await solo.pass(5_000);
  const given = orders(solo).map((order) => order.env);
  assert.equal(given.length, 3);
  for (const names of given) {
    const isOurs = names['CRONKEEPER_JOB_ID'] !== jobs[2]?.id;
    assert.equal(Object.hasOwn(names, 'NODE_OPTIONS'), !isOurs);
    assert.equal(Object.hasOwn(names, 'LD_PRELOAD'), !isOurs);
    assert.equal(names['TZ'], 'Asia/Tokyo');
    assert.equal(environmentForOthers(names)['NODE_OPTIONS'], env.NODE_OPTIONS);
  }
});

test('agents take no place of commands', async () => {
  const solo = await Solo.open();
  solo.cluster.machine.runMs = 600_000;
  const agents = [
    await solo.cluster.addJob(solo.every(hour), { action: prompt }),
    await solo.cluster.addJob(solo.every(hour), { action: prompt }),
  ];
  const command = await solo.cluster.addJob(solo.every(hour));
  solo.start(({ settings }) => ({ settings: { ...settings, maxRunning: 1, maxWork: 1 } }));
  for (const { id } of [...agents, command]) await solo.doors.ask('run', id);
  await solo.pass(10_000);
  const states = (await solo.runs()).map(({ jobId, state }) => `${jobId === command.id} ${state}`);
  assert.deepEqual(states.sort(), ['false queued', 'false running', 'true running']);
});
