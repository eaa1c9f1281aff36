import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { StoreUnavailable } from '../../src/ports/store.ts';
import type { House } from '../http/house.ts';
import { Json } from '../journeys/program.ts';
import { type Agent, agentOverHttp, openMcpHouse } from './clients.ts';

let house: House;
let agent: Agent;
before(async () => {
  house = await openMcpHouse();
  agent = await agentOverHttp(`${house.door.url}/mcp`, await house.grant({ scope: 'edit' }));
});
after(async () => {
  await agent.leave();
  await house.close();
});

async function read(uri: string): Promise<Json> {
  const { contents } = await agent.client.readResource({ uri });
  const [content, ...more] = contents;
  assert.ok(content !== undefined && 'text' in content && more.length === 0);
  assert.deepEqual([content.uri, content.mimeType], [uri, 'application/json']);
  return new Json(JSON.parse(content.text));
}

const add = async (name: string): Promise<string> =>
  (await agent.call('jobs_add', { when: 'every 2h', name, command: ['true'] })).text('job', 'id');

test('jobs are resources that say what the tool says, by id and by name', async () => {
  const id = await add('morning report');
  const { resources } = await agent.client.listResources();
  const [resource] = resources;
  assert.equal(resource?.uri, `cronkeeper://default/jobs/${id}`);
  assert.equal(resource.name, 'job morning report');
  const shown = (await agent.call('jobs_show', { job: id })).value;
  assert.deepEqual((await read(resource.uri)).value, shown);
  assert.deepEqual((await read('cronkeeper://default/jobs/morning%20report')).value, shown);
  assert.match((await read(resource.uri)).text('warning'), /NOTHING WILL RUN THIS JOB/);
  const { resourceTemplates } = await agent.client.listResourceTemplates();
  assert.deepEqual(
    resourceTemplates.map(({ uriTemplate }) => uriTemplate),
    ['cronkeeper://default/jobs/{job}', 'cronkeeper://default/runs/{run}'],
  );
});

test('the list of resources goes on from page to page and names each job once', async () => {
  const added = new Set<string>();
  for (let index = 0; index < 120; index += 1) added.add(await add(`job ${index}`));
  const { jobs } = house.world.store;
  const { list } = jobs;
  let pages = 0;
  const counted: typeof list = (...asked) => {
    pages += 1;
    return list(...asked);
  };
  Object.assign(jobs, { list: counted });
  // The client asks for the pages that follow by itself.
  const { resources } = await agent.client.listResources();
  Object.assign(jobs, { list });
  const seen = resources.map(({ uri }) => uri.split('/').at(-1) ?? '');
  assert.equal(pages, 2);
  assert.equal(new Set(seen).size, seen.length);
  for (const id of added) assert.ok(seen.includes(id), id);
});

const missing = [
  'cronkeeper://default/jobs/nobody',
  'cronkeeper://default/runs/01JZ0000000000000000000000',
  'cronkeeper://default/secrets/x',
  'cronkeeper://la/jobs/x',
  'cronkeeper://default/jobs/%E0%A4%A',
  'file:///etc/passwd',
  '../../etc/passwd',
];
for (const uri of missing)
  test(`${uri} is not found`, async () => {
    await assert.rejects(agent.client.readResource({ uri }), {
      code: -32_602,
      message: /Resource not found/,
    });
  });

test('a job is not found under the name of another profile', async () => {
  const id = await add('ours');
  assert.equal((await read(`cronkeeper://default/jobs/${id}`)).text('job', 'id'), id);
  const uri = `cronkeeper://la/jobs/${id}`;
  await assert.rejects(agent.client.readResource({ uri }), /Resource not found/);
});

test('a cursor or an address that is too long is refused in words', async () => {
  const cursor = 'x'.repeat(500);
  await assert.rejects(agent.client.listResources({ cursor }), /Refused \(usage\): after/);
  const uri = `cronkeeper://default/jobs/${'x'.repeat(100_000)}`;
  await assert.rejects(agent.client.readResource({ uri }), /Refused \(usage\): job|not found/);
});

test('a store that does not answer is told in words, and the next question is answered', async () => {
  const id = await add('unlucky');
  const { jobs } = house.world.store;
  const { list } = jobs;
  Object.assign(jobs, {
    list: async () => {
      throw new StoreUnavailable('store_unavailable', 'The store is busy.');
    },
  });
  await assert.rejects(
    agent.client.listResources(),
    /Refused \(store_unavailable\): The store is busy/,
  );
  const { error } = await agent.refused('jobs_list');
  assert.equal(error.text('code'), 'store_unavailable');
  Object.assign(jobs, { list });
  assert.equal((await read(`cronkeeper://default/jobs/${id}`)).text('job', 'id'), id);
});
