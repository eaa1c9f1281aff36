import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isForAgents } from '../../src/doors/mcp/tools.ts';
import { operations } from '../../src/operations/list.ts';
import type { House } from '../http/house.ts';
import { type Agent, agentOverHttp, openMcpHouse } from './clients.ts';

let house: House;
before(async () => {
  house = await openMcpHouse();
});
after(() => house.close());

const url = (): string => `${house.door.url}/mcp`;

async function asAgent(
  fields: Parameters<House['grant']>[0],
  work: (agent: Agent) => Promise<void>,
  query = '',
): Promise<void> {
  const agent = await agentOverHttp(url() + query, await house.grant(fields));
  await work(agent).finally(() => agent.leave());
}

const countJobs = async (): Promise<number> =>
  (await house.ask('/api/v1/jobs')).json().list('jobs').length;

test('a token that may read is refused every tool that changes something, and nothing changes', async () => {
  const before = await countJobs();
  await asAgent({ scope: 'read' }, async (agent) => {
    const changing = operations.filter(
      (one) => isForAgents(one) && (one.scope === 'operate' || one.scope === 'edit'),
    );
    assert.ok(changing.length >= 10);
    for (const { name, scope } of changing) {
      const { error, words } = await agent.refused(name.replace('.', '_'), {
        when: 'every 2h',
        command: ['true'],
      });
      assert.equal(error.text('code'), 'scope_missing', name);
      assert.equal(error.text('details', 'scope'), scope, name);
      assert.match(words, new RegExp(`needs the scope "${scope}"; this asker may "read" only`));
    }
  });
  assert.equal(await countJobs(), before);
});

for (const scope of ['edit', 'admin'] as const)
  test(`a token that may ${scope} has no tool that needs admin`, async () => {
    await asAgent({ scope }, async (agent) => {
      const admin = operations.filter((one) => one.scope === 'admin');
      assert.ok(admin.length >= 8);
      for (const { name } of admin)
        for (const tool of [name, name.replace('.', '_')]) {
          const { error } = await agent.refused(tool, { rule: 'role gateway', name: 'x' });
          assert.equal(error.text('code'), 'not_found', tool);
        }
    });
    assert.equal((await house.ask('/api/v1/owner/history')).json().list('entries').length, 0);
  });

test('a token that was revoked or has ended is refused at the next request', async () => {
  for (const end of ['revoke', 'expire'] as const) {
    const name = `to ${end}`;
    const expiresAt = end === 'expire' ? house.world.now() + 60_000 : null;
    const agent = await agentOverHttp(url(), await house.grant({ name, scope: 'edit', expiresAt }));
    await agent.call('status');
    if (end === 'expire') house.world.advance(60_000);
    else await house.ask(`/api/v1/access/tokens/${encodeURIComponent(name)}`, { method: 'DELETE' });
    const before = await countJobs();
    const asked = agent.call('jobs_add', { when: 'every 2h', command: ['true'] });
    await assert.rejects(asked, /Not signed in|401|nauthorized/);
    assert.equal(await countJobs(), before);
    await agent.leave();
  }
});

test('whoever has no token is turned away, and so is a browser with its cookie', async () => {
  const body = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
  const session = await house.grant({ kind: 'session' });
  const cookie = `ck_default_${house.door.port}=${session}`;
  const origin = house.door.url;
  const known = await house.send('/api/v1/status', { headers: { cookie } });
  assert.equal(known.status, 200, 'the cookie is good');
  for (const headers of [{ origin }, { authorization: 'Bearer nonsense' }, { cookie, origin }]) {
    const reply = await house.send('/mcp', { body, headers });
    assert.equal(reply.status, 401, JSON.stringify(headers));
    assert.equal(reply.json().text('code'), 'not_signed_in');
  }
});

test('a page of another site reaches no tool, whatever token it has', async () => {
  const token = await house.grant({ scope: 'edit' });
  const reply = await house.send('/mcp', {
    body: { jsonrpc: '2.0', id: 1, method: 'tools/list' },
    headers: { authorization: `Bearer ${token}`, origin: 'https://evil.example' },
  });
  assert.equal(reply.status, 403);
});

test('a token for one profile asks about that profile and no other', async () => {
  await house.ask('/api/v1/profiles', { body: { name: 'la' } });
  const ours = { when: 'every 2h', command: ['true'] };
  await house.ask('/api/v1/jobs', { body: { ...ours, name: 'not yours' } });
  await asAgent({ scope: 'edit', profiles: ['la'] }, async (agent) => {
    assert.equal((await agent.call('status')).text('profile'), 'la');
    assert.equal((await agent.call('jobs_add', ours)).text('job', 'profile'), 'la');
    const { error } = await agent.refused('jobs_list', { allProfiles: true });
    assert.equal(error.text('code'), 'scope_missing');
    const uri = 'cronkeeper://default/jobs/not%20yours';
    await assert.rejects(agent.client.readResource({ uri }), /not found/);
  });
  const token = await house.grant({ scope: 'edit', profiles: ['la'] });
  await assert.rejects(agentOverHttp(`${url()}?profile=default`, token), /403|not for|only/i);
  await asAgent(
    { scope: 'read' },
    async (agent) => assert.equal((await agent.call('status')).text('profile'), 'la'),
    '?profile=la',
  );
});

test('what an agent changed is in the audit log under the name of its token', async () => {
  await asAgent({ scope: 'edit', name: 'claude' }, async (agent) => {
    await agent.call('jobs_add', { when: 'every 2h', command: ['true'], name: 'audited' });
  });
  const [entry] = await house.world.store.audit.list('default', { limit: 1 });
  assert.equal(entry?.actor, 'mcp:claude');
});
