import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Prepared } from '../../src/ports/executor.ts';
import { StoreUnavailable } from '../../src/ports/store.ts';
import { firstly, Solo } from './solo.ts';

const told = async (solo: Solo): Promise<readonly string[]> =>
  (await solo.runs()).map(({ state, outcome, reason }) => `${state} ${outcome} ${reason}`);

const failed: Prepared = { kind: 'failed', reason: 'cwd_missing', message: 'no such folder' };

test('a child that cannot be made is tried five times, a second apart; then the run has failed', async () => {
  const solo = await Solo.open();
  const job = await solo.cluster.addJob(solo.every(3_600_000));
  await solo.doors.ask('run', job.id);
  const tried: number[] = [];
  solo.start(({ executor }) => ({
    executor: {
      ...executor,
      prepare: async () => {
        tried.push(solo.cluster.timeline.boot);
        return failed;
      },
    },
  }));
  await solo.pass(20_000);
  assert.equal(tried.length, 5);
  for (const [index, at] of tried.slice(1).entries())
    assert.ok(at - (tried[index] ?? at) >= 1_000, String(tried));
  assert.deepEqual(await told(solo), ['ended failed cwd_missing']);
  const [run] = await solo.runs();
  assert.equal(run?.message, 'no such folder');
});

test('a preparation that breaks is a failed start, and the next try succeeds', async () => {
  const solo = await Solo.open();
  solo.cluster.machine.runMs = 100;
  solo.cluster.machine.exitCode = 0;
  const job = await solo.cluster.addJob(solo.every(3_600_000));
  await solo.doors.ask('run', job.id);
  const boom = (): Prepared => {
    throw new Error('no starter');
  };
  solo.start(({ executor }) => ({
    executor: { ...executor, prepare: firstly(executor.prepare, boom) },
  }));
  await solo.pass(5_000);
  assert.deepEqual(await told(solo), ['ended succeeded null']);
});

test('a run whose job needs what is not here is refused, with the reason', async () => {
  const solo = await Solo.open();
  const probed = await solo.cluster.addJob(solo.every(3_600_000), {
    requirements: [
      { kind: 'role', role: 'runner' },
      { kind: 'readable', path: '/x' },
      { kind: 'readable', path: '/y' },
    ],
  });
  const unmet = await solo.cluster.addJob(solo.every(3_600_000), {
    requirements: [{ kind: 'role', role: 'gateway' }],
  });
  await solo.doors.ask('run', probed.id);
  await solo.doors.ask('run', unmet.id);
  solo.start(({ executor }) => ({
    executor: {
      ...executor,
      probe: async (requirement) =>
        requirement.kind === 'readable' && requirement.path === '/y' ? 'it is not there' : null,
    },
  }));
  await solo.pass(1_000);
  const messages = (await solo.runs()).map(({ state, reason, message }) => [
    state,
    reason,
    message,
  ]);
  assert.deepEqual(messages.sort(), [
    ['refused', 'capability_missing', 'readable=/y is not met here: it is not there'],
    [
      'refused',
      'capability_missing',
      'role=gateway is not met here: it must be executed by a gateway',
    ],
  ]);
  assert.equal(solo.cluster.machine.witness.length, 0);
});

test('a run whose job was removed before it started is missed', async () => {
  const solo = await Solo.open();
  const job = await solo.cluster.addJob(solo.every(3_600_000));
  await solo.doors.ask('run', job.id);
  solo.start(({ store }) => ({
    store: {
      ...store,
      jobs: { ...store.jobs, get: firstly(store.jobs.get, () => null, { after: 1 }) },
    },
  }));
  await solo.pass(1_000);
  assert.deepEqual(await told(solo), ['missed null job_removed']);
});

test('a shell line is given to the shell, a program is not', async () => {
  const solo = await Solo.open();
  const action = { kind: 'command', argv: ['echo $HOME'], shell: true } as const;
  const shell = await solo.cluster.addJob(solo.every(3_600_000), { action });
  const plain = await solo.cluster.addJob(solo.every(3_600_000), {
    action: { kind: 'command', argv: ['echo', '$HOME'], shell: false },
  });
  await solo.doors.ask('run', shell.id);
  await solo.doors.ask('run', plain.id);
  solo.start();
  await solo.pass(1_000);
  const orders = [...solo.cluster.machine.children.values()].map(({ order }) => order.argv);
  assert.deepEqual(orders, [
    ['/bin/sh', '-c', 'echo $HOME'],
    ['echo', '$HOME'],
  ]);
});

test('a run that is cancelled while it waits never begins; one that is cancelled while it runs is ended', async () => {
  const solo = await Solo.open();
  solo.cluster.machine.runMs = 600_000;
  const job = await solo.cluster.addJob(solo.every(3_600_000), { overlap: 'queue' });
  solo.start();
  await solo.doors.ask('run', job.id);
  await solo.pass(1_000);
  await solo.doors.ask('run', job.id);
  await solo.pass(1_000);
  const open = await solo.cluster.store.runs.open('default', 10);
  assert.deepEqual(open.map(({ state }) => state).sort(), ['queued', 'running']);
  for (const { id } of open) await solo.doors.cancel(id);
  await solo.pass(1_000);
  assert.deepEqual(await told(solo), [
    'ended cancelled cancelled_by_request',
    'ended cancelled cancelled_by_request',
  ]);
  assert.equal(solo.cluster.machine.witness.length, 1);
});

test('an order to end a run that fails is given again until it succeeds, and no longer than the owner lives', async () => {
  const solo = await Solo.open();
  solo.cluster.machine.runMs = 600_000;
  const jobs = [
    await solo.cluster.addJob(solo.every(3_600_000)),
    await solo.cluster.addJob(solo.every(3_600_000)),
  ];
  const ordered: string[] = [];
  solo.start(({ executor }) => ({
    executor: {
      ...executor,
      end: async (key, process, verdict) => {
        ordered.push(key.runId);
        const isSecond = ordered[0] !== key.runId;
        if (isSecond || ordered.length < 3) throw new Error('no file can be opened');
        return executor.end(key, process, verdict);
      },
    },
  }));
  for (const job of jobs) await solo.doors.ask('run', job.id);
  await solo.pass(1_000);
  const [first, second] = await solo.cluster.store.runs.open('default', 10);
  await solo.doors.cancel(first?.id ?? '');
  await solo.pass(5_000);
  assert.deepEqual(ordered, Array(3).fill(first?.id));
  assert.deepEqual(await told(solo), ['running null null', 'ended cancelled cancelled_by_request']);
  await solo.doors.cancel(second?.id ?? '');
  await solo.pass(5_000);
  solo.stop.abort();
  await solo.pass(60_000);
  assert.ok(solo.isOver);
  const count = ordered.length;
  await solo.pass(60_000);
  assert.equal(ordered.length, count);
});

test('a run that began, waits for its retry and is cancelled, ends as cancelled', async () => {
  const solo = await Solo.open();
  solo.cluster.machine.runMs = 100;
  solo.cluster.machine.exitCode = 1;
  const job = await solo.cluster.addJob(solo.every(3_600_000), {
    retries: 3,
    retryDelayMs: 60_000,
  });
  solo.start();
  await solo.doors.ask('run', job.id);
  await solo.pass(2_000);
  const [run] = await solo.cluster.store.runs.open('default', 10);
  await solo.doors.cancel(run?.id ?? '');
  await solo.pass(2_000);
  assert.deepEqual(await told(solo), ['ended cancelled cancelled_by_request']);
});

test('a queued run whose job is removed is forgotten and never begins', async () => {
  const solo = await Solo.open();
  solo.cluster.machine.runMs = 20_000;
  const job = await solo.cluster.addJob(solo.every(3_600_000), { overlap: 'queue' });
  solo.start();
  await solo.doors.ask('run', job.id);
  await solo.pass(1_000);
  await solo.doors.ask('run', job.id);
  await solo.pass(1_000);
  await solo.doors.change(job.id, 'remove');
  await solo.pass(60_000);
  assert.equal(solo.cluster.machine.witness.length, 1);
  assert.equal((await solo.cluster.store.runs.open('default', 10)).length, 0);
});

test('a newer run ends one that runs, and drops one that waits', async () => {
  const solo = await Solo.open();
  solo.cluster.machine.runMs = 600_000;
  const job = await solo.cluster.addJob(solo.every(3_600_000), { overlap: 'replace' });
  const other = await solo.cluster.addJob(solo.every(3_600_000));
  solo.start(({ settings }) => ({ settings: { ...settings, maxRunning: 2 } }));
  await solo.doors.ask('run', job.id);
  await solo.doors.ask('run', other.id);
  await solo.pass(1_000);
  await solo.doors.ask('run', job.id);
  await solo.doors.ask('run', job.id);
  await solo.pass(5_000);
  const runs = (await solo.runs()).filter(({ jobId }) => jobId === job.id);
  assert.deepEqual(runs.map(({ state, reason }) => `${state} ${reason}`).sort(), [
    'ended replaced',
    'running null',
    'skipped replaced',
  ]);
  assert.equal(solo.cluster.machine.running().length, 2);
});

test('a gate that closes before its attempt is authorised is no attempt; the run begins a second later', async () => {
  const solo = await Solo.open();
  solo.cluster.machine.runMs = 100;
  solo.cluster.machine.exitCode = 0;
  const job = await solo.cluster.addJob(solo.every(3_600_000));
  await solo.doors.ask('run', job.id);
  const { timeline } = solo.cluster;
  const wait = (ms: number): Promise<void> => new Promise((go) => void timeline.after(ms, go));
  let closed = 0;
  solo.start(({ executor, store }) => ({
    executor: {
      ...executor,
      prepare: async (order) => {
        const prepared = await executor.prepare(order);
        const over = { kind: 'over', key: order.key, inspection: { kind: 'not-started' } } as const;
        if (closed === 0)
          void wait(10).then(() => {
            closed += 1;
            solo.emit(over);
          });
        return prepared;
      },
    },
    store: {
      ...store,
      upkeep: {
        ...store.upkeep,
        // The tick takes long, so the next one hears of the child and of its end together.
        prunable: async () => wait(500).then(() => []),
      },
    },
  }));
  await solo.pass(5_000);
  assert.equal(closed, 1);
  assert.deepEqual(await told(solo), ['ended succeeded null']);
  const [run] = await solo.runs();
  assert.equal((await solo.cluster.store.runs.attempts(run?.id ?? '')).length, 1);
});

test('a report about another try of a run, or about one that is being made, changes nothing', async () => {
  const solo = await Solo.open();
  solo.cluster.machine.runMs = 600_000;
  const job = await solo.cluster.addJob(solo.every(3_600_000));
  await solo.doors.ask('run', job.id);
  solo.cluster.machine.prepareMs = 2_000;
  solo.start();
  await solo.pass(1_000);
  const [run] = await solo.cluster.store.runs.open('default', 10);
  const runId = run?.id ?? '';
  const lost = { kind: 'lost', startedAt: 1 } as const;
  solo.emit({ kind: 'over', key: { runId, number: 1 }, inspection: lost });
  await solo.pass(5_000);
  solo.emit({ kind: 'over', key: { runId, number: 7 }, inspection: lost });
  solo.emit({ kind: 'over', key: { runId: 'nobody', number: 1 }, inspection: lost });
  await solo.pass(1_000);
  assert.deepEqual(await told(solo), ['running null null']);
});

test('an attempt that began and is said never to have started is lost, and so is one that vanished', async () => {
  for (const inspection of [{ kind: 'not-started' }, { kind: 'lost', startedAt: null }] as const) {
    const solo = await Solo.open();
    solo.cluster.machine.runMs = 600_000;
    const job = await solo.cluster.addJob(solo.every(3_600_000));
    await solo.doors.ask('run', job.id);
    solo.start();
    await solo.pass(1_000);
    const [run] = await solo.runs();
    solo.emit({ kind: 'over', key: { runId: run?.id ?? '', number: 1 }, inspection });
    await solo.pass(1_000);
    assert.deepEqual(await told(solo), ['ended unknown lost']);
  }
});

test('a gate that was told to open and did not is tried again', async () => {
  const solo = await Solo.open();
  solo.cluster.machine.runMs = 100;
  solo.cluster.machine.exitCode = 0;
  const job = await solo.cluster.addJob(solo.every(3_600_000));
  await solo.doors.ask('run', job.id);
  let isFirst = true;
  solo.start(({ executor }) => ({
    executor: {
      ...executor,
      release: (key, deadline) => {
        if (isFirst) executor.abandon(key);
        else executor.release(key, deadline);
        isFirst = false;
      },
    },
  }));
  await solo.pass(5_000);
  assert.deepEqual(await told(solo), ['ended succeeded null']);
  const [run] = await solo.runs();
  const attempts = await solo.cluster.store.runs.attempts(run?.id ?? '');
  assert.deepEqual(
    attempts.map(({ state }) => state),
    ['not_started', 'ended'],
  );
});

test('processes that escaped from runs which are over are ended, and that is told', async () => {
  const solo = await Solo.open();
  solo.cluster.machine.runMs = 100;
  await solo.cluster.addJob(solo.every(1_000), { overlap: 'allow' });
  solo.start(({ executor }) => ({
    executor: { ...executor, sweep: async (over) => (over.length > 3 ? over.length : 0) },
  }));
  await solo.pass(20_000);
  assert.ok(solo.said('escaped-ended').length >= 1, solo.cluster.log.join('\n'));
});

test('a sweep waits for a moment without a start, but not for ever', async () => {
  for (const [everyMs, earliest, latest] of [
    [4_000, 5_000, 9_000],
    [200, 15_000, 16_000],
  ] as const) {
    const solo = await Solo.open();
    solo.cluster.machine.runMs = 10;
    await solo.cluster.addJob(solo.every(everyMs), { overlap: 'allow' });
    const since = solo.cluster.timeline.boot;
    const swept: number[] = [];
    solo.start(({ executor }) => ({
      executor: {
        ...executor,
        sweep: async () => {
          swept.push(solo.cluster.timeline.boot - since);
          return 0;
        },
      },
    }));
    await solo.pass(30_000);
    const [first] = swept;
    assert.ok(first !== undefined && first >= earliest && first <= latest, String(swept));
  }
});

test('what could not be swept is swept again', async () => {
  const solo = await Solo.open();
  solo.cluster.machine.runMs = 100;
  const job = await solo.cluster.addJob(solo.every(3_600_000));
  await solo.doors.ask('run', job.id);
  const swept: string[][] = [];
  solo.start(({ executor }) => ({
    executor: {
      ...executor,
      sweep: async (over) => {
        swept.push(over.map(({ runId }) => runId));
        if (swept.length === 1) throw new Error('EMFILE');
        return 0;
      },
    },
  }));
  await solo.pass(30_000);
  const [run] = await solo.runs();
  assert.deepEqual(swept, [[run?.id], [run?.id]]);
});

test('a run that is tried again is not swept before its last attempt is over', async () => {
  const solo = await Solo.open();
  const { machine } = solo.cluster;
  machine.runMs = 8_000;
  machine.exitCode = 1;
  const job = await solo.cluster.addJob(solo.every(3_600_000), { retries: 1, retryDelayMs: 1_000 });
  await solo.doors.ask('run', job.id);
  const swept: boolean[] = [];
  solo.start(({ executor }) => ({
    executor: {
      ...executor,
      sweep: async () => {
        swept.push(machine.running().length > 0);
        return 0;
      },
    },
  }));
  await solo.pass(30_000);
  assert.equal(machine.witness.length, 2);
  assert.deepEqual(swept, [false]);
});

test('a holder ends what escaped from runs that ended before its term', async () => {
  const solo = await Solo.open();
  solo.cluster.machine.runMs = 100;
  const job = await solo.cluster.addJob(solo.every(3_600_000));
  await solo.doors.ask('run', job.id);
  const first = solo.cluster.join();
  await solo.pass(2_000);
  solo.cluster.crash(first);
  const [run] = await solo.runs();
  const swept: string[] = [];
  solo.start(({ executor }) => ({
    executor: {
      ...executor,
      marked: async () => [run?.id ?? '', 'a run of another home'],
      sweep: async (over) => {
        swept.push(...over.map(({ runId }) => runId));
        return 1;
      },
    },
  }));
  await solo.pass(8_000);
  assert.deepEqual(swept, [run?.id]);
});

test('what outlived its run for longer than a tree may take is ended at once', async () => {
  const solo = await Solo.open();
  solo.cluster.machine.runMs = 100;
  const job = await solo.cluster.addJob(solo.every(3_600_000));
  await solo.doors.ask('run', job.id);
  const first = solo.cluster.join();
  await solo.pass(2_000);
  solo.cluster.crash(first);
  await solo.pass(6_000);
  const [run] = await solo.runs();
  const swept: (readonly [string | undefined, boolean])[] = [];
  solo.start(({ executor }) => ({
    executor: {
      ...executor,
      marked: async () => [run?.id ?? ''],
      sweep: async ([key], isOverdue) => {
        swept.push([key?.runId, isOverdue]);
        return 1;
      },
    },
  }));
  await solo.pass(3_000);
  assert.deepEqual(swept, [[run?.id, true]]);
});

test('while no gate opens because the disk is full, the loop says so, and no longer', async () => {
  const solo = await Solo.open();
  let isFull = true;
  await solo.cluster.addJob(solo.every(1_000), { overlap: 'queue' });
  solo.start(({ executor }) => ({
    executor: {
      ...executor,
      release: (key, deadline) => {
        if (isFull) executor.abandon(key);
        else executor.release(key, deadline);
      },
      trial: async () => (isFull ? { code: 'store_full', message: 'no room' } : null),
    },
  }));
  await solo.pass(4_000);
  const during = solo.ask();
  await solo.pass(1_000);
  assert.equal(during.answer?.trouble?.code, 'store_full');
  isFull = false;
  await solo.pass(4_000);
  const after = solo.ask();
  await solo.pass(1_000);
  assert.equal(after.answer?.trouble, undefined);
  assert.ok(solo.cluster.machine.witness.length > 0);
});

test('a starter that was lost is made again and recorded', async () => {
  const solo = await Solo.open();
  solo.cluster.machine.runMs = 100;
  await solo.cluster.addJob(solo.every(1_000), { overlap: 'allow' });
  solo.start();
  await solo.pass(3_500);
  const first = (await solo.cluster.store.leases.read('default')).holder?.starter?.pid ?? 0;
  solo.cluster.machine.kill(first);
  await solo.pass(3_000);
  const { holder, epoch } = await solo.cluster.store.leases.read('default');
  assert.equal(epoch, 1);
  assert.notEqual(holder?.starter?.pid, first);
  assert.ok(solo.cluster.machine.isAlive(holder?.starter?.pid ?? 0));
});

test('a request for a job that was removed meanwhile is refused', async () => {
  const solo = await Solo.open();
  const job = await solo.cluster.addJob(solo.every(3_600_000));
  const asked = await solo.doors.ask('run', job.id);
  await solo.doors.change(job.id, 'remove');
  solo.start();
  await solo.pass(1_000);
  const request = await solo.cluster.store.requests.get('default', asked);
  assert.deepEqual([request?.state, request?.reason], ['refused', 'job_removed']);
});

test('a run that is cancelled while its child is made ends as cancelled and never begins', async () => {
  const solo = await Solo.open();
  solo.cluster.machine.prepareMs = 2_000;
  const job = await solo.cluster.addJob(solo.every(3_600_000));
  solo.start();
  await solo.doors.ask('run', job.id);
  await solo.pass(1_000);
  const [run] = await solo.cluster.store.runs.open('default', 1);
  await solo.doors.cancel(run?.id ?? '');
  await solo.pass(5_000);
  assert.deepEqual(await told(solo), ['ended cancelled cancelled_by_request']);
  assert.equal(solo.cluster.machine.witness.length, 0);
});

test('a child that was reported before a write failed is not abandoned when it is reported again', async () => {
  const solo = await Solo.open();
  solo.cluster.machine.runMs = 1_200;
  solo.cluster.machine.exitCode = 0;
  const { timeline } = solo.cluster;
  const first = await solo.cluster.addJob(solo.every(3_600_000));
  const second = await solo.cluster.addJob(solo.every(3_600_000));
  const boom = (): never => {
    throw new StoreUnavailable('store_unavailable', 'busy');
  };
  let isSlow = false;
  solo.start(({ store }) => ({
    store: {
      ...store,
      jobs: {
        ...store.jobs,
        nextFireTimes: async (profile, limit) => {
          if (isSlow) await new Promise<void>((go) => void timeline.after(2_000, go));
          return store.jobs.nextFireTimes(profile, limit);
        },
      },
      runs: { ...store.runs, settle: firstly(store.runs.settle, boom) },
    },
  }));
  await solo.doors.ask('run', first.id);
  await solo.pass(1_000);
  solo.cluster.machine.prepareMs = 50;
  await solo.doors.ask('run', second.id);
  // The child is being made; the next tick takes so long that it and the end of the first run are heard together.
  await solo.pass(10);
  isSlow = true;
  solo.poke();
  await solo.pass(100);
  isSlow = false;
  await solo.pass(10_000);
  assert.equal(solo.said('tick-failed').length, 1, solo.cluster.log.join('\n'));
  assert.deepEqual(await told(solo), ['ended succeeded null', 'ended succeeded null']);
  assert.equal(solo.cluster.machine.children.size, 2);
});

test('who makes processes is told of a crowd two seconds before it is due, once', async () => {
  const solo = await Solo.open();
  const told: (readonly [beforeMs: number, count: number])[] = [];
  const at = solo.cluster.timeline.now().wall + 60_000;
  for (const after of [0, 0, 1_500, 2_500])
    await solo.cluster.addJob({ kind: 'at', at: at + after });
  solo.start(({ executor, clock }) => ({
    executor: { ...executor, expect: (count) => told.push([at - clock.now().wall, count]) },
  }));
  await solo.pass(59_000);
  assert.deepEqual(told, [[2_000, 3]]);
  await solo.pass(5_000);
  // Two are left after the first two, and are due soon; the last one comes alone.
  assert.deepEqual(told.slice(1), [[0, 2]]);
});

test('after a clock was set back what is due starts, though what came after it is due no more', async () => {
  const solo = await Solo.open();
  const { machine, timeline } = solo.cluster;
  machine.exitCode = 0;
  machine.runMs = 34_000;
  const at = (seconds: number) =>
    ({ kind: 'at', at: timeline.now().wall + seconds * 1_000 }) as const;
  const [first, second, third, newest] = [at(10), at(12), at(12), at(40)];
  solo.start(({ settings }) => ({ settings: { ...settings, maxRunning: 1 } }));
  for (const schedule of [first, second, third, newest])
    await solo.cluster.addJob(schedule, { graceMs: 3_600_000 });
  await solo.pass(42_000);
  machine.runMs = 1_000;
  timeline.wallOffset -= 20_000;
  await solo.pass(8_000);
  assert.deepEqual(
    [...(await solo.runs())].reverse().map(({ state }) => state),
    ['ended', 'ended', 'ended', 'queued'],
  );
  await solo.pass(20_000);
  assert.ok((await solo.runs()).every(({ state }) => state === 'ended'));
});
