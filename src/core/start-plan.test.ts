import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sampleRun } from '../../test/samples.ts';
import type { Run } from './run.ts';
import type { Lane, QueuedRun } from './start-plan.ts';
import { inOrder, laneOf, planStarts } from './start-plan.ts';

const run = (id: string, extra: Partial<Run> = {}): Run =>
  sampleRun({ id, jobId: id, jobName: id, fireTime: 0, deadline: 1_000, ...extra });
const queued = (of: Run, extra: Partial<QueuedRun> = {}): QueuedRun => ({
  run: of,
  begun: 0,
  allowsOverlap: false,
  lane: 'commands',
  ...extra,
});
const ids = (runs: readonly Run[]) => runs.map(({ id }) => id).join(' ');
const none = new Set<string>();
const bothLanes: ReadonlySet<Lane> = new Set<Lane>(['commands', 'work']);
const roomFor = (commands: number, work = 0, lookAt = 0, lanes = bothLanes) => ({
  room: { commands, work },
  lookAt,
  lanes,
});

const ordered = (now: number, ...runs: readonly Run[]): string =>
  ids(
    inOrder(
      runs.map((one) => queued(one)),
      now,
    ).map((one) => one.run),
  );

test('the oldest and the newest start in turn, and no more than there is room for', () => {
  const waiting = [
    queued(run('c', { notBefore: 3 })),
    queued(run('a', { notBefore: 1 })),
    queued(run('b', { notBefore: 2 })),
  ];
  assert.equal(ids(planStarts(inOrder(waiting, 10), 10, none, roomFor(2)).start), 'a c');
});

test('a crowd makes itself wait, and not what comes after it', () => {
  const crowd = ['a', 'b', 'c', 'd'].map((id) => run(id, { notBefore: 1 }));
  assert.equal(ordered(10, ...crowd), 'a b c d');
  assert.equal(ordered(10, ...crowd, run('late', { notBefore: 9 })), 'a late b c d');
});

test('of those that are due at once the one with the least time starts first', () => {
  const order = ordered(
    10,
    run('any-time', { notBefore: 1, deadline: null }),
    run('daily', { notBefore: 1, deadline: 7_200_001 }),
    run('each-minute', { notBefore: 1, deadline: 120_001 }),
    run('as-daily', { notBefore: 1, deadline: 7_200_001 }),
    run('older', { notBefore: 0, deadline: 86_400_000 }),
  );
  assert.equal(order, 'older each-minute as-daily daily any-time');
});

test('runs of one job keep their order, however new they are', () => {
  const ofJob = (id: string, notBefore: number) => run(id, { jobId: 'j', notBefore });
  const order = ordered(
    10,
    run('a', { notBefore: 1 }),
    run('b', { notBefore: 2 }),
    ofJob('p', 8),
    ofJob('q', 9),
  );
  assert.equal(order, 'a p b q');
});

test('what is not due yet comes last, the earliest first', () => {
  const order = ordered(
    5,
    run('x', { notBefore: 7 }),
    run('w', { notBefore: 6 }),
    run('b', { notBefore: 4 }),
    run('a', { notBefore: 1 }),
  );
  assert.equal(order, 'a b w x');
});

test('nothing starts early, and the plan says when to look again', () => {
  const plan = planStarts(
    [queued(run('a', { notBefore: 500 })), queued(run('b', { notBefore: 400 }))],
    10,
    none,
    roomFor(9),
  );
  assert.equal(ids(plan.start), '');
  assert.equal(plan.wakeAt, 400);
});

test('two runs of a job that does not overlap start one after the other', () => {
  const twins = [queued(run('a', { jobId: 'j' })), queued(run('b', { jobId: 'j' }))];
  assert.equal(ids(planStarts(twins, 10, none, roomFor(9)).start), 'a');
  assert.equal(ids(planStarts(twins, 10, new Set(['j']), roomFor(9)).start), '');
});

test('runs of a job that allows overlap start together', () => {
  const twins = [
    queued(run('a', { jobId: 'j' }), { allowsOverlap: true }),
    queued(run('b', { jobId: 'j' }), { allowsOverlap: true }),
  ];
  assert.equal(ids(planStarts(twins, 10, new Set(['j']), roomFor(9)).start), 'a b');
});

test('a run whose grace passed while it waited expires', () => {
  const plan = planStarts([queued(run('a'))], 1_001, none, roomFor(9));
  assert.equal(ids(plan.expired), 'a');
  assert.equal(ids(plan.start), '');
});

test('a retry does not expire: the first attempt was in time', () => {
  const plan = planStarts([queued(run('a'), { begun: 1 })], 9_999, none, roomFor(9));
  assert.equal(ids(plan.start), 'a');
});

test('a request has no deadline', () => {
  assert.equal(
    ids(planStarts([queued(run('a', { deadline: null }))], 1e12, none, roomFor(9)).start),
    'a',
  );
});

test('a run whose end was asked for is cancelled instead of started', () => {
  const plan = planStarts([queued(run('a', { cancelRequested: true }))], 10, none, roomFor(9));
  assert.equal(ids(plan.cancelled.map(({ run }) => run)), 'a');
  assert.equal(ids(plan.start), '');
});

test('while there is no room the plan looks again when a deadline passes', () => {
  assert.equal(planStarts([queued(run('a'))], 10, none, roomFor(0)).wakeAt, 1_001);
});

test('runs of the same instant start by their names, whatever order they came in', () => {
  for (const order of ['a b', 'b a'])
    assert.equal(
      ids(
        planStarts(
          inOrder(
            order.split(' ').map((id) => queued(run(id))),
            10,
          ),
          10,
          none,
          roomFor(5),
        ).start,
      ),
      'a b',
    );
});

test('both edges: the deadline itself is in time, and so is the instant before which it may not start', () => {
  const edge = [queued(run('a', { notBefore: 10, deadline: 10 }))];
  assert.equal(ids(planStarts(edge, 10, none, roomFor(5)).start), 'a');
  assert.equal(planStarts(edge, 9, none, roomFor(5)).wakeAt, 10);
  assert.equal(ids(planStarts(edge, 11, none, roomFor(5)).expired), 'a');
});

test('who waits for room is looked at when its deadline has passed, if it has one that counts', () => {
  const wake = (extra: Partial<Run>, begun = 0) =>
    planStarts([queued(run('a', extra), { begun })], 10, none, roomFor(0)).wakeAt;
  assert.equal(wake({ deadline: 500 }), 501);
  assert.equal(wake({ deadline: null }), null);
  assert.equal(wake({ deadline: 500 }, 1), null);
});

test('agents and calls are counted apart: they keep no command waiting, and commands none of them', () => {
  const work = ['a', 'b', 'c'].map((id) => queued(run(id), { lane: 'work' }));
  const commands = ['x', 'y'].map((id) => queued(run(id)));
  const start = (room: ReturnType<typeof roomFor>) =>
    ids(planStarts([...work, ...commands], 10, none, room).start);
  assert.equal(start(roomFor(2, 1)), 'a x y');
  assert.equal(start(roomFor(0, 9)), 'a b c');
  assert.equal(start(roomFor(9, 0)), 'x y');
  assert.deepEqual([laneOf(undefined), laneOf(run0)], ['commands', 'work']);
});

const run0 = {
  kind: 'http',
  method: 'GET',
  url: 'https://example.com',
  headers: {},
  body: null,
  expect: '2xx',
  allow: [],
  maxBytes: 1,
} as const;

test('who waits is looked through when it is time for it, and before only as far as there is room', () => {
  let looked = 0;
  function* counted() {
    for (const id of ['a', 'b', 'c', 'd']) {
      looked += 1;
      yield queued(run(id, { deadline: id === 'd' ? 5 : 1_000 }));
    }
  }
  const early = planStarts(counted(), 5, none, roomFor(1, 0, 6));
  assert.deepEqual([ids(early.start), early.wakeAt, looked], ['a', 6, 2]);
  const late = planStarts(counted(), 6, none, roomFor(1, 0, 6));
  assert.deepEqual([ids(late.expired), late.wakeAt], ['d', 1_001]);
});

test('room for work that nobody waits for is no reason to look through a crowd of commands', () => {
  const crowd = ['a', 'b', 'c', 'd'].map((id) => queued(run(id)));
  const first = planStarts(crowd, 5, none, roomFor(1, 9));
  let looked = 0;
  function* rest() {
    for (const one of crowd.slice(1)) {
      looked += 1;
      yield one;
    }
  }
  const next = planStarts(rest(), 5, none, roomFor(0, 9, 1_001, first.lanes));
  assert.deepEqual([ids(next.start), next.wakeAt, looked], ['', 1_001, 1]);
  assert.deepEqual([...next.lanes], ['commands']);
});

test('whoever looks no further than there is room starts what a look through all would start', () => {
  const one = fc.record({ lane: fc.constantFrom<Lane>('commands', 'work'), job: fc.nat(5) });
  const size = fc.nat(4);
  fc.assert(
    fc.property(fc.array(one, { maxLength: 12 }), size, size, size, size, (many, ...rooms) => {
      const all = many.map(({ lane, job }, index) =>
        queued(run(`r${index}`, { jobId: `j${job}` }), { lane }),
      );
      const [commands = 0, work = 0, moreCommands = 0, moreWork = 0] = rooms;
      const first = planStarts(all, 5, none, roomFor(commands, work));
      const rest = all.filter((waiting) => !first.start.includes(waiting.run));
      const next = (lookAt: number) =>
        planStarts(rest, 5, none, roomFor(moreCommands, moreWork, lookAt, first.lanes)).start;
      assert.equal(ids(next(1_001)), ids(next(0)));
    }),
  );
});
