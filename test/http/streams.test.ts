import assert from 'node:assert/strict';
import { get, type IncomingMessage } from 'node:http';
import { after, before, test } from 'node:test';
import { jobsAdd } from '../../src/operations/jobs-add.ts';
import { Json, until } from '../journeys/program.ts';
import { instanceOf, withHolder } from '../operations/world.ts';
import { type House, openHouse } from './house.ts';

const instance = instanceOf(99);

type Message = { readonly event: string; readonly id: number; readonly data: Json };

/** An open stream, and what came through it. */
type Listener = {
  readonly status: number;
  readonly messages: Message[];
  readonly isOver: () => boolean;
  sequences(): readonly number[];
  pause(): void;
  close(): void;
};

async function listen(house: House, query: string, token: string): Promise<Listener> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const request = get(
    {
      host: '127.0.0.1',
      port: house.door.port,
      path: `/api/v1/events${query}`,
      agent: false,
      headers: { authorization: `Bearer ${token}` },
    },
    resolve,
  );
  request.on('error', reject);
  const answer = await promise;
  const messages: Message[] = [];
  let rest = '';
  let isOver = false;
  answer.setEncoding('utf8');
  answer.on('data', (part: string) => {
    const blocks = (rest + part).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map(
        block
          .split('\n')
          .map((line) => [line.split(': ')[0] ?? '', line.slice(line.indexOf(': ') + 2)]),
      );
      const data = fields.get('data');
      if (data === undefined) continue;
      messages.push({
        event: fields.get('event') ?? '',
        id: Number(fields.get('id')),
        data: new Json(JSON.parse(data)),
      });
    }
  });
  const end = () => {
    isOver = true;
  };
  answer.on('close', end);
  answer.on('error', end);
  return {
    status: answer.statusCode ?? 0,
    messages,
    isOver: () => isOver,
    sequences: () => messages.filter(({ event }) => event === 'change').map(({ id }) => id),
    pause: () => answer.pause(),
    close: () => request.destroy(),
  };
}

let house: House;
let token: string;
before(async () => {
  house = await openHouse();
  token = await house.grant({ scope: 'read' });
});
after(() => house.close());

const addJob = (profile = 'default') =>
  house.world.ask(jobsAdd, { when: 'every 1h', command: ['true'] }, profile);

test('a stream tells at once whether jobs will run, and then each change once, in order', async () => {
  const stream = await listen(house, '', token);
  assert.equal(stream.status, 200);
  const [first] = await until('readiness', () =>
    stream.messages.length > 0 ? stream.messages : undefined,
  );
  assert.equal(first?.event, 'readiness');
  assert.equal(first?.data.at('willRun').value, false);
  const { job } = await addJob();
  await addJob('elsewhere');
  await addJob();
  await until('two changes', () => stream.sequences().length >= 2 || undefined);
  const changes = stream.messages.filter(({ event }) => event === 'change');
  assert.deepEqual(
    changes.map(({ data }) => data.text('kind')),
    ['job', 'job'],
  );
  assert.equal(changes[0]?.data.text('id'), job.id);
  assert.ok((changes[0]?.id ?? 0) < (changes[1]?.id ?? 0));
  stream.close();
});

test('a reader that was away is told everything since, and nothing twice', async () => {
  const one = await listen(house, '', token);
  await addJob();
  await until('a change', () => one.sequences().length > 0 || undefined);
  const last = one.sequences().at(-1) ?? 0;
  one.close();
  const before = await house.world.store.events.newest();
  for (let count = 0; count < 1_200; count += 1) {
    await house.world.store.instances.report({ ...instance, id: `i${count}` });
  }
  const two = await listen(house, `?after=${last}`, token);
  await addJob();
  await until('all of them', () => two.sequences().length >= 1_201 || undefined);
  assert.deepEqual(
    two.sequences(),
    Array.from({ length: 1_201 }, (_, index) => before + 1 + index),
  );
  two.close();
});

for (const after of [999_999, 1]) {
  test(`a reader that comes from ${after}, which the store cannot go on from, is told to load anew`, async () => {
    const newest = await house.world.store.events.newest();
    if (after === 1)
      for (let count = 0; count < 50_300 - newest; count += 1)
        await house.world.store.instances.report({
          ...instance,
          standing: count % 2 === 0 ? 'holder' : 'standby',
        });
    const stream = await listen(house, `?after=${after}`, token);
    const [first] = await until('reset', () =>
      stream.messages.length > 0 ? stream.messages : undefined,
    );
    assert.equal(first?.event, 'reset');
    assert.equal(first?.id, await house.world.store.events.newest());
    stream.close();
  });
}

test('a stream ends within five seconds when its token is revoked, and others go on', async () => {
  const name = 'soon gone';
  const gone = await listen(house, '', await house.grant({ name }));
  const stays = await listen(house, '', token);
  const revoked = await house.ask(`/api/v1/access/tokens/${encodeURIComponent(name)}`, {
    method: 'DELETE',
  });
  assert.equal(revoked.status, 200, revoked.text);
  await until('the end', () => gone.isOver() || undefined, 5_000);
  assert.equal(stays.isOver(), false);
  stays.close();
});

test('a profile that was removed ends its own streams, and silences no other', async () => {
  const own = await openHouse();
  try {
    const { world } = own;
    const reader = await own.grant({ scope: 'read' });
    await world.store.profiles.ensure('gone', world.now(), 'test');
    const gone = await listen(own, '?profile=gone', reader);
    await until('readiness', () => gone.messages.length > 0 || undefined);
    const stays = await listen(own, '', reader);
    await until('readiness', () => stays.messages.length > 0 || undefined);
    const entry = { profile: 'gone', at: world.now(), actor: 'test', kind: 'profile.removed' };
    await world.store.profiles.remove('gone', { ...entry, subject: 'gone', detail: {} });
    await withHolder(world);
    await until('jobs will run', () => stays.messages.some(isReady) || undefined, 6_000);
    await until('the end', () => gone.isOver() || undefined, 5_000);
    assert.equal(stays.isOver(), false);
    stays.close();
  } finally {
    await own.close();
  }
});

const isReady = ({ event, data }: Message): boolean =>
  event === 'readiness' && data.at('willRun').value === true;

test('a stream about a profile that the token is not for is refused', async () => {
  const other = await listen(
    house,
    '?profile=elsewhere',
    await house.grant({ profiles: ['default'] }),
  );
  assert.equal(other.status, 403);
  other.close();
});

test('a reader that does not read is cut off, costs no memory meanwhile, and goes on where it stopped', async () => {
  const slow = await listen(house, '', token);
  await until('readiness', () => slow.messages.length > 0 || undefined);
  const start = await house.world.store.events.newest();
  slow.pause();
  // More than the buffers of both ends and those of the system take.
  const reports = 40_000;
  for (let count = 0; count < reports && !isCut(); count += 1) {
    await house.world.store.instances.report({ ...instance, id: `slow${count}`.padEnd(200, 'x') });
    if (count % 1_000 === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await until('the cut', () => isCut() || undefined, 20_000);
  const again = await listen(house, `?after=${start}`, token);
  await addJob();
  const end = await house.world.store.events.newest();
  await until('everything since', () => again.sequences().at(-1) === end || undefined, 20_000);
  assert.deepEqual(
    again.sequences(),
    Array.from({ length: end - start }, (_, index) => start + 1 + index),
  );
  again.close();
  slow.close();
});

const isCut = (): boolean => house.log.some((line) => line.includes('stream_cut'));
