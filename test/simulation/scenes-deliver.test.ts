import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Delivery, SendAnswer } from '../../src/core/delivery.ts';
import type { Owed } from '../../src/core/incident.ts';
import type { JobDefinition } from '../../src/core/job.ts';
import { ownerAbsent } from '../../src/core/owner-watch.ts';
import { type Store, StoreUnavailable } from '../../src/ports/store.ts';
import { Cluster, type MemberOptions } from './cluster.ts';
import { Doors } from './doors.ts';
import { memory } from './memory.ts';
import { firstly, Solo } from './solo.ts';

const away = 'webhook:https://far.test/post';
const minuteMs = 60_000;

const busy: SendAnswer = { kind: 'not-taken', cause: 'Busy.', retryAfterMs: null };
const taken: SendAnswer = { kind: 'accepted', receipt: 'HTTP 200' };
const never = new Promise<SendAnswer>(() => {});

const sent = (store: Store): Promise<readonly Delivery[]> =>
  store.outbox.list('default', { limit: 1_000 });
const states = async (store: Store): Promise<readonly string[]> =>
  (await sent(store)).map(({ state, tries }) => `${state} ${tries}`);

const events = async (store: Store): Promise<readonly string[]> =>
  (await store.outbox.list('default', { target: 'inbox', limit: 100 })).map(({ event }) => event);

/** A profile with one job that runs each minute and tells so. Nothing is due in its first minute. */
async function clusterWith(
  tells: Partial<JobDefinition>,
  member: MemberOptions | null = {},
): Promise<Cluster> {
  const cluster = await Cluster.open(1, memory);
  cluster.machine.runMs = 100;
  cluster.machine.exitCode = 0;
  const anchor = cluster.timeline.now().wall;
  await cluster.addJob({ kind: 'every', everyMs: minuteMs, anchor }, tells);
  if (member !== null) cluster.join(member);
  return cluster;
}

async function soloWith(
  tells: Partial<JobDefinition>,
  change: Parameters<Solo['start']>[0] = () => ({}),
): Promise<Solo> {
  const solo = await Solo.open();
  solo.cluster.machine.runMs = 100;
  solo.cluster.machine.exitCode = 0;
  await solo.cluster.addJob(solo.every(minuteMs), tells);
  solo.start(change);
  return solo;
}

test('what a run owes is sent when it ends, once', async () => {
  const { store, post, ...cluster } = await clusterWith({ deliver: [away, 'inbox'] });
  await cluster.timeline.run(62_000);
  assert.deepEqual(await states(store), ['delivered 1']);
  assert.equal(post.arrived.length, 1);
  assert.equal(await store.outbox.unread('default'), 1);
});

test('a busy server is asked again, ever later, and given up in the end', async () => {
  const cluster = await clusterWith({ deliver: [away], maxRuns: 1 }, null);
  cluster.outbox = { ...cluster.outbox, deliverForMs: 100_000 };
  cluster.join();
  cluster.post.answer = () => busy;
  await cluster.pass(400_000);
  const [delivery] = await sent(cluster.store);
  assert.equal(delivery?.state, 'failed');
  assert.match(delivery?.cause ?? '', /^Busy\. It was tried \d+ times\.$/);
  const tries = cluster.post.called.map(({ at }) => at);
  assert.ok(tries.length >= 7 && tries.length <= 9, `${tries.length} tries`);
  for (let n = 2; n < tries.length; n += 1) {
    const [before = 0, last = 0, now = 0] = tries.slice(n - 2, n + 1);
    assert.ok(now - last > (last - before) * 1.5, 'waits double');
  }
});

for (const when of ['before', 'after'] as const) {
  test(`a sender that dies right ${when} the message left leaves it unknown, and nobody sends it again`, async () => {
    const cluster = await clusterWith({ deliver: [away], maxRuns: 1 });
    let strikes = 0;
    cluster.intercept = (_pid, name) => {
      if (name !== 'send' || strikes > 0) return {};
      strikes += 1;
      return { strikes: `crash-${when}` };
    };
    await cluster.pass(62_000);
    assert.equal(strikes, 1);
    assert.deepEqual(await states(cluster.store), ['sending 1']);
    cluster.join();
    await cluster.pass(10 * minuteMs);
    assert.deepEqual(await states(cluster.store), ['unknown 1']);
    assert.equal(cluster.post.arrived.length, when === 'after' ? 1 : 0);
  });
}

test('a sender that is stopped counts as lost, and what it knows when it goes on counts more', async () => {
  const cluster = await clusterWith({ deliver: [away], maxRuns: 1 });
  const [member] = cluster.members;
  cluster.intercept = (_pid, name) => (name === 'send' ? { strikes: 'pause-after' } : {});
  await cluster.pass(62_000);
  cluster.intercept = () => ({});
  cluster.join();
  await cluster.pass(2 * minuteMs);
  // The stopped holder was ended, or its claim is over: nobody knows.
  assert.deepEqual(await states(cluster.store), ['unknown 1']);
  if (member !== undefined) cluster.resume(member);
  await cluster.pass(minuteMs);
  assert.equal(cluster.post.arrived.length, 1);
});

test('a claim whose answer was lost sent nothing: it is owed again', async () => {
  const solo = await soloWith({ deliver: [away], maxRuns: 1 }, ({ store }) => {
    const claim = store.outbox.claim;
    let calls = 0;
    return {
      store: {
        ...store,
        outbox: {
          ...store.outbox,
          claim: async (...args) => {
            const answer = await claim(...args);
            calls += 1;
            if (calls > 1) return answer;
            throw new StoreUnavailable('store_unavailable', 'no answer');
          },
        },
      },
    };
  });
  await solo.pass(70_000);
  assert.deepEqual(await states(solo.cluster.store), ['delivered 2']);
  assert.equal(solo.cluster.post.arrived.length, 1);
  assert.equal(solo.said('delivery-failed').length, 1);
});

test('an answer that the store did not take down is written later, and nothing is sent twice', async () => {
  const solo = await soloWith({ deliver: [away], maxRuns: 1 }, ({ store }) => ({
    store: {
      ...store,
      outbox: {
        ...store.outbox,
        record: firstly(
          store.outbox.record,
          () => {
            throw new StoreUnavailable('store_unavailable', 'no');
          },
          { times: 3 },
        ),
      },
    },
  }));
  await solo.pass(70_000);
  assert.deepEqual(await states(solo.cluster.store), ['delivered 1']);
  assert.equal(solo.cluster.post.arrived.length, 1);
  assert.equal(solo.said('delivery-failed').length, 1, 'it was told once');
});

test('a message that cannot be put together is owed again; one whose channel broke may have left', async () => {
  const broken = await soloWith({ deliver: [away], maxRuns: 1 }, ({ output, store }) => ({
    store: {
      ...store,
      runs: {
        ...store.runs,
        get: async (...args) => {
          const run = await store.runs.get(...args);
          return run === null ? null : { ...run, outputBytes: 7 };
        },
      },
    },
    output: {
      read: firstly(output.read, () => {
        throw new Error('The disk does not answer.');
      }),
    },
    channels: { send: async () => taken },
  }));
  await broken.pass(70_000);
  assert.deepEqual(await states(broken.cluster.store), ['delivered 2']);
  const lost = await soloWith({ deliver: [away], maxRuns: 1 }, () => ({
    channels: { send: () => Promise.reject(new Error('a bug')) },
  }));
  await lost.pass(70_000);
  assert.deepEqual(await states(lost.cluster.store), ['unknown 1']);
});

test('a target that no program of today knows is refused, not tried for ever', async () => {
  const cluster = await clusterWith({ deliver: ['fax:1'], maxRuns: 1 });
  await cluster.pass(70_000);
  assert.deepEqual(await states(cluster.store), ['failed 1']);
});

test('a target that hangs holds two of its own messages, and nobody else’s', async () => {
  const cluster = await clusterWith({ deliver: [away], overlap: 'allow' }, null);
  const anchor = cluster.timeline.now().wall;
  const other = 'webhook:https://other.test/';
  for (let n = 0; n < 12; n += 1)
    await cluster.addJob({ kind: 'every', everyMs: minuteMs, anchor }, { deliver: [away, other] });
  cluster.post.answer = (target) => ('url' in target && target.url.includes('far') ? never : null);
  cluster.join();
  await cluster.pass(75_000);
  const all = await sent(cluster.store);
  const ended = all.filter(({ target }) => target === other);
  assert.equal(ended.length, 12);
  assert.ok(ended.every(({ state }) => state === 'delivered'));
  assert.equal(all.filter(({ state }) => state === 'sending').length, 2);
});

/** Results that are owed to these targets from now on, one after the other, as if many runs had ended. */
async function owe({ store, timeline, newId }: Cluster, targets: readonly string[]): Promise<void> {
  const at = timeline.now().wall;
  const id = newId();
  const owed = targets.map(
    (target, n): Owed => ({
      id: `${id}.${String(n).padStart(4, '0')}`,
      profile: 'default',
      kind: 'result',
      event: 'succeeded',
      target,
      runId: null,
      jobId: null,
      jobName: null,
      title: 'x',
      text: '',
      createdAt: at,
    }),
  );
  const incident = { id, profile: 'default', kind: 'failed', subject: id, cause: '' } as const;
  await store.outbox.openIncident({ ...incident, targets: [], openedAt: at }, owed);
}

/** A host that drops packets: each try of one of its addresses takes half a minute and brings nothing. */
function hang({ post, timeline }: Cluster): void {
  const gone: SendAnswer = { kind: 'not-taken', cause: 'No connection.', retryAfterMs: null };
  post.answer = (target) =>
    'url' in target && target.url.includes('far')
      ? new Promise((resolve) => timeline.after(30_000, () => resolve(gone)))
      : taken;
}

const near = 'webhook:https://near.test/';
const stateOf = async (store: Store, target: string): Promise<readonly string[]> =>
  (await sent(store)).filter((one) => one.target === target).map(({ state }) => state);

test('a night of messages for a target that hangs keeps nobody else’s waiting', async () => {
  const cluster = await clusterWith({ deliver: [] }, null);
  hang(cluster);
  await owe(cluster, [...Array(700).fill(away), near]);
  cluster.join();
  await cluster.pass(5_000);
  assert.deepEqual(await stateOf(cluster.store, near), ['delivered']);
});

test('six targets that hang leave half of the places to others, and take turns in theirs', async () => {
  const cluster = await clusterWith({ deliver: [] }, null);
  hang(cluster);
  const dead = [0, 1, 2, 3, 4, 5].map((n) => `webhook:https://far.test/${n}`);
  await owe(
    cluster,
    dead.flatMap((one) => Array(20).fill(one)),
  );
  cluster.join();
  await cluster.pass(40_000);
  await owe(cluster, Array(9).fill(near));
  await cluster.pass(30_000);
  assert.deepEqual(await stateOf(cluster.store, near), Array(9).fill('delivered'));
  const before = cluster.post.called.length;
  await cluster.pass(2 * minuteMs);
  assert.equal(new Set(cluster.post.called.slice(before).map(({ url }) => url)).size, 6);
});

test('more targets than are remembered are all served', async () => {
  const cluster = await clusterWith({ deliver: [] }, null);
  cluster.post.answer = () => taken;
  await owe(
    cluster,
    Array.from({ length: 1_010 }, (_, n) => `${near}${n}`),
  );
  cluster.join();
  await cluster.pass(60_000);
  assert.equal(cluster.post.arrived.length, 1_010);
});

test('what is late for a target that takes nothing is given up without a try of its own', async () => {
  const cluster = await clusterWith({ deliver: [] }, null);
  cluster.outbox = { ...cluster.outbox, deliverForMs: 100_000 };
  hang(cluster);
  await owe(cluster, Array(900).fill(away));
  cluster.join();
  await cluster.pass(200_000);
  assert.deepEqual(new Set(await stateOf(cluster.store, away)), new Set(['failed']));
  assert.ok(cluster.post.called.length <= 10, `${cluster.post.called.length} tries`);
  assert.deepEqual(await events(cluster.store), ['undelivered']);
});

test('what is late because nobody was alive to send it gets a try', async () => {
  const cluster = await clusterWith({ deliver: [] }, null);
  cluster.outbox = { ...cluster.outbox, deliverForMs: 100_000 };
  cluster.post.answer = () => taken;
  await owe(cluster, [near, near]);
  await cluster.pass(10 * minuteMs);
  cluster.join();
  await cluster.pass(5_000);
  assert.deepEqual(await stateOf(cluster.store, near), ['delivered', 'delivered']);
});

test('messages for programs keep a dashboard from no other', async () => {
  const cluster = await clusterWith({ deliver: [] }, null);
  await owe(cluster, [...Array.from({ length: 600 }, (_, n) => `command:notify ${n}`), near]);
  cluster.join({ role: 'dashboard', schedules: false });
  await cluster.pass(30_000);
  assert.deepEqual(await stateOf(cluster.store, near), ['delivered']);
});

test('who was outrun by another process looks again soon', async () => {
  let claims = 0;
  const solo = await soloWith({ deliver: [] }, ({ store }) => ({
    store: {
      ...store,
      outbox: {
        ...store.outbox,
        claim: async (seen, claim) => {
          claims += 1;
          return claims === 1 ? null : store.outbox.claim(seen, claim);
        },
      },
    },
  }));
  await owe(solo.cluster, [near]);
  await solo.pass(5_000);
  assert.deepEqual(await states(solo.cluster.store), ['delivered 1']);
});

test('so many are on their way at most', async () => {
  const cluster = await clusterWith({ deliver: [away] }, null);
  const anchor = cluster.timeline.now().wall;
  for (let n = 0; n < 12; n += 1)
    await cluster.addJob(
      { kind: 'every', everyMs: minuteMs, anchor },
      { deliver: [`webhook:https://far.test/${n}`] },
    );
  cluster.post.answer = () => never;
  cluster.join();
  await cluster.pass(75_000);
  assert.equal((await sent(cluster.store)).filter(({ state }) => state === 'sending').length, 8);
});

test('while the owner does not send, whoever is alive does, but runs no program', async () => {
  const cluster = await clusterWith({ deliver: [away, 'command:notify'], maxRuns: 1 });
  const [owner] = cluster.members;
  let isSettled = false;
  cluster.intercept = (pid, name) => {
    isSettled ||= name === 'settle';
    return isSettled && name === 'look' && pid === owner?.pid ? { strikes: 'pause-before' } : {};
  };
  await cluster.pass(62_000);
  if (owner !== undefined) cluster.crash(owner);
  cluster.intercept = () => ({});
  const dashboard = cluster.join({ role: 'dashboard', schedules: false });
  await cluster.pass(minuteMs);
  const byTarget = async () =>
    Object.fromEntries((await sent(cluster.store)).map(({ target, state }) => [target, state]));
  assert.deepEqual(await byTarget(), { [away]: 'delivered', 'command:notify': 'pending' });
  assert.deepEqual([...new Set(cluster.post.arrived.map(({ pid }) => pid))], [dashboard.pid]);
  cluster.join();
  await cluster.pass(minuteMs);
  assert.deepEqual(await byTarget(), { [away]: 'delivered', 'command:notify': 'delivered' });
});

test('a process that stops gives what is on its way five seconds, then says that it may have arrived', async () => {
  const solo = await soloWith({ deliver: [away], maxRuns: 1 }, () => ({
    channels: {
      send: (_target, _letter, signal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => resolve({ kind: 'lost', cause: 'Stopped.' }));
        }),
    },
  }));
  await solo.pass(62_000);
  solo.stop.abort();
  await solo.pass(3_000);
  assert.equal(solo.isOver, false);
  await solo.pass(5_000);
  assert.equal(solo.isOver, true);
  assert.deepEqual(await states(solo.cluster.store), ['unknown 1']);
});

test('a tick of a timer ends when what it owed was sent', async () => {
  const cluster = await clusterWith({ deliver: [away], maxRuns: 1 }, null);
  await cluster.pass(minuteMs);
  let answers = 0;
  cluster.post.answer = () => {
    answers += 1;
    return answers < 7 ? busy : taken;
  };
  const tick = cluster.join({ role: 'timer', until: 'idle' });
  await cluster.pass(60_000);
  assert.equal(tick.isOver, true);
  assert.deepEqual(await states(cluster.store), ['delivered 7']);
});

test('a tick of a timer waits for a message that is under way', async () => {
  const cluster = await clusterWith({ deliver: [away], maxRuns: 1 }, null);
  await cluster.pass(minuteMs);
  const slow = Promise.withResolvers<SendAnswer>();
  cluster.post.answer = () => slow.promise;
  const tick = cluster.join({ role: 'timer', until: 'idle' });
  await cluster.pass(20_000);
  assert.equal(tick.isOver, false);
  slow.resolve(taken);
  await cluster.pass(20_000);
  assert.equal(tick.isOver, true);
  assert.deepEqual(await states(cluster.store), ['delivered 1']);
});

test('the monitor hears the owner while it serves, and only the owner', async () => {
  const cluster = await clusterWith({ deliver: [], maxRuns: 1 }, null);
  const heartbeat = { url: 'https://far.test/{profile}', everyMs: 10_000 };
  cluster.outbox = { ...cluster.outbox, heartbeat };
  const owner = cluster.join();
  await cluster.pass(1_000);
  cluster.join({ role: 'gateway' });
  cluster.join({ role: 'dashboard', schedules: false });
  await cluster.pass(2 * minuteMs);
  const { called } = cluster.post;
  assert.ok(called.length >= 12 && called.length <= 13, `${called.length} calls`);
  assert.deepEqual(
    [...new Set(called.map(({ url, pid }) => `${url} ${pid}`))],
    [`https://far.test/default ${owner.pid}`],
  );
});

test('an owner that cannot begin anything is silent to its monitor', async () => {
  const cluster = await clusterWith({ deliver: [] }, null);
  const heartbeat = { url: 'https://far.test/', everyMs: 1_000 };
  cluster.outbox = { ...cluster.outbox, heartbeat };
  cluster.join();
  await cluster.pass(50_000);
  const before = cluster.post.called.length;
  assert.ok(before > 5);
  cluster.machine.isFull = true;
  cluster.machine.prepareFaults = 1;
  await cluster.pass(20_000);
  const then = cluster.post.called.length;
  await cluster.pass(20_000);
  assert.equal(cluster.post.called.length, then);
  cluster.machine.isFull = false;
  cluster.machine.prepareFaults = 0;
  await cluster.pass(20_000);
  assert.ok(cluster.post.called.length > then);
});

test('a monitor that hangs is called no second time meanwhile, and a wrong answer is only told', async () => {
  const cluster = await clusterWith({ deliver: [] }, null);
  const heartbeat = { url: 'https://far.test/', everyMs: 1_000 };
  cluster.outbox = { ...cluster.outbox, heartbeat };
  cluster.post.answer = () => never;
  cluster.join();
  await cluster.pass(30_000);
  assert.equal(cluster.post.called.length, 1);
  const solo = await soloWith(
    { ping: 'https://far.test/p', deliver: [], onFailure: ['local'] },
    () => ({
      channels: { send: async () => busy },
    }),
  );
  await solo.pass(62_000);
  assert.equal(solo.said('ping-failed').length, 1);
});

test('any who is alive tells that nobody owns, one of them, once; the next owner tells that it is over', async () => {
  const cluster = await clusterWith({ deliver: [], onFailure: ['local'] }, null);
  cluster.outbox = { ...cluster.outbox, alerts: ['inbox', away] };
  const owner = cluster.join();
  for (let n = 0; n < 3; n += 1) cluster.join({ role: 'dashboard', schedules: false });
  await cluster.pass(10_000);
  cluster.crash(owner);
  await cluster.pass(20_000);
  assert.deepEqual(await events(cluster.store), [], 'a moment is no absence');
  await cluster.pass(30_000);
  assert.deepEqual(await events(cluster.store), ['owner_absent']);
  cluster.join({ role: 'desktop', schedules: false });
  await cluster.pass(10 * minuteMs);
  assert.deepEqual(await events(cluster.store), ['owner_absent'], 'it was told again');
  const next = cluster.join();
  await cluster.pass(20_000);
  assert.deepEqual(await events(cluster.store), ['owner_present', 'owner_absent']);
  cluster.crash(next);
  await cluster.pass(minuteMs);
  assert.equal((await events(cluster.store)).length, 3, 'another absence is told anew');
  assert.equal(cluster.post.arrived.length, 3);
});

test('where there is nothing to run nobody is alarmed, until there is a job', async () => {
  const cluster = await Cluster.open(1, memory);
  cluster.join({ role: 'dashboard', schedules: false });
  await cluster.pass(2 * minuteMs);
  assert.deepEqual(await events(cluster.store), []);
  await cluster.addJob({ kind: 'every', everyMs: 3_600_000, anchor: cluster.timeline.now().wall });
  await cluster.pass(20_000);
  assert.deepEqual(await events(cluster.store), ['owner_absent']);
});

test('between two ticks of a timer nobody is missing', async () => {
  const cluster = await Cluster.open(1, memory);
  const anchor = cluster.timeline.now().wall;
  await cluster.addJob({ kind: 'every', everyMs: 3_600_000, anchor });
  cluster.join({ role: 'dashboard', schedules: false });
  for (let tick = 0; tick < 5; tick += 1) {
    cluster.join({ role: 'timer', until: 'idle' });
    await cluster.pass(2 * minuteMs);
  }
  assert.deepEqual(await events(cluster.store), []);
  await cluster.pass(15 * minuteMs);
  assert.deepEqual(await events(cluster.store), ['owner_absent']);
});

test('under a rule the alert names what may own, and tells nobody to start anything else', async () => {
  const cluster = await clusterWith({ deliver: [] }, null);
  const at = cluster.timeline.now().wall;
  await cluster.store.appointments.appoint({
    profile: 'default',
    seenVersion: 1,
    rule: { kind: 'exclusive', choices: [{ kind: 'role', role: 'gateway', level: 'unknown' }] },
    reason: null,
    force: false,
    entry: {
      profile: 'default',
      at,
      actor: 'test',
      kind: 'owner.appointed',
      subject: 'default',
      detail: {},
    },
  });
  cluster.join();
  await cluster.pass(2 * minuteMs);
  const [alert] = await cluster.store.outbox.list('default', { target: 'inbox', limit: 1 });
  assert.equal(alert?.event, 'owner_absent');
  assert.match(alert?.text ?? '', /Only role gateway may run them.*: cronkeeper status$/);
});

test('an absence that could not be written down is told at the next look', async () => {
  const cluster = await clusterWith({ deliver: [] }, null);
  let failed = 0;
  cluster.intercept = (_pid, name) => {
    if (name !== 'openIncident' || failed > 1) return {};
    failed += 1;
    return { fails: 'before' };
  };
  cluster.join({ role: 'dashboard', schedules: false });
  await cluster.pass(2 * minuteMs);
  assert.ok(failed >= 1);
  assert.deepEqual(await events(cluster.store), ['owner_absent']);
});

/** As if somebody else had found that nobody owns the profile, and ended before it could tell. */
async function leaveAlert(cluster: Cluster): Promise<void> {
  const { incident, alerts } = ownerAbsent('default', {
    id: cluster.newId(),
    targets: [away],
    at: cluster.timeline.now().wall,
    silentMs: minuteMs,
    enabledJobs: 1,
    appointment: await cluster.store.appointments.current('default'),
  });
  await cluster.store.outbox.openIncident(incident, alerts);
}

test('what another process left to be sent is sent at the next tick of the owner', async () => {
  const cluster = await clusterWith({ deliver: [] });
  await cluster.pass(20_000);
  await leaveAlert(cluster);
  await cluster.poke(false);
  await cluster.pass(6_000);
  assert.deepEqual(await states(cluster.store), ['delivered 1']);
});

test('who is owner no more helps like anybody else', async () => {
  // Without a job it has no absence to tell, which would make it look.
  const cluster = await Cluster.open(1, memory);
  cluster.join();
  // Its look after the change of the rule finds it an owner still.
  cluster.intercept = (_pid, name) => (name === 'release' ? { afterMs: 1_000 } : {});
  await cluster.pass(20_000);
  const choices = [{ kind: 'role', role: 'gateway', level: 'unknown' }] as const;
  await new Doors(cluster, () => 0).appoint({ kind: 'exclusive', choices });
  await cluster.pass(20_000);
  await leaveAlert(cluster);
  await cluster.pass(25_000);
  assert.deepEqual(await states(cluster.store), ['delivered 1']);
});

for (const { what, happens } of [
  { what: 'slept', happens: (solo: Solo) => solo.cluster.timeline.sleep(10 * minuteMs) },
  {
    what: 'has set its clock',
    happens: ({ cluster }: Solo) => {
      cluster.timeline.wallOffset += 10 * minuteMs;
    },
  },
]) {
  test(`what became due while the machine ${what} is sent at the next tick`, async () => {
    const solo = await soloWith({ deliver: [away], maxRuns: 1 });
    const { post, store } = solo.cluster;
    post.answer = () => ({ ...busy, retryAfterMs: 4 * minuteMs });
    await solo.pass(62_000);
    post.answer = () => taken;
    assert.deepEqual(await states(store), ['pending 1']);
    happens(solo);
    await solo.pass(6_000);
    assert.deepEqual(await states(store), ['delivered 2']);
  });
}

test('that a job was set aside is told at once', async () => {
  const cluster = await clusterWith({}, null);
  const { jobs, outbox } = cluster.store;
  cluster.outbox = { ...cluster.outbox, alerts: [away] };
  const anchor = cluster.timeline.now().wall;
  const schedule = { kind: 'every', everyMs: 30_000, anchor } as const;
  const bad = await cluster.addJob(schedule, { onFailure: [away] });
  await cluster.spoil(bad);
  cluster.join();
  await cluster.pass(32_000);
  assert.equal((await jobs.get('default', bad.id))?.state, 'paused');
  assert.deepEqual(
    (await outbox.list('default', { limit: 9 })).map(({ state }) => state),
    ['delivered'],
  );
});

test('who has nothing to send and nothing to start wakes to renew, and hardly ever for anything else', async () => {
  const solo = await Solo.open();
  const slept: number[] = [];
  solo.start(({ clock }) => ({
    clock: {
      now: () => clock.now(),
      sleep: (ms, signal) => {
        slept.push(ms);
        return clock.sleep(ms, signal);
      },
    },
  }));
  await solo.pass(10_000);
  slept.length = 0;
  await solo.pass(10 * minuteMs);
  const renewals = slept.filter((ms) => ms > 1_000 && ms <= 5_000).length;
  assert.deepEqual([renewals, slept.length - renewals], [120, 2]);
});
