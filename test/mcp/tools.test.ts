import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Client } from '@modelcontextprotocol/client';
import { z } from 'zod';
import { includesScope, type Scope } from '../../src/core/access.ts';
import { notForAgents, toolName } from '../../src/doors/mcp/tools.ts';
import { operations } from '../../src/operations/list.ts';
import type { House } from '../http/house.ts';
import { agentOverHttp, openMcpHouse } from './clients.ts';

let house: House;
before(async () => {
  house = await openMcpHouse();
});
after(() => house.close());

type Listed = Awaited<ReturnType<Client['listTools']>>['tools'];

async function listedFor(scope: Scope): Promise<Listed> {
  const agent = await agentOverHttp(`${house.door.url}/mcp`, await house.grant({ scope }));
  const { tools } = await agent.client.listTools();
  await agent.leave();
  return tools;
}

const forAgents = operations.filter(
  ({ name, scope }) => scope !== 'admin' && notForAgents[name] === undefined,
);

test('every operation is a tool, needs admin, or is left out for a reason', async () => {
  const names = (await listedFor('edit')).map(({ name }) => name);
  assert.deepEqual(
    names,
    forAgents.map(({ name }) => toolName(name)),
  );
  assert.ok(names.length >= 30);
  assert.equal(new Set(names).size, names.length);
  for (const name of names) assert.match(name, /^[a-zA-Z0-9_-]{1,40}$/);
  for (const [name, reason] of Object.entries(notForAgents)) {
    assert.ok(
      operations.some((one) => one.name === name && one.scope !== 'admin'),
      name,
    );
    assert.ok(reason.length > 20, name);
  }
});

test('the description and schema of every tool are those of its operation', async () => {
  const tools = await listedFor('edit');
  for (const { name, summary, input, scope } of forAgents) {
    const tool = tools.find((one) => one.name === toolName(name));
    assert.ok(tool, name);
    assert.equal(tool.description, summary);
    assert.deepEqual(tool.inputSchema, z.toJSONSchema(input, { io: 'input' }), name);
    assert.equal(tool.annotations?.readOnlyHint, scope === 'read', name);
  }
});

for (const scope of ['read', 'operate', 'edit', 'admin'] as const)
  test(`a token that may ${scope} is told of the tools that it reaches, and of no other`, async () => {
    const expected = forAgents.filter((one) => includesScope(scope, one.scope));
    assert.deepEqual(
      (await listedFor(scope)).map(({ name }) => name),
      expected.map(({ name }) => toolName(name)),
    );
  });

test('the list of tools stays small, because clients hand it to their model', async () => {
  const { length } = JSON.stringify(await listedFor('edit'));
  assert.ok(length > 10_000 && length < 48_000, `${length} characters`);
});
