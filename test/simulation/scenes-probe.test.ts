import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JobDefinition } from '../../src/core/job.ts';
import { Refusal } from '../../src/core/refusal.ts';
import type { World } from '../../src/loops/world.ts';
import { firstly, Solo } from './solo.ts';

const hour = 3_600_000;
const command = (program: string): Pick<JobDefinition, 'action'> => ({
  action: { kind: 'command', argv: [program, 'x'], shell: false },
});
const line = (text: string): Pick<JobDefinition, 'action'> => ({
  action: { kind: 'command', argv: [text], shell: true },
});

/** The executor of a world, every call of which is counted by what was asked. */
const counted =
  (asked: string[]) =>
  ({ executor }: World): Partial<World> => ({
    executor: {
      ...executor,
      examine: (order) => {
        asked.push(order.argv[0] ?? '');
        return executor.examine(order);
      },
      probe: (requirement, env, cwd) => {
        asked.push(JSON.stringify(requirement));
        return executor.probe(requirement, env, cwd);
      },
    },
  });

const findingsOf = async (solo: Solo, id: string) =>
  (await solo.cluster.store.requests.get('default', id))?.findings;

test('the owner says of every enabled job what stands in its way, and asks equal questions once', async () => {
  const solo = await Solo.open();
  const { machine } = solo.cluster;
  machine.missing.add('gone');
  machine.unmet.add('readable=/mail').add('command=nowhere');
  const add = (extra: Partial<JobDefinition>) => solo.cluster.addJob(solo.every(hour), extra);
  await add(command('here'));
  await add(command('here'));
  const elsewhere = { ...command('gone'), cwd: '/tmp' };
  const gone = [await add(command('gone')), await add(command('gone')), await add(elsewhere)];
  const readable = await add({ requirements: [{ kind: 'readable', path: '/mail' }] });
  const named = await add({ requirements: [{ kind: 'env', variable: 'TOKEN' }] });
  await add({ requirements: [{ kind: 'env', variable: 'TOKEN' }], env: { TOKEN: 'x' } });
  const shell = await add(line('nowhere --all >/dev/null'));
  await add(line('nowhere || true'));
  await add(line('here --all'));
  const asked: string[] = [];
  solo.start(counted(asked));
  await solo.pass(1_000);
  const id = await solo.doors.ask('probe', null);
  await solo.pass(1_000);
  const findings = await findingsOf(solo, id);
  assert.equal(findings?.jobs, 11);
  assert.deepEqual(findings.unknown, []);
  const found = new Map(
    findings.unmet.map(({ message, jobIds, code }) => [message, { jobIds, code }]),
  );
  assert.deepEqual(
    new Set(found.get('There is no command "gone".')?.jobIds),
    new Set(gone.map((job) => job.id)),
  );
  assert.deepEqual(found.get('readable=/mail is not met here: it is gone'), {
    jobIds: [readable.id],
    code: 'capability_missing',
  });
  assert.deepEqual([...found].find(([message]) => message.startsWith('env=TOKEN'))?.[1].jobIds, [
    named.id,
  ]);
  assert.deepEqual(found.get('The line for the shell begins with "nowhere": it is gone'), {
    jobIds: [shell.id],
    code: 'command_not_found',
  });
  assert.equal(found.size, 4);
  assert.equal(asked.filter((one) => one === 'here').length, 1);
  assert.equal(asked.filter((one) => one === 'gone').length, 2);
});

test('what was found out in the evening is what becomes of the runs', async () => {
  const solo = await Solo.open();
  solo.cluster.machine.missing.add('gone');
  solo.cluster.machine.unmet.add('readable=/mail');
  const failing = await solo.cluster.addJob(solo.every(hour), command('gone'));
  const requirements = [{ kind: 'readable', path: '/mail' }] as const;
  const refused = await solo.cluster.addJob(solo.every(hour), { requirements });
  solo.start();
  await solo.pass(1_000);
  const id = await solo.doors.ask('probe', null);
  await solo.pass(2 * hour);
  const findings = await findingsOf(solo, id);
  const runs = await solo.runs();
  for (const { code, message, jobIds } of findings?.unmet ?? []) {
    const own = runs.filter(({ jobId }) => jobIds.includes(jobId));
    assert.ok(own.length >= 1, message);
    for (const run of own) assert.equal(run.reason, code);
  }
  const states = new Map(runs.map(({ jobId, state }) => [jobId, state]));
  assert.equal(states.get(failing.id), 'ended');
  assert.equal(states.get(refused.id), 'refused');
});

test('probes that hang keep nobody: jobs start on time, and what was not found out is said to be unknown', async () => {
  const solo = await Solo.open();
  solo.cluster.machine.runMs = 100;
  const everySecond = await solo.cluster.addJob(solo.every(1_000), { overlap: 'allow' });
  const requirements = (path: number) => [{ kind: 'readable', path: `/${path}` }] as const;
  for (let path = 0; path < 30; path += 1)
    await solo.cluster.addJob(solo.every(hour), { requirements: requirements(path) });
  let hanging = 0;
  let most = 0;
  solo.start(({ executor, clock }) => ({
    executor: {
      ...executor,
      probe: async () => {
        hanging += 1;
        most = Math.max(most, hanging);
        await clock.sleep(5_000);
        hanging -= 1;
        return null;
      },
    },
  }));
  await solo.pass(1_000);
  const id = await solo.doors.ask('probe', null);
  await solo.pass(21_000);
  const findings = await findingsOf(solo, id);
  assert.equal(findings?.jobs, 31);
  assert.equal(most, 4);
  assert.ok(findings.unknown.length >= 12, `${findings.unknown.length} unknown`);
  assert.equal(findings.unknown.includes(everySecond.id), false);
  const late = (await solo.runs()).filter(
    ({ fireTime, startedAt }) => (startedAt ?? 0) - (fireTime ?? 0) > 1_000,
  );
  assert.deepEqual(late, []);
  assert.ok(solo.cluster.machine.witness.length > 15);
});

test('a profile of many pages is looked at whole', async () => {
  const solo = await Solo.open();
  for (let index = 0; index < 501; index += 1)
    await solo.cluster.addJob(solo.every(hour), command('here'));
  const asked: string[] = [];
  solo.start(counted(asked));
  await solo.pass(1_000);
  const id = await solo.doors.ask('probe', null);
  await solo.pass(2_000);
  assert.equal((await findingsOf(solo, id))?.jobs, 501);
  assert.deepEqual(asked, ['here']);
});

test('many who ask at once are answered by one look, and who asks during it by the next', async () => {
  const solo = await Solo.open();
  const requirements = [{ kind: 'readable', path: '/mail' }] as const;
  await solo.cluster.addJob(solo.every(hour), { requirements });
  const ids = await Promise.all(Array.from({ length: 5 }, () => solo.doors.ask('probe', null)));
  let looks = 0;
  solo.start(({ executor, clock }) => ({
    executor: {
      ...executor,
      probe: async () => {
        looks += 1;
        await clock.sleep(3_000);
        return null;
      },
    },
  }));
  await solo.pass(1_000);
  for (let more = 0; more < 5; more += 1) {
    ids.push(await solo.doors.ask('probe', null));
    await solo.pass(200);
  }
  await solo.pass(8_000);
  for (const id of ids) assert.equal((await findingsOf(solo, id))?.jobs, 1);
  const times = await Promise.all(ids.map(async (id) => (await findingsOf(solo, id))?.at ?? 0));
  assert.equal(looks, 2);
  assert.equal(new Set(times).size, 2);
  assert.ok((times.at(-1) ?? 0) - (times[0] ?? 0) >= 2_900);
});

test('an answer that the fence rejects ends the term; who asked hears nothing', async () => {
  const solo = await Solo.open();
  solo.start(({ store }) => ({
    store: {
      ...store,
      requests: {
        ...store.requests,
        recordFindings: firstly(store.requests.recordFindings, () => ({
          kind: 'fenced',
          epoch: 9,
        })),
      },
    },
  }));
  await solo.pass(1_000);
  const id = await solo.doors.ask('probe', null);
  await solo.pass(3_000);
  assert.equal(await findingsOf(solo, id), undefined);
  assert.equal((await solo.cluster.store.leases.read('default')).epoch, 2);
});

test('an owner whose term ends meanwhile tells nothing of it', async () => {
  const solo = await Solo.open();
  const requirements = [{ kind: 'readable', path: '/slow' }] as const;
  for (const more of [[], [{ kind: 'readable', path: '/other' }] as const])
    await solo.cluster.addJob(solo.every(hour), { requirements: [...requirements, ...more] });
  let asked = 0;
  solo.start(({ executor, clock }) => ({
    executor: {
      ...executor,
      probe: async () => {
        asked += 1;
        await clock.sleep(4_000);
        return null;
      },
    },
  }));
  await solo.pass(1_000);
  const id = await solo.doors.ask('probe', null);
  await solo.pass(500);
  await solo.doors.appoint({ kind: 'auto' }, true);
  await solo.pass(20_000);
  assert.ok(asked > 0);
  assert.equal(await findingsOf(solo, id), undefined);
  assert.equal((await solo.cluster.store.requests.get('default', id))?.state, 'accepted');
});

test("what a starter does not answer because its owner hands over stands in nobody's way", async () => {
  const solo = await Solo.open();
  const requirements = [{ kind: 'readable', path: '/mail' }] as const;
  const job = await solo.cluster.addJob(solo.every(hour), { requirements });
  let close = (): void => {};
  const closed = new Promise<void>((resolve) => {
    close = resolve;
  });
  solo.start(({ executor, clock }) => ({
    executor: {
      ...executor,
      probe: async () => {
        await closed;
        return 'The starter did not answer the probe.';
      },
      close: async () => {
        close();
        await clock.sleep(1_000);
        await executor.close();
      },
    },
  }));
  await solo.pass(1_000);
  const id = await solo.doors.ask('probe', null);
  await solo.pass(500);
  await solo.doors.ask('handover', null);
  await solo.pass(5_000);
  const findings = await findingsOf(solo, id);
  assert.deepEqual(findings?.unmet, []);
  assert.deepEqual(findings?.unknown, [job.id]);
});

test('a tick of a timer stays until it has answered', async () => {
  const solo = await Solo.open();
  const requirements = [{ kind: 'readable', path: '/slow' }] as const;
  await solo.cluster.addJob(solo.every(2 * hour), { requirements });
  const id = await solo.doors.ask('probe', null);
  solo.start(
    ({ executor, clock }) => ({
      executor: {
        ...executor,
        probe: async () => {
          await clock.sleep(4_000);
          return null;
        },
      },
    }),
    'idle',
  );
  await solo.pass(3_000);
  assert.equal(solo.isOver, false);
  await solo.pass(5_000);
  assert.ok(solo.isOver);
  assert.equal((await findingsOf(solo, id))?.jobs, 1);
});

test('a probe that nobody answered in time expires', async () => {
  const solo = await Solo.open();
  const id = await solo.doors.ask('probe', null, 1_000);
  await solo.pass(5_000);
  solo.start();
  await solo.pass(1_000);
  assert.equal((await solo.cluster.store.requests.get('default', id))?.state, 'expired');
});

test('an environment that cannot be used stands in the way of every job, once and in its own words', async () => {
  const solo = await Solo.open();
  const jobs = [
    await solo.cluster.addJob(solo.every(hour), command('one')),
    await solo.cluster.addJob(solo.every(hour), command('two')),
  ];
  solo.start(({ environments }) => ({
    environments: {
      ...environments,
      base: () => {
        throw new Refusal('file_invalid', 'Line 3 of env.');
      },
    },
  }));
  await solo.pass(1_000);
  const id = await solo.doors.ask('probe', null);
  await solo.pass(1_000);
  const findings = await findingsOf(solo, id);
  assert.deepEqual(findings?.unmet, [
    { code: 'start_failed', message: 'Line 3 of env.', jobIds: jobs.map((job) => job.id) },
  ]);
});

test('a command that is no job yet is looked at as its owner would start it', async () => {
  const solo = await Solo.open();
  solo.cluster.machine.missing.add('gone');
  solo.cluster.machine.unmet.add('command=nowhere');
  const paths: (string | undefined)[] = [];
  solo.start(({ executor }) => ({
    executor: {
      ...executor,
      examine: async (order) => {
        paths.push(order.env['PATH']);
        if (order.argv[0] === 'slow') return { reason: 'not_probed', message: 'It took too long.' };
        return executor.examine(order);
      },
    },
  }));
  await solo.pass(1_000);
  const ask = (program: string, word: string | null = null, path: string | null = null) =>
    solo.examine({ program, word, cwd: '/', path });
  assert.equal(await ask('here'), null);
  assert.equal((await ask('gone', null, '/opt'))?.code, 'command_not_found');
  assert.equal((await ask('/bin/sh', 'nowhere'))?.code, 'command_not_found');
  assert.equal(await ask('/bin/sh', 'here'), null);
  await assert.rejects(ask('slow'), /too long/);
  assert.equal(paths[1], '/opt');
});

test('what was asked is forgotten after a day, also where every run is kept', async () => {
  const solo = await Solo.open();
  await solo.cluster.addJob(solo.every(hour));
  solo.start();
  const id = await solo.doors.ask('probe', null);
  await solo.pass(1_000);
  assert.notEqual(await solo.cluster.store.requests.get('default', id), null);
  solo.cluster.timeline.sleep(25 * hour);
  await solo.pass(11 * 60_000);
  assert.equal(await solo.cluster.store.requests.get('default', id), null);
  assert.deepEqual(solo.said('pruned'), []);
});
