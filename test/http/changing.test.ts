import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { baseRow } from '../../src/core/firing.ts';
import type { Fence } from '../../src/core/lease.ts';
import { withHolder } from '../operations/world.ts';
import { type House, openHouse, type Reply } from './house.ts';

let house: House;
let fence: Fence;
before(async () => {
  house = await openHouse();
  fence = await withHolder(house.world);
});
after(() => house.close());

const add = async (fields: Readonly<Record<string, unknown>> = {}): Promise<string> => {
  const body = { when: 'every 1h', command: ['true'], ...fields };
  const added = await house.ask('/api/v1/jobs', { body });
  assert.equal(added.status, 201, added.text);
  return added.json().text('job', 'id');
};
const keyed = (key: string) => ({ 'idempotency-key': key });
const codeOf = (reply: Reply): string => reply.json().text('code');

/** What an owner does with requests: accepts each, and starts its run, which may be over at once. */
async function acceptAll(state: 'running' | 'ended'): Promise<number> {
  const { store, context } = house.world;
  const waiting = await store.requests.waiting('default', 100);
  const answers = await Promise.all(
    waiting.map(async (request) => {
      const job = await store.jobs.get('default', request.jobId ?? '');
      assert.ok(job);
      const known = { now: house.world.now(), epoch: fence.epoch, newId: () => context.ids.next() };
      const outcome = state === 'ended' ? ('succeeded' as const) : null;
      const row = baseRow(job, known, 'request');
      const run = { ...row, state, outcome, requestId: request.id };
      return { kind: 'accept' as const, requestId: request.id, run };
    }),
  );
  if (answers.length > 0) await store.runs.acceptRequests(fence, answers);
  return answers.length;
}

test('the same key with the same content is answered again, not done again', async () => {
  const asking = {
    body: { when: 'every 1h', command: ['true'], name: 'once' },
    headers: keyed('k1'),
  };
  const [first, second] = [
    await house.ask('/api/v1/jobs', asking),
    await house.ask('/api/v1/jobs', asking),
  ];
  assert.equal(first.status, 201);
  assert.equal(second.status, 201);
  assert.equal(second.text, first.text);
  assert.equal(second.headers['idempotency-replayed'], 'true');
  const list = await house.ask('/api/v1/jobs');
  assert.equal(
    list
      .json()
      .list('jobs')
      .filter((job) => job.text('name') === 'once').length,
    1,
  );
});

test('the same key with other content is refused, and nothing is done', async () => {
  const job = await add();
  const pause = (reason: string) =>
    house.ask(`/api/v1/jobs/${job}/pause`, { body: { reason }, headers: keyed('k2') });
  assert.equal((await pause('one')).status, 200);
  const other = await pause('other');
  assert.equal(other.status, 422);
  assert.equal(codeOf(other), 'key_conflict');
  const shown = (await house.ask(`/api/v1/jobs/${job}`)).json();
  assert.equal(shown.text('job', 'pausedReason'), 'one');
});

test('many requests with one key at the same moment do one thing', async () => {
  const job = await add();
  const revision = async () =>
    (await house.ask(`/api/v1/jobs/${job}`)).json().number('job', 'revision');
  const before = await revision();
  const asking = { method: 'PATCH', body: { name: 'renamed' }, headers: keyed('k3') };
  const replies = await Promise.all(
    Array.from({ length: 20 }, () => house.ask(`/api/v1/jobs/${job}`, asking)),
  );
  assert.deepEqual([...new Set(replies.map(({ status, text }) => `${status} ${text}`))].length, 1);
  assert.equal(await revision(), before + 1);
});

test('a refused question frees its key', async () => {
  const asking = { body: { when: 'never ever' }, headers: keyed('k4') };
  assert.equal((await house.ask('/api/v1/jobs', asking)).status, 400);
  const better = { body: { when: 'every 1h', command: ['true'] }, headers: keyed('k4') };
  assert.equal((await house.ask('/api/v1/jobs', better)).status, 201);
});

test('of an answer that was lost nobody claims to know what became of it', async () => {
  const job = await add();
  const { store, secrets } = house.world.context;
  const asking = { body: { reason: 'x' }, headers: keyed('k5') };
  assert.equal((await house.ask(`/api/v1/jobs/${job}/pause`, asking)).status, 200);
  const root = (await store.access.list(99)).find(({ name }) => name === 'root');
  // As a process leaves it that ended before it could keep the answer.
  await store.answered.forget(root?.id ?? '', 'k5');
  const question = JSON.stringify(['jobs.pause', 'default', { job, reason: 'x' }]);
  const at = house.world.now();
  await store.answered.begin(
    { credentialId: root?.id ?? '', key: 'k5', question: secrets.digest(question), at },
    0,
  );
  const again = await house.ask(`/api/v1/jobs/${job}/pause`, asking);
  assert.equal(again.status, 409, again.text);
  assert.equal(codeOf(again), 'answer_unknown');
});

test('of fifty edits of the same revision one wins and the others are told so', async () => {
  const job = await add();
  const replies = await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      house.ask(`/api/v1/jobs/${job}`, {
        method: 'PATCH',
        body: { name: `edit ${index}`, revision: 1 },
      }),
    ),
  );
  const won = replies.filter(({ status }) => status === 200);
  const lost = replies.filter(({ status }) => status === 409);
  assert.equal(won.length, 1);
  assert.equal(lost.length, 49);
  assert.ok(lost.every((reply) => codeOf(reply) === 'revision_conflict'));
  const shown = (await house.ask(`/api/v1/jobs/${job}`)).json();
  assert.equal(shown.number('job', 'revision'), 2);
  assert.equal(shown.text('job', 'name'), won[0]?.json().text('job', 'name'));
});

test('a revision may come as If-Match', async () => {
  const job = await add();
  const edit = (seen: string) =>
    house.ask(`/api/v1/jobs/${job}`, {
      method: 'PATCH',
      body: { name: `seen ${seen}` },
      headers: { 'if-match': seen },
    });
  assert.equal((await edit('"1"')).status, 200);
  assert.equal((await edit('1')).status, 409);
});

test('a job that was deleted stays deleted, whatever an old page still asks', async () => {
  const job = await add({ name: 'gone' });
  const remove = { method: 'DELETE', headers: keyed('k6') };
  assert.equal((await house.ask(`/api/v1/jobs/${job}`, remove)).status, 200);
  const late = [
    { path: `/api/v1/jobs/${job}`, method: 'PATCH', body: { name: 'back' } },
    { path: `/api/v1/jobs/${job}`, method: 'PATCH', body: { name: 'back', revision: 1 } },
    { path: `/api/v1/jobs/${job}/resume`, method: 'POST', body: {} },
    { path: `/api/v1/jobs/${job}/run`, method: 'POST', body: {} },
  ];
  for (const { path, ...asking } of late) assert.equal((await house.ask(path, asking)).status, 404);
  assert.equal((await house.ask(`/api/v1/jobs/${job}`, remove)).status, 200, 'the same key again');
  assert.equal((await house.ask(`/api/v1/jobs/${job}`)).status, 404);
  assert.deepEqual(await house.world.store.jobs.byName('default', 'gone'), []);
});

/** An owner that looks at requests while the work is done. @returns how many it accepted, and what the work answers */
async function withOwner<T>(
  state: 'running' | 'ended',
  work: () => Promise<T>,
): Promise<{ readonly accepted: number; readonly done: T }> {
  const over = new AbortController();
  const owner = (async () => {
    let accepted = 0;
    while (!over.signal.aborted) {
      accepted += await acceptAll(state);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return accepted;
  })();
  const done = await work().finally(() => over.abort());
  return { accepted: await owner, done };
}

const receiptOf = (reply: Reply): string => reply.json().text('request', 'receipt');

test('twenty requests to run a job that come while the first is open are one run', async () => {
  const job = await add();
  const run = () => house.ask(`/api/v1/jobs/${job}/run`, { body: {} });
  const { accepted, done } = await withOwner('running', () =>
    Promise.all(Array.from({ length: 20 }, run)),
  );
  assert.equal(accepted, 1);
  assert.equal(new Set(done.map(receiptOf)).size, 1);
  assert.equal(done.filter((reply) => reply.json().at('repeated').value === false).length, 1);
  const runs = await house.world.store.runs.list('default', { jobId: job, limit: 50 });
  assert.equal(runs.length, 1);
});

test('twenty clicks in a browser are one run, even of a job that is over at once', async () => {
  const job = await add({ overlap: 'allow' });
  const link = await house.grant({ kind: 'link' });
  const origin = { origin: house.door.url };
  const entered = await house.send('/api/v1/session', { body: { link }, headers: origin });
  const cookie = String([entered.headers['set-cookie']].flat()[0]).split(';')[0] ?? '';
  const click = () =>
    house.send(`/api/v1/jobs/${job}/run`, { body: {}, headers: { ...origin, cookie } });
  const { accepted, done } = await withOwner('ended', async () => {
    const clicks: Reply[] = [];
    // Each after the one before it was answered: a person who is not satisfied.
    for (let count = 0; count < 20; count += 1) clicks.push(await click());
    house.skip(2_000);
    return [...clicks, await click()];
  });
  const receipts = done.map(receiptOf);
  assert.equal(new Set(receipts.slice(0, 20)).size, 1);
  assert.equal(accepted, 2, 'two seconds later another run was meant');
  assert.notEqual(receipts[20], receipts[0]);
});
