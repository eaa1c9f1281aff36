import assert from 'node:assert/strict';
import {
  Client,
  StreamableHTTPClientTransport,
  type Transport,
} from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { mountMcp } from '../../src/main/mcp-mount.ts';
import { type House, openHouse } from '../http/house.ts';
import { Json, launcher, type Person } from '../journeys/program.ts';
import { openWorld, type World } from '../operations/world.ts';

/** An agent of others: the official client, and what it was told. */
export type Agent = {
  readonly client: Client;
  /** What the tool answered. @throws when it refused */
  call(tool: string, fields?: Readonly<Record<string, unknown>>): Promise<Json>;
  /** The error of a call that must be refused, and the words beside it. */
  refused(
    tool: string,
    fields?: Readonly<Record<string, unknown>>,
  ): Promise<{ readonly error: Json; readonly words: string }>;
  leave(): Promise<void>;
};

/** Which revision of the protocol the client speaks: the oldest handshake that is in use, or the newest revision. */
export type Era = 'legacy' | 'auto';

async function agentOver(transport: Transport, era: Era): Promise<Agent> {
  const client = new Client(
    { name: 'agent', version: '1.0.0' },
    { versionNegotiation: { mode: era } },
  );
  await client.connect(transport);
  const ask = async (name: string, fields: Readonly<Record<string, unknown>>) => {
    const result = await client.callTool({ name, arguments: { ...fields } });
    const texts = result.content.map((part) => (part.type === 'text' ? part.text : ''));
    const document = result.structuredContent;
    assert.ok(document, `${name}: no structured content`);
    // Clients differ in which of the two their model sees, so both must say the same.
    assert.deepEqual(JSON.parse(texts.at(-1) ?? ''), document);
    return { isError: result.isError === true, words: texts[0] ?? '', document };
  };
  return {
    client,
    call: async (name, fields = {}) => {
      const { isError, words, document } = await ask(name, fields);
      assert.equal(isError, false, words);
      return new Json(document);
    },
    refused: async (name, fields = {}) => {
      const { isError, words, document } = await ask(name, fields);
      assert.equal(isError, true, `${name} was not refused: ${words}`);
      return { error: new Json(document).at('error'), words };
    },
    leave: () => client.close(),
  };
}

export const agentOverHttp = (url: string, token: string, era: Era = 'legacy'): Promise<Agent> =>
  agentOver(
    new StreamableHTTPClientTransport(new URL(url), {
      requestInit: { headers: { authorization: `Bearer ${token}` } },
    }),
    era,
  );

/** Starts `cronkeeper mcp` as an agent does; the words stand before the verb. */
export const agentOverStdio = (
  person: Person,
  args: readonly string[] = [],
  era: Era = 'legacy',
): Promise<Agent> =>
  agentOver(
    new StdioClientTransport({
      command: launcher,
      args: [...args, 'mcp'],
      env: person.env,
      cwd: person.home,
      stderr: 'ignore',
    }),
    era,
  );

/** The door over HTTP with the one for agents behind it, and a world in memory behind both. */
export async function openMcpHouse(given: World | null = null): Promise<House> {
  const world = given ?? (await openWorld());
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const contextFor = (profile: string, actor: string) => ({
    ...world.context,
    profile,
    actor,
    cwd: null,
  });
  return openHouse({ contextFor, mcp: mountMcp('1.2.3', { contextFor, log }) }, world);
}
