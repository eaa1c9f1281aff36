import { request as send } from 'node:http';
import { makeClock } from '../../src/adapters/host/clock.ts';
import { makeIds } from '../../src/adapters/host/ids.ts';
import { type Credential, credentialText, linkValidMs } from '../../src/core/access.ts';
import { type HttpDoor, type HttpDoorOptions, openHttpDoor } from '../../src/doors/http/server.ts';
import type { Log } from '../../src/ports/log.ts';
import { Json } from '../journeys/program.ts';
import { openWorld, type World } from '../operations/world.ts';

export type Reply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
  json(): Json;
};

export type Asking = {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Through which address of this machine. */
  readonly to?: string;
};

/** A door that is open, a world behind it, and what it logged. */
export type House = {
  readonly world: World;
  readonly door: HttpDoor;
  readonly log: string[];
  /** Sends exactly these headers, and those that HTTP itself needs. A body that is no text is sent as JSON. */
  send(path: string, asking?: Asking): Promise<Reply>;
  /** The same with a token that may do everything. */
  ask(path: string, asking?: Asking): Promise<Reply>;
  /** Makes a right and answers the text that proves it. */
  grant(fields?: Partial<Credential>): Promise<string>;
  /** Moves the clock that measures durations. */
  skip(ms: number): void;
  close(): Promise<void>;
};

export async function openHouse(
  options: Partial<HttpDoorOptions> = {},
  given: World | null = null,
): Promise<House> {
  const world = given ?? (await openWorld());
  // The hub waits in real time; what the world says of the hour stays in the hands of the test.
  let skippedMs = 0;
  const { sleep } = makeClock();
  const clock = { now: () => ({ wall: world.now(), boot: performance.now() + skippedMs }), sleep };
  const lines: string[] = [];
  const log = logInto(lines);
  const door = await openHttpDoor({
    host: '127.0.0.1',
    port: 0,
    reach: { kind: 'loopback' },
    profile: 'default',
    contextFor: (profile, actor) => ({ ...world.context, clock, profile, actor, cwd: null }),
    pageFolder: null,
    mcp: null,
    tunnelFor: null,
    log,
    ...options,
  });
  let count = 0;
  // Of its own, so that the ids of the world stay what they would be without it.
  const ids = makeIds(() => world.now());
  const grant: House['grant'] = async (fields = {}) => {
    const { store, secrets } = world.context;
    const id = ids.next();
    const text = credentialText(id, secrets.make());
    count += 1;
    const kind = fields.kind ?? 'token';
    const credential: Credential = {
      id,
      kind,
      name: `program ${count} of ${door.port}`,
      scope: 'admin',
      profiles: null,
      createdAt: world.now(),
      createdBy: 'test',
      expiresAt: kind === 'link' ? world.now() + linkValidMs : null,
      usedAt: null,
      ...fields,
    };
    const entry = { profile: 'default', at: world.now(), actor: 'test', kind: 'access.added' };
    const whole = { ...entry, subject: id, detail: {} };
    const added = await store.access.add(credential, secrets.digest(text), whole);
    if (added === 'taken') throw new Error(`There is a token ${credential.name} in this world.`);
    return text;
  };
  const known = await world.store.access.list(1_000);
  const isFirst = known.every(({ name }) => name !== 'root');
  const root = await grant({ name: isFirst ? 'root' : `root of ${door.port}` });
  const sendTo: House['send'] = (path, asking) => exchange(door.port, path, asking);
  return {
    world,
    door,
    log: lines,
    grant,
    send: sendTo,
    ask: (path, asking = {}) =>
      sendTo(path, { ...asking, headers: { authorization: `Bearer ${root}`, ...asking.headers } }),
    skip: (ms) => {
      skippedMs += ms;
    },
    close: () => door.close(),
  };
}

const logInto = (lines: string[]): Log => {
  const write =
    (level: string): Log['info'] =>
    (event, fields = {}) => {
      lines.push(JSON.stringify({ level, event, ...fields }));
    };
  return { info: write('info'), warn: write('warn'), error: write('error') };
};

/** One request over a connection of its own. `fetch` sets headers that a test wants to set itself. */
export function exchange(port: number, path: string, asking: Asking = {}): Promise<Reply> {
  const { method = asking.body === undefined ? 'GET' : 'POST', headers = {}, body } = asking;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const { promise, resolve, reject } = Promise.withResolvers<Reply>();
  const request = send(
    {
      host: asking.to ?? '127.0.0.1',
      port,
      path,
      method,
      agent: false,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
    },
    (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('error', reject);
      answer.on('end', () => {
        const whole = Buffer.concat(parts).toString();
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          text: whole,
          json: () => new Json(JSON.parse(whole)),
        });
      });
    },
  );
  request.on('error', reject);
  request.end(body === undefined ? undefined : text);
  return promise;
}
