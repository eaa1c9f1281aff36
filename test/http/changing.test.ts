import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { baseRow } from '../../src/core/firing.ts';
import type { Fence } from '../../src/core/lease.ts';
import { until } from '../journeys/program.ts';
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

/** What an owner does with requests: accepts each, and starts its run. */
async function acceptAll(): Promise<number> {
  const { store, context } = house.world;
  const waiting = await store.requests.waiting('default', 100);
  const answers = await Promise.all(
    waiting.map(async (request) => {
      const job = await store.jobs.get('default', request.jobId ?? '');
      assert.ok(job);
      const known = { now: house.world.now(), epoch: fence.epoch, newId: () => context.ids.next() };
      const run = { ...baseRow(job, known, 'request'), requestId: request.id };
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

test('twenty requests to run a job that come while the first is open are one run', async () => {
  const job = await add();
  const over = new AbortController();
  const owner = (async () => {
    let accepted = 0;
    while (!over.signal.aborted) {
      accepted += await acceptAll();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return accepted;
  })();
  const replies = await Promise.all(
    Array.from({ length: 20 }, () => house.ask(`/api/v1/jobs/${job}/run`, { body: {} })),
  );
  const receipts = new Set(replies.map((reply) => reply.json().text('request', 'receipt')));
  assert.equal(receipts.size, 1);
  assert.equal(replies.filter((reply) => reply.json().at('repeated').value === false).length, 1);
  over.abort();
  assert.equal(await owner, 1);
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
  const clicks: Promise<Reply>[] = [];
  for (let count = 0; count < 20; count += 1) {
    clicks.push(click());
    await new Promise((resolve) => setTimeout(resolve, 10));
    await acceptAll();
  }
  const replies = await Promise.all(clicks);
  assert.ok(
    replies.every(({ status }) => status === 200),
    replies.map(({ text }) => text).join(),
  );
  assert.equal(new Set(replies.map((reply) => reply.json().text('request', 'receipt'))).size, 1);
  const runs = await house.world.store.runs.list('default', { jobId: job, limit: 50 });
  assert.equal(runs.length, 1);
  await until(
    'the burst is over',
    async () => {
      const later = await click();
      await acceptAll();
      return later.json().text('request', 'receipt') ===
        replies[0]?.json().text('request', 'receipt')
        ? undefined
        : true;
    },
    15_000,
  );
});
