import assert from 'node:assert/strict';
import type { StoreClaim } from './store-samples.ts';
import {
  attemptOf,
  dismissalOf,
  entryOf,
  profile,
  runOf,
  settlementOf,
  start,
} from './store-samples.ts';
import { fireRuns, takeOver, withHolder } from './store-scenes.ts';

const done = <T>(value: T) => ({ kind: 'done', value });

export const attemptClaims: readonly StoreClaim[] = [
  {
    name: 'an attempt is recorded from its authorisation to its end',
    async show({ store }) {
      const fence = await withHolder(store);
      await fireRuns(store, fence, [runOf('r1')]);
      const attempt = attemptOf('r1', fence);
      assert.deepEqual(await store.runs.authorise(fence, [{ attempt }]), done(['r1']));
      assert.equal((await store.runs.get(profile, 'r1'))?.state, 'running');
      assert.deepEqual(await store.runs.attempts('r1'), [attempt]);

      const begun = [{ runId: 'r1', number: 1, startedAt: start + 10 }];
      await store.runs.markBegan(fence, begun);
      await store.runs.markBegan(fence, [{ runId: 'r1', number: 1, startedAt: start + 99 }]);
      const began = { ...attempt, state: 'began', startedAt: start + 10 } as const;
      assert.deepEqual(await store.runs.attempts('r1'), [began]);
      assert.equal((await store.runs.get(profile, 'r1'))?.startedAt, start + 10);

      assert.deepEqual(await store.runs.settle(fence, [settlementOf('r1', 1)]), done(['r1']));
      const end = {
        state: 'ended',
        outcome: 'succeeded',
        exitCode: 0,
        endedAt: start + 20,
      } as const;
      assert.deepEqual(await store.runs.attempts('r1'), [{ ...began, ...end }]);
      const ended = runOf('r1', { ...end, startedAt: start + 10, outputBytes: 7 });
      assert.deepEqual(await store.runs.get(profile, 'r1'), ended);
      await store.runs.markBegan(fence, begun);
      assert.equal((await store.runs.attempts('r1'))[0]?.state, 'ended');
    },
  },
  {
    name: 'a run is authorised only while it waits, nobody asked for its end, and with its next number',
    async show({ store }) {
      const fence = await withHolder(store);
      const runs = ['r1', 'r2', 'r3'].map((id, n) => runOf(id, { fireTime: start + n }));
      await fireRuns(store, fence, runs);
      assert.equal(await store.runs.requestCancel(profile, 'r1', entryOf('run.cancel')), true);
      await store.runs.settle(fence, [dismissalOf('r2')]);
      const attempts = ['r1', 'r2', 'ghost'].map((id) => ({ attempt: attemptOf(id, fence) }));
      const gap = { attempt: attemptOf('r3', fence, { number: 2 }) };
      assert.deepEqual(await store.runs.authorise(fence, [...attempts, gap]), done([]));
      assert.deepEqual(await store.runs.attempts('r3'), []);
      const good = { attempt: attemptOf('r3', fence) };
      assert.deepEqual(await store.runs.authorise(fence, [good, good]), done(['r3']));
      assert.equal((await store.runs.get(profile, 'r1'))?.cancelRequested, true);
    },
  },
  {
    name: 'an end makes room for a start in one commit, and both are told of',
    async show({ store }) {
      const fence = await withHolder(store);
      const runs = ['r1', 'r2', 'r3'].map((id, n) => runOf(id, { fireTime: start + n }));
      await fireRuns(store, fence, runs);
      await store.runs.authorise(fence, [{ attempt: attemptOf('r1', fence) }]);
      const next = { attempt: attemptOf('r2', fence) };
      const end = settlementOf('r1', 1);
      assert.deepEqual(await store.runs.authorise(fence, [next], [end]), done(['r1', 'r2']));
      assert.equal((await store.runs.get(profile, 'r1'))?.outcome, 'succeeded');
      assert.equal((await store.runs.get(profile, 'r2'))?.state, 'running');
      const another = { attempt: attemptOf('r3', fence) };
      assert.deepEqual(await store.runs.authorise(fence, [another], [end]), done(['r3']));
      const past = { ...fence, epoch: fence.epoch - 1 };
      const late = settlementOf('r2', 1);
      assert.equal((await store.runs.authorise(past, [], [late])).kind, 'fenced');
      assert.equal((await store.runs.get(profile, 'r2'))?.state, 'running');
    },
  },
  {
    name: 'an end and a start that fail together leave nothing of either',
    async show({ store }) {
      const fence = await withHolder(store);
      await fireRuns(store, fence, [runOf('r1'), runOf('r2', { fireTime: start + 1 })]);
      await store.runs.authorise(fence, [{ attempt: attemptOf('r1', fence) }]);
      const foreign = { attempt: attemptOf('r2', fence, { epoch: fence.epoch + 1 }) };
      await assert.rejects(store.runs.authorise(fence, [foreign], [settlementOf('r1', 1)]));
      assert.equal((await store.runs.get(profile, 'r1'))?.state, 'running');
    },
  },
  {
    name: 'an attempt that names another term than its fence is a bug',
    async show({ store }) {
      const fence = await withHolder(store);
      await fireRuns(store, fence, [runOf('r1')]);
      const attempt = attemptOf('r1', fence, { epoch: fence.epoch + 1 });
      await assert.rejects(store.runs.authorise(fence, [{ attempt }]), /names epoch/);
    },
  },
  {
    name: 'a run that is queued again runs again, and old settlements do not touch it',
    async show({ store }) {
      const fence = await withHolder(store);
      await fireRuns(store, fence, [runOf('r1')]);
      await store.runs.authorise(fence, [{ attempt: attemptOf('r1', fence) }]);
      const again = {
        state: 'queued',
        outcome: null,
        endedAt: null,
        notBefore: start + 5,
      } as const;
      const first = settlementOf('r1', 1, again);
      assert.deepEqual(await store.runs.settle(fence, [first]), done(['r1']));
      assert.equal((await store.runs.get(profile, 'r1'))?.notBefore, start + 5);
      const attempt = attemptOf('r1', fence, { number: 2 });
      assert.deepEqual(await store.runs.authorise(fence, [{ attempt }]), done(['r1']));
      assert.deepEqual(await store.runs.settle(fence, [first, dismissalOf('r1')]), done([]));
      assert.equal((await store.runs.get(profile, 'r1'))?.state, 'running');
      assert.deepEqual(await store.runs.settle(fence, [settlementOf('r1', 2)]), done(['r1']));
    },
  },
  {
    name: 'an attempt that began cannot end as one that did not start',
    async show({ store }) {
      const fence = await withHolder(store);
      await fireRuns(store, fence, [runOf('r1')]);
      await store.runs.authorise(fence, [{ attempt: attemptOf('r1', fence) }]);
      await store.runs.markBegan(fence, [{ runId: 'r1', number: 1, startedAt: start }]);
      const settlement = settlementOf('r1', 1, { state: 'queued', outcome: null });
      const attempt = settlement.attempt && {
        ...settlement.attempt,
        state: 'not_started' as const,
      };
      assert.deepEqual(await store.runs.settle(fence, [{ ...settlement, attempt }]), done([]));
      assert.equal((await store.runs.get(profile, 'r1'))?.state, 'running');
    },
  },
  {
    name: 'a final run keeps its state whatever is settled later',
    async show({ store }) {
      const fence = await withHolder(store);
      await fireRuns(store, fence, [runOf('r1')]);
      assert.deepEqual(await store.runs.settle(fence, [dismissalOf('r1')]), done(['r1']));
      const before = await store.runs.get(profile, 'r1');
      const late = [dismissalOf('r1'), settlementOf('r1', 1), dismissalOf('ghost')];
      assert.deepEqual(await store.runs.settle(fence, late), done([]));
      assert.deepEqual(await store.runs.get(profile, 'r1'), before);
      assert.equal(await store.runs.requestCancel(profile, 'r1', entryOf('run.cancel')), false);
    },
  },
  {
    name: 'a running attempt can be adopted and keeps the provenance of its start',
    async show({ store }) {
      const fence = await withHolder(store);
      await fireRuns(store, fence, [runOf('r1')]);
      const attempt = attemptOf('r1', fence);
      await store.runs.authorise(fence, [{ attempt }]);
      const second = await takeOver(store, 'two');
      assert.deepEqual(await store.runs.adopt(second, 'r1', 1), done(null));
      const adoptedBy = `two@${second.epoch}`;
      assert.deepEqual(await store.runs.attempts('r1'), [{ ...attempt, adoptedBy }]);
      assert.deepEqual(await store.runs.settle(second, [settlementOf('r1', 1)]), done(['r1']));
    },
  },
];
