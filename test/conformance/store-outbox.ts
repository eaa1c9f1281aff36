import assert from 'node:assert/strict';
import { redefinedBy } from '../../src/core/authority.ts';
import type { Claim, Delivery, Sent } from '../../src/core/delivery.ts';
import type { Incident } from '../../src/core/incident.ts';
import { alertsOf, type Owed } from '../../src/core/incident.ts';
import type { JobDefinition } from '../../src/core/job.ts';
import type { Fence } from '../../src/core/lease.ts';
import type { Settlement } from '../../src/core/settlement.ts';
import type { Store } from '../../src/ports/store.ts';
import type { StoreClaim } from './store-samples.ts';
import {
  attemptOf,
  changeOf,
  dismissalOf,
  entryOf,
  jobOf,
  planOf,
  processOf,
  profile,
  requestOf,
  runOf,
  settlementOf,
  start,
} from './store-samples.ts';
import { takeOver } from './store-scenes.ts';

const hook = 'webhook:https://far.example/';

/** Job `a` that tells so, and its holder. */
async function withJob(store: Store, tells: Partial<JobDefinition>): Promise<Fence> {
  await store.profiles.ensure(profile, start, 'test');
  const job = jobOf('a');
  const definition = { ...job.definition, deliver: [], ...tells };
  await store.jobs.create({ job: { ...job, definition }, key: null, entry: entryOf('job.added') });
  return takeOver(store, 'one');
}

/** Run `id` begins and ends so. */
async function endRun(
  store: Store,
  fence: Fence,
  id: string,
  fields: Partial<Settlement['run']> & { readonly isSilent?: boolean } = {},
): Promise<void> {
  const { isSilent = false, ...run } = fields;
  const job = await store.jobs.get(profile, 'a');
  const row = runOf(id, { fireTime: start + Number(id.slice(1)) });
  await store.runs.fire(fence, [
    planOf(job ?? jobOf('a'), [row], (job?.nextFireAt ?? start) + 60_000),
  ]);
  await store.runs.authorise(fence, [{ attempt: attemptOf(id, fence) }]);
  const settlement = { ...settlementOf(id, 1, run), ...(isSilent ? { isSilent: true } : {}) };
  assert.deepEqual(await store.runs.settle(fence, [settlement]), { kind: 'done', value: [id] });
}

const all = { limit: 100 };
const sent = (store: Store): Promise<readonly Delivery[]> => store.outbox.list(profile, all);
const inbox = (store: Store): Promise<readonly Delivery[]> =>
  store.outbox.list(profile, { ...all, target: 'inbox' });
const ids = (list: readonly Delivery[]): string => list.map(({ id }) => id).join(' ');

const due = (afterMs: number) => ({ until: start + afterMs, mayExecute: true });

/** A result that is owed to a target since so long after the start. */
const owedOf = (id: string, target: string, afterMs: number, fields: Partial<Owed> = {}): Owed => ({
  id,
  profile,
  kind: 'result',
  event: 'succeeded',
  target,
  runId: null,
  jobId: null,
  jobName: null,
  title: id,
  text: '',
  createdAt: start + afterMs,
  ...fields,
});

const pingOf = (id: string, jobId: string, n: number): Owed =>
  owedOf(id, `ping:https://hc.example/${jobId}?rid=${n}`, n, { kind: 'ping', jobId });

const claimBy = (instanceId: string, pid = 1): Claim => ({
  instanceId,
  process: processOf(pid),
  until: start + 60_000,
});

const delivered: Sent = {
  state: 'delivered',
  nextTryAt: start,
  settledAt: start + 9,
  cause: null,
  receipt: 'HTTP 200',
};
const failed: Sent = { ...delivered, state: 'failed', cause: 'No.', receipt: null };

const bad = { outcome: 'failed', reason: 'exit_nonzero' } as const;

async function claimed(store: Store, id: string, by = claimBy('one')): Promise<Delivery> {
  const seen = await store.outbox.get(profile, id);
  const mine = seen === null ? null : await store.outbox.claim(seen, by);
  if (mine === null) throw new Error(`${id} could not be claimed.`);
  return mine;
}

const absent: Incident = {
  id: 'absence',
  profile,
  kind: 'owner_absent',
  subject: '',
  cause: '',
  targets: ['inbox', hook],
  openedAt: start,
};
const said = { title: 'Nothing runs', text: '', at: start };

export const outboxClaims: readonly StoreClaim[] = [
  {
    name: 'the end of a run owes its result to each target, and the inbox has it at once',
    async show({ store }) {
      const fence = await withJob(store, { deliver: ['inbox', hook, 'local'] });
      await endRun(store, fence, 'r1');
      assert.deepEqual(
        (await store.outbox.list(profile, { ...all, runId: 'r1' })).map((one) => [
          one.id,
          one.target,
          one.state,
        ]),
        [
          ['r1.r1', hook, 'pending'],
          ['r1.r0', 'inbox', 'delivered'],
        ],
      );
      assert.equal(ids(await sent(store)), 'r1.r1');
      assert.equal(ids(await inbox(store)), 'r1.r0');
      assert.equal(await store.outbox.unread(profile), 1);
    },
  },
  {
    name: 'a settlement that is fenced, or comes twice, owes nothing',
    async show({ store }) {
      const fence = await withJob(store, { deliver: [hook] });
      await endRun(store, fence, 'r1');
      await store.runs.settle(fence, [settlementOf('r1', 1)]);
      const successor = await takeOver(store, 'two');
      assert.equal((await store.runs.settle(fence, [settlementOf('r1', 1)])).kind, 'fenced');
      await store.runs.settle(successor, [settlementOf('r1', 1)]);
      assert.equal((await sent(store)).length, 1);
    },
  },
  {
    name: 'a run that waits for another attempt, or is silent, owes no result',
    async show({ store }) {
      const fence = await withJob(store, { deliver: [hook], onFailure: [hook] });
      await endRun(store, fence, 'r1', {
        ...bad,
        state: 'queued',
        outcome: null,
        notBefore: start,
      });
      await endRun(store, fence, 'r2', { isSilent: true });
      assert.deepEqual(await sent(store), []);
    },
  },
  {
    name: 'a failure is told once, across terms, until a success ends it, and then again',
    async show({ store }) {
      const fence = await withJob(store, { deliver: [], onFailure: [hook] });
      await endRun(store, fence, 'r1', bad);
      await endRun(store, fence, 'r2', bad);
      const successor = await takeOver(store, 'two');
      await endRun(store, successor, 'r3', bad);
      assert.equal(ids(await sent(store)), 'r1.a0');
      await endRun(store, successor, 'r4', { ...bad, reason: 'timeout', outcome: 'timed_out' });
      await endRun(store, successor, 'r5');
      await endRun(store, successor, 'r6');
      await endRun(store, successor, 'r7', bad);
      assert.equal(
        ids([...(await sent(store))].sort((one, other) => (one.id < other.id ? -1 : 1))),
        'r1.a0 r4.a0 r5.a0 r7.a0',
      );
      assert.equal((await store.outbox.get(profile, 'r5.a0'))?.event, 'recovered');
    },
  },
  {
    name: 'every write that makes a run final owes: firing, answering a request, dismissing, a person’s change',
    async show({ store }) {
      const fence = await withJob(store, { onFailure: [hook] });
      const job = (await store.jobs.get(profile, 'a')) ?? jobOf('a');
      const missed = runOf('f1', { state: 'missed', reason: 'deadline_passed', endedAt: start });
      await store.runs.fire(fence, [planOf(job, [missed])]);
      await store.requests.create(requestOf('q'), entryOf('run.requested'));
      const refused = runOf('q1', {
        fireTime: null,
        state: 'refused',
        reason: 'capability_missing',
        requestId: 'q',
        endedAt: start,
      });
      await store.runs.acceptRequests(fence, [{ kind: 'accept', requestId: 'q', run: refused }]);
      const next = (await store.jobs.get(profile, 'a')) ?? job;
      await store.runs.fire(fence, [
        planOf(next, [runOf('d1', { fireTime: start + 1 })], start + 120_000),
      ]);
      await store.runs.settle(fence, [
        { ...dismissalOf('d1'), run: { ...dismissalOf('d1').run, reason: 'concurrency_limit' } },
      ]);
      const before = (await store.jobs.get(profile, 'a')) ?? job;
      const decided = runOf('c1', {
        fireTime: start + 2,
        state: 'missed',
        reason: 'owner_absent',
        endedAt: start,
      });
      assert.equal(
        await store.jobs.change(
          changeOf(before, { ...before, revision: 2, state: 'paused', nextFireAt: null }, [
            decided,
          ]),
        ),
        'changed',
      );
      assert.deepEqual([...(await sent(store))].map(({ id }) => id).sort(), [
        'c1.a0',
        'd1.a0',
        'f1.a0',
        'q1.a0',
      ]);
    },
  },
  {
    name: 'of a job that was removed while it ran, failure and recovery are told where alerts go, and its result to nobody',
    async show({ store }) {
      const fence = await withJob(store, { deliver: [hook], onFailure: [hook] });
      const job = (await store.jobs.get(profile, 'a')) ?? jobOf('a');
      const rows = [runOf('r1'), runOf('r2', { fireTime: start + 1 })];
      await store.runs.fire(fence, [planOf(job, rows)]);
      for (const id of ['r1', 'r2'])
        await store.runs.authorise(fence, [{ attempt: attemptOf(id, fence) }]);
      const now = (await store.jobs.get(profile, 'a')) ?? job;
      await store.jobs.change(changeOf(now, null));
      await store.runs.settle(fence, [settlementOf('r1', 1, bad), settlementOf('r2', 1)]);
      assert.deepEqual(
        (await inbox(store)).map(({ event }) => event),
        ['recovered', 'failed'],
      );
      assert.deepEqual(await sent(store), []);
    },
  },
  {
    name: 'what nobody approved says where nothing goes: the inbox has it, whether the change came during the run or ended it',
    async show({ store }) {
      const tells = { deliver: [hook], onFailure: [hook], ping: 'https://far.example/ping' };
      const fence = await withJob(store, { deliver: ['local'] });
      const job = (await store.jobs.get(profile, 'a')) ?? jobOf('a');
      const rows = [1, 2, 3].map((n) => runOf(`r${n}`, { fireTime: start + n }));
      await store.runs.fire(fence, [planOf(job, rows)]);
      for (const id of ['r1', 'r2'])
        await store.runs.authorise(fence, [{ attempt: attemptOf(id, fence) }]);
      const before = (await store.jobs.get(profile, 'a')) ?? job;
      const bot = { kind: 'agent', name: 'http:bot', run: null } as const;
      const edited = {
        ...before,
        revision: 2,
        definition: { ...before.definition, ...tells },
        authority: redefinedBy(before.authority, { maker: bot, ceiling: ['http'], depth: 0 }),
      };
      const missed = runOf('c1', { fireTime: start + 4, state: 'missed', reason: 'owner_absent' });
      await store.jobs.change(changeOf(before, edited, [missed]));
      const run = { ...dismissalOf('r3').run, state: 'refused', reason: 'approval_stale' } as const;
      await store.runs.settle(fence, [
        settlementOf('r1', 1, bad),
        settlementOf('r2', 1),
        { ...dismissalOf('r3'), run },
      ]);
      assert.deepEqual(await sent(store), []);
      assert.deepEqual((await inbox(store)).map(({ id }) => id).sort(), [
        'c1.a0',
        'r1.a0',
        'r2.a0',
        'r2.r0',
        'r3.a0',
      ]);
    },
  },
  {
    name: 'one instance gets a delivery to send; a claim made from an older look gets nothing',
    async show({ store }) {
      const fence = await withJob(store, { deliver: [hook] });
      await endRun(store, fence, 'r1');
      const [seen] = (await store.outbox.look(profile, due(60_000))).due;
      assert.ok(seen !== undefined);
      const mine = await store.outbox.claim(seen, claimBy('one'));
      assert.equal(mine?.tries, 1);
      assert.equal(await store.outbox.claim(seen, claimBy('two')), null);
      const looked = await store.outbox.look(profile, due(60_000));
      assert.equal(ids(looked.sending), 'r1.r0');
      assert.deepEqual([looked.due, looked.nextTryAt], [[], null]);
      const busy: Sent = {
        state: 'pending',
        nextTryAt: start + 500,
        settledAt: null,
        cause: 'Busy.',
        receipt: null,
      };
      assert.equal(mine !== null && (await store.outbox.record(mine, busy)), true);
      assert.equal(await store.outbox.claim(seen, claimBy('two')), null);
      assert.equal((await store.outbox.look(profile, due(0))).nextTryAt, start + 500);
      assert.deepEqual((await store.outbox.look(profile, due(0))).due, []);
    },
  },
  {
    name: 'of what is due each recipient shows its earliest two, however much waits for another; programs only where they may run',
    async show({ store }) {
      await withJob(store, {});
      const dead = Array.from({ length: 600 }, (_, n) => owedOf(`d${n}.0`, hook, n));
      const pings = [600, 601, 602].map((n) => pingOf(`p${n}.p`, 'a', n));
      const others = [
        pingOf('q.0', 'b', 700),
        owedOf('c.0', 'command:notify', 701),
        owedOf('n.0', 'ntfy:t', 702),
        owedOf('later.0', 'ntfy:u', 1_001),
      ];
      await store.outbox.openIncident({ ...absent, targets: [] }, [...dead, ...pings, ...others]);
      const looked = await store.outbox.look(profile, due(1_000));
      assert.equal(ids(looked.due), 'd0.0 d1.0 p600.p p601.p q.0 c.0 n.0');
      const asking = { until: start + 1_000, mayExecute: false };
      assert.equal(
        ids((await store.outbox.look(profile, asking)).due),
        'd0.0 d1.0 p600.p p601.p q.0 n.0',
      );
      await claimed(store, 'd0.0');
      assert.equal(ids((await store.outbox.look(profile, due(2))).due), 'd1.0 d2.0');
      assert.deepEqual((await store.outbox.look('other', due(1_000))).due, []);
    },
  },
  {
    name: 'what is late is given up where nothing arrives, and told once; where nobody knows it is left for a try',
    async show({ store }) {
      await withJob(store, {});
      const late = [0, 1, 2, 9].map((n) => owedOf(`d${n}.0`, hook, n));
      const other = owedOf('o.0', 'ntfy:t', 0);
      await store.outbox.openIncident({ ...absent, targets: [] }, [...late, other]);
      const first = await claimed(store, 'd0.0');
      const before = start + 5;
      assert.equal(await store.outbox.giveUp(first, before, start + 50), 0);
      await store.outbox.record(first, failed);
      assert.equal(await store.outbox.giveUp(first, before, start + 50), 2);
      const [given] = await store.outbox.list(profile, { ...all, states: ['failed'] });
      assert.deepEqual(
        [given?.id, given?.settledAt, given?.cause],
        ['d2.0', start + 50, 'Its time was over before its turn came. It was tried 0 times.'],
      );
      assert.equal(ids((await store.outbox.look(profile, due(60_000))).due), 'o.0 d9.0');
      assert.deepEqual(
        (await inbox(store)).map(({ event }) => event),
        ['undelivered'],
      );
    },
  },
  {
    name: 'a ping that is late is given up in any case: it would tell what is not true any more',
    async show({ store }) {
      await withJob(store, {});
      const ping = pingOf('p.0', 'a', 0);
      await store.outbox.openIncident({ ...absent, targets: [] }, [ping]);
      const [seen] = (await store.outbox.look(profile, due(0))).due;
      assert.ok(seen !== undefined);
      assert.equal(await store.outbox.giveUp(seen, start, start + 50), 0);
      assert.equal(await store.outbox.giveUp(seen, start + 1, start + 50), 1);
      assert.equal((await store.outbox.get(profile, 'p.0'))?.state, 'failed');
      assert.equal((await inbox(store)).length, 1);
    },
  },
  {
    name: 'only the try that was claimed says what became of it; one that counts as lost may still say better',
    async show({ store }) {
      const fence = await withJob(store, { deliver: [hook] });
      await endRun(store, fence, 'r1');
      const mine = await claimed(store, 'r1.r0');
      const stranger = { ...mine, claim: claimBy('two', 2) };
      assert.equal(await store.outbox.record(stranger, delivered), false);
      assert.equal(await store.outbox.record({ ...mine, tries: 2 }, delivered), false);
      assert.equal(await store.outbox.record(mine, { ...failed, state: 'unknown' }), true);
      assert.equal(await store.outbox.record(mine, delivered), true);
      assert.equal(await store.outbox.record(mine, failed), false);
      assert.equal((await store.outbox.get(profile, 'r1.r0'))?.state, 'delivered');
    },
  },
  {
    name: 'what does not arrive is told in the inbox once, until something arrives there again',
    async show({ store }) {
      const fence = await withJob(store, { deliver: [hook] });
      for (const id of ['r1', 'r2', 'r3', 'r4']) await endRun(store, fence, id);
      await store.outbox.record(await claimed(store, 'r1.r0'), failed);
      await store.outbox.record(await claimed(store, 'r2.r0'), { ...failed, state: 'unknown' });
      assert.deepEqual(
        (await inbox(store)).map(({ event }) => event),
        ['undelivered'],
      );
      await store.outbox.record(await claimed(store, 'r3.r0'), delivered);
      await store.outbox.record(await claimed(store, 'r4.r0'), failed);
      assert.equal((await inbox(store)).length, 2);
      assert.deepEqual(await store.outbox.troubles(profile, start), {
        failed: 2,
        unknown: 1,
        waiting: 0,
      });
      assert.equal((await store.outbox.troubles(profile, start + 10)).failed, 0);
    },
  },
  {
    name: 'the pings of a job that do not arrive are told once, whatever their addresses, until one arrives',
    async show({ store }) {
      await withJob(store, {});
      const pings = [1, 2, 3, 4, 5].map((n) => pingOf(`p${n}.p`, n === 3 ? 'b' : 'a', n));
      await store.outbox.openIncident({ ...absent, targets: [] }, pings);
      const told = async () => (await inbox(store)).map(({ id }) => id);
      await store.outbox.record(await claimed(store, 'p1.p'), failed);
      await store.outbox.record(await claimed(store, 'p2.p'), failed);
      assert.deepEqual(await told(), ['p1.p.1.undelivered.0']);
      await store.outbox.record(await claimed(store, 'p3.p'), failed);
      assert.equal((await told()).length, 2, 'another job has a monitor of its own');
      await store.outbox.record(await claimed(store, 'p4.p'), delivered);
      await store.outbox.record(await claimed(store, 'p5.p'), failed);
      assert.equal((await told()).length, 3);
    },
  },
  {
    name: 'that pings do not arrive is forgotten with their job, and where it was told of one address alone',
    async show({ store }) {
      const fence = await withJob(store, {});
      const open = (id: string, subject: string) =>
        store.outbox.openIncident({ ...absent, id, subject, kind: 'undelivered' }, []);
      await open('one', 'ping:a');
      await open('two', 'ping:removed');
      await open('three', 'ping:https://hc.example/u?rid=1');
      await open('four', hook);
      await store.upkeep.prune(fence, [], 0);
      const left = await store.outbox.incidents(profile, 'undelivered');
      assert.deepEqual(left.map(({ subject }) => subject).sort(), ['ping:a', hook]);
    },
  },
  {
    name: 'a person may have it sent again when it failed or is unknown, and only then',
    async show({ store }) {
      const fence = await withJob(store, { deliver: [hook] });
      await endRun(store, fence, 'r1');
      const again = () =>
        store.outbox.again(profile, 'r1.r0', start + 99, entryOf('delivery.again'));
      assert.equal(await again(), false);
      const mine = await claimed(store, 'r1.r0');
      assert.equal(await again(), false);
      await store.outbox.record(mine, { ...failed, state: 'unknown' });
      assert.equal(await again(), true);
      assert.equal(await store.outbox.record(mine, delivered), false);
      const owed = await store.outbox.get(profile, 'r1.r0');
      assert.deepEqual([owed?.state, owed?.nextTryAt, owed?.tries], ['pending', start + 99, 1]);
    },
  },
  {
    name: 'of many that see the same incident one tells it, and one tells its end',
    async show({ store }) {
      await withJob(store, {});
      const alerts = (id: string) =>
        alertsOf({ ...absent, id }, { event: 'owner_absent', ...said });
      const opened = await Promise.all(
        ['x', 'y', 'z'].map((id) => store.outbox.openIncident({ ...absent, id }, alerts(id))),
      );
      assert.equal(opened.filter((one) => one).length, 1);
      assert.equal((await sent(store)).length, 1);
      const [incident] = await store.outbox.incidents(profile, 'owner_absent');
      assert.ok(incident !== undefined);
      assert.deepEqual(incident.targets, absent.targets);
      const ends = alertsOf(incident, { event: 'owner_present', ...said });
      assert.equal(await store.outbox.closeIncident(incident, start, ends), true);
      assert.equal(await store.outbox.closeIncident(incident, start, ends), false);
      assert.equal((await inbox(store)).length, 2);
      assert.equal(await store.outbox.openIncident({ ...absent, id: 'later' }, []), true);
    },
  },
  {
    name: 'the inbox is paged, and read one by one or up to what was seen',
    async show({ store, advance }) {
      const fence = await withJob(store, { deliver: ['inbox'] });
      for (let n = 1; n <= 5; n += 1) {
        advance(1);
        await endRun(store, fence, `r${n}`, { endedAt: start + n });
      }
      const unread = (before: string | null) =>
        store.outbox.list(profile, { target: 'inbox', isUnread: true, before, limit: 2 });
      assert.equal(ids(await unread(null)), 'r5.r0 r4.r0');
      assert.equal(ids(await unread('r4.r0')), 'r3.r0 r2.r0');
      assert.deepEqual(await unread('gone'), []);
      assert.equal(
        await store.outbox.markRead(profile, { ids: ['r4.r0', 'r4.r0', 'no'] }, start),
        1,
      );
      assert.equal(await store.outbox.markRead(profile, { upTo: 'r3.r0' }, start), 3);
      assert.equal(ids(await unread(null)), 'r5.r0');
      assert.equal((await store.outbox.get(profile, 'r4.r0'))?.readAt, start);
      assert.equal(await store.outbox.unread('other'), 0);
    },
  },
  {
    name: 'a run that owes is kept with its output, and goes with all that it owed',
    async show({ store }) {
      const fence = await withJob(store, { deliver: [hook, 'inbox'] });
      for (const id of ['r1', 'r2', 'r3']) await endRun(store, fence, id);
      const keep = { since: start + 1e9, runs: 0, outputBytes: 0 };
      const prunable = async () =>
        (await store.upkeep.prunable(profile, keep, 9)).map((one) => one.runId);
      assert.deepEqual(await prunable(), []);
      await store.outbox.record(await claimed(store, 'r1.r0'), delivered);
      assert.deepEqual(await prunable(), ['r1']);
      assert.deepEqual(await store.upkeep.prune(fence, ['r1', 'r2'], 0), {
        kind: 'done',
        value: 1,
      });
      assert.deepEqual(await store.outbox.list(profile, { ...all, runId: 'r1' }), []);
      assert.equal((await store.outbox.list(profile, { ...all, runId: 'r2' })).length, 2);
    },
  },
  {
    name: 'old alerts and incidents that are over go with the audit log, and a profile goes with all of it',
    async show({ store, advance }) {
      const fence = await withJob(store, { deliver: [hook] });
      await store.outbox.openIncident(absent, alertsOf(absent, { event: 'owner_absent', ...said }));
      await store.outbox.closeIncident(absent, start, []);
      await store.upkeep.prune(fence, [], start + 1);
      assert.deepEqual(await inbox(store), []);
      // What is still owed is older than anything that may go.
      assert.equal((await sent(store)).length, 1);
      await endRun(store, fence, 'r1');
      advance(1);
      const job = (await store.jobs.get(profile, 'a')) ?? jobOf('a');
      await store.jobs.change(changeOf(job, null));
      await store.leases.release(fence, entryOf('owner.release'));
      assert.equal(await store.profiles.remove(profile, entryOf('profile.removed')), 'removed');
      assert.deepEqual(await sent(store), []);
    },
  },
];
