import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { routed } from '../../src/doors/http/asking.ts';
import { type Arrival, judgeArrival } from '../../src/doors/http/gatekeeper.ts';
import { StoreUnavailable } from '../../src/ports/store.ts';
import { type Asking, type House, openHouse, type Reply } from './house.ts';

const premises = {
  hosts: new Set(['127.0.0.1:8787', 'localhost:8787']),
  origins: new Set(['http://127.0.0.1:8787', 'http://localhost:8787']),
};
const visit: Arrival = {
  method: 'GET',
  target: '/',
  hosts: ['127.0.0.1:8787'],
  origin: null,
  secFetchSite: null,
  secFetchMode: null,
  secFetchDest: null,
  hasBearer: false,
  isUpgrade: false,
};
const form = { ...visit, method: 'POST', target: '/api/v1/jobs' };
const followed = { secFetchSite: 'cross-site', secFetchMode: 'navigate', secFetchDest: 'document' };
const judged: readonly (readonly [what: string, arrival: Arrival, code: string | null])[] = [
  ['a visit', visit, null],
  ['a host in capitals', { ...visit, hosts: ['LOCALHOST:8787'] }, null],
  ['a link that was followed from another site', { ...visit, ...followed }, null],
  ['a program with a token', { ...form, hasBearer: true }, null],
  ['our page', { ...form, origin: 'http://127.0.0.1:8787', secFetchSite: 'same-origin' }, null],
  ['another host', { ...visit, hosts: ['evil.example:8787'] }, 'host_unknown'],
  ['our host with another port', { ...visit, hosts: ['localhost:8788'] }, 'host_unknown'],
  ['our host without port', { ...visit, hosts: ['localhost'] }, 'host_unknown'],
  ['our host with a dot', { ...visit, hosts: ['localhost.:8787'] }, 'host_unknown'],
  ['a host that begins like ours', { ...visit, hosts: ['localhost:8787.evil'] }, 'host_unknown'],
  ['no host', { ...visit, hosts: [] }, 'request_malformed'],
  ['two hosts', { ...visit, hosts: ['localhost:8787', 'evil.example'] }, 'request_malformed'],
  ['a whole address', { ...visit, target: 'http://evil.example/' }, 'request_malformed'],
  ['a path without scheme', { ...visit, target: '//evil.example/' }, 'request_malformed'],
  ['another origin', { ...visit, origin: 'http://evil.example' }, 'origin_refused'],
  ['another port', { ...visit, origin: 'http://localhost:3000' }, 'origin_refused'],
  ['our origin by TLS', { ...visit, origin: 'https://localhost:8787' }, 'origin_refused'],
  ['no origin to speak of', { ...visit, origin: 'null' }, 'origin_refused'],
  ['a page of the same site', { ...visit, secFetchSite: 'same-site' }, 'origin_refused'],
  ['a picture on another site', { ...visit, ...followed, secFetchDest: 'image' }, 'origin_refused'],
  ['a frame on another site', { ...visit, ...followed, secFetchDest: 'iframe' }, 'origin_refused'],
  ['a link to the API', { ...visit, ...followed, target: '/api/v1/jobs' }, 'origin_refused'],
  ['a form of another site', { ...form, ...followed }, 'origin_refused'],
  ['a change that nobody vouches for', form, 'origin_refused'],
  ['a change typed into the address', { ...form, secFetchSite: 'none' }, 'origin_refused'],
  [
    'a token sent by another site',
    { ...form, hasBearer: true, origin: 'http://evil.example' },
    'origin_refused',
  ],
  ['a socket that nobody vouches for', { ...visit, isUpgrade: true }, 'origin_refused'],
  ['a socket of another site', { ...visit, isUpgrade: true, ...followed }, 'origin_refused'],
];
for (const [what, arrival, code] of judged) {
  test(`${what} is ${code === null ? 'let in' : `turned away as ${code}`}`, () => {
    assert.equal(judgeArrival(arrival, premises)?.code ?? null, code);
  });
}

let house: House;
let cookie: string;
before(async () => {
  house = await openHouse();
  const link = await house.grant({ kind: 'link' });
  const entered = await house.send('/api/v1/session', { body: { link }, headers: own() });
  assert.equal(entered.status, 200);
  cookie = String([entered.headers['set-cookie']].flat()[0]).split(';')[0] ?? '';
});
after(() => house.close());

const own = () => ({ origin: house.door.url, 'sec-fetch-site': 'same-origin' });

/** Every way that leads in, with something in the place of what a path names. */
const ways: readonly (readonly [method: string, path: string])[] = [
  ...routed.map(
    ({ route }) => [route.method, `/api/v1${route.path.replace(/\{\w+\}/g, 'x')}`] as const,
  ),
  ['GET', '/api/v1/session'],
  ['DELETE', '/api/v1/session'],
  ['GET', '/api/v1/events'],
  ['GET', '/api/v1/openapi.json'],
  ['GET', '/healthz'],
  ['GET', '/readyz'],
  ['GET', '/metrics'],
  ['GET', '/'],
  ['GET', '/index.html'],
  ['GET', '/assets/index.js'],
  ['GET', '/jobs/x/edit'],
  ['GET', '/api/v1/nothing'],
  ['OPTIONS', '/api/v1/jobs'],
  ['TRACE', '/api/v1/jobs'],
  ['HEAD', '/api/v1/jobs'],
  ['HEAD', '/api/v1/events'],
];
const asked = (
  [method]: readonly [string, string],
  headers: Readonly<Record<string, string>>,
): Asking => ({
  method,
  headers,
  ...(['POST', 'PUT', 'PATCH'].includes(method) ? { body: {} } : {}),
});

/** The same door anew, which remembers no failures. */
async function reopen(): Promise<void> {
  await house.close();
  house = await openHouse({}, house.world);
}

test('every way in is closed to who brings nothing, and to who brings what does not count', async () => {
  const { store, secrets } = house.world.context;
  const expired = await house.grant({ expiresAt: house.world.now() });
  const revoked = await house.grant({ name: 'revoked' });
  const found = await store.access.find(secrets.digest(revoked));
  const entry = { profile: 'default', at: 0, actor: 'test', kind: 'x', subject: 'x', detail: {} };
  await store.access.revoke(found?.id ?? '', entry);
  const session = cookie.split('=')[1] ?? '';
  const token = await house.grant();
  const name = cookie.split('=')[0] ?? '';
  const bearer = (text: string) => ({ authorization: `Bearer ${text}` });
  const wrong: readonly Readonly<Record<string, string>>[] = [
    {},
    bearer(expired),
    bearer(revoked),
    bearer(session),
    bearer(await house.grant({ kind: 'link' })),
    bearer(`${token}A`),
    bearer(''),
    { authorization: `Basic ${Buffer.from(`x:${token}`).toString('base64')}` },
    { authorization: 'Bearer wrong', cookie },
    { cookie: `${name}=${token}` },
    { cookie: `ck_default_1=${session}` },
    { cookie: `${name}=` },
  ];
  let tried = 0;
  for (const headers of wrong) {
    for (const way of ways) {
      // Before the door says that there were too many.
      if (tried % 15 === 0) await reopen();
      const reply = await house.send(way[1], asked(way, { ...own(), ...headers }));
      assert.equal(reply.status, 401, `${way.join(' ')} ${JSON.stringify(headers)}`);
      tried += 1;
    }
  }
  assert.equal(tried, wrong.length * ways.length);
  assert.deepEqual(await store.jobs.list('default', { after: null, limit: 9 }), []);
});

test('only the two files of the sign-in page are there for everybody', async () => {
  for (const path of ['/sign-in.js', '/sign-in.css'])
    assert.equal((await house.send(path)).status, 200);
  const page = await house.send('/', { headers: { accept: 'text/html' } });
  assert.equal(page.status, 401);
  assert.match(page.text, /cronkeeper dashboard link/);
  assert.doesNotMatch(page.text, /<script(?![^>]* src=)|style=|onload=/);
});

test('by another name nobody comes in, whatever they bring', async () => {
  const token = await house.grant();
  const { port } = house.door;
  for (const host of [
    'evil.example',
    `evil.example:${port}`,
    'localhost',
    `127.0.0.1:${port + 1}`,
  ]) {
    for (const way of ways) {
      const reply = await house.send(
        way[1],
        asked(way, { host, authorization: `Bearer ${token}` }),
      );
      assert.equal(reply.status, 421, `${way.join(' ')} as ${host}`);
    }
  }
  for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`])
    assert.equal((await house.ask('/api/v1/jobs', { headers: { host } })).status, 200);
});

/** What another site's page can make a browser send, with the cookie that it must not have sent. */
const foreign: readonly (readonly [what: string, headers: Readonly<Record<string, string>>])[] = [
  [
    'a form',
    {
      origin: 'http://evil.example',
      'sec-fetch-site': 'cross-site',
      'content-type': 'application/x-www-form-urlencoded',
    },
  ],
  [
    'a form of text',
    { origin: 'http://evil.example', 'sec-fetch-site': 'cross-site', 'content-type': 'text/plain' },
  ],
  ['JSON', { origin: 'http://evil.example', 'sec-fetch-site': 'cross-site' }],
  ['JSON of a frame without origin', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
  ['JSON of another port', { origin: 'http://127.0.0.1:3000', 'sec-fetch-site': 'same-site' }],
  ['a form of an old browser', { origin: 'http://evil.example', 'content-type': 'text/plain' }],
  ['JSON of a browser that says nothing', {}],
  [
    'a navigation',
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
  ],
];
for (const [what, headers] of foreign) {
  test(`${what} from elsewhere changes nothing`, async () => {
    const { store } = house.world;
    await reopen();
    const entered = await signIn();
    const before = await store.events.newest();
    for (const [method, path] of ways.filter(([one]) => one !== 'GET' && one !== 'HEAD')) {
      const body = { when: 'every 1h', command: ['true'] };
      const reply = await house.send(path, {
        method,
        body,
        headers: { cookie: entered, ...headers },
      });
      assert.ok([403, 405].includes(reply.status), `${method} ${path}: ${reply.status}`);
    }
    assert.equal(await store.events.newest(), before);
    assert.deepEqual(await store.jobs.list('default', { after: null, limit: 9 }), []);
    if (headers['origin'] === undefined) return;
    for (const path of ['/api/v1/events', '/api/v1/jobs', '/'])
      assert.equal(
        (await house.send(path, { headers: { cookie: entered, ...headers } })).status,
        403,
      );
    assert.equal((await house.send('/api/v1/jobs', { headers: { cookie: entered } })).status, 200);
  });
}

async function signIn(): Promise<string> {
  const link = await house.grant({ kind: 'link' });
  const entered = await house.send('/api/v1/session', { body: { link }, headers: own() });
  return String([entered.headers['set-cookie']].flat()[0]).split(';')[0] ?? '';
}

/** Sends these lines and answers the first line of what comes back. */
async function raw(lines: readonly string[]): Promise<string> {
  const socket = connect(house.door.port, '127.0.0.1');
  const parts: Buffer[] = [];
  socket.on('data', (part) => parts.push(part));
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  await new Promise((resolve) => socket.once('close', resolve));
  return Buffer.concat(parts).toString().split('\r\n')[0] ?? '';
}

test('a socket is refused like a request: by name, by origin, by who asks, and then because there is none', async () => {
  await reopen();
  const socket = (...more: readonly string[]) =>
    raw(['GET /api/v1/events HTTP/1.1', 'connection: upgrade', 'upgrade: websocket', ...more]);
  const host = `host: 127.0.0.1:${house.door.port}`;
  const token = `authorization: Bearer ${await house.grant()}`;
  assert.match(await socket('host: evil.example', token), / 421 /);
  assert.match(await socket(host, 'origin: http://evil.example', token), / 403 /);
  assert.match(await socket(host), / 403 /);
  assert.match(await socket(host, `origin: ${house.door.url}`), / 401 /);
  assert.match(await socket(host, token), / 404 /);
});

test('a socket is refused also while nobody can say who asks for it, and the door stays open', async () => {
  const { access } = house.world.store;
  const { find } = access;
  const token = `authorization: Bearer ${await house.grant()}`;
  const host = `host: 127.0.0.1:${house.door.port}`;
  const lines = ['GET / HTTP/1.1', 'connection: upgrade', 'upgrade: websocket', host, token];
  const failWith = (error: Error) => {
    const fails: typeof find = async () => {
      throw error;
    };
    Object.assign(access, { find: fails });
  };
  try {
    failWith(new StoreUnavailable('store_unavailable', 'The store is locked.'));
    assert.match(await raw(lines), / 503 /);
    failWith(new Error('a bug'));
    assert.match(await raw(lines), / 500 /);
  } finally {
    Object.assign(access, { find });
  }
  assert.match(house.log.at(-1) ?? '', /"request_failed".*a bug/);
  assert.match(await raw(lines), / 404 /);
});

test('what is no proper request is refused', async () => {
  const host = `host: 127.0.0.1:${house.door.port}`;
  assert.match(
    await raw(['GET http://evil.example/ HTTP/1.1', host, 'connection: close']),
    / 400 /,
  );
  assert.match(
    await raw(['GET / HTTP/1.1', host, 'host: evil.example', 'connection: close']),
    / 400 /,
  );
  assert.match(await raw(['GET / HTTP/1.1', 'connection: close']), / 400 /);
  assert.match(
    await raw(['GET / HTTP/1.1', host, `x: ${'x'.repeat(20_000)}`, 'connection: close']),
    / 431 /,
  );
});

test('a body is JSON, an object, of known fields, and not too large', async () => {
  const post = (body: unknown, type = 'application/json') =>
    house.ask('/api/v1/jobs', { body, headers: { 'content-type': type } });
  const codes = async (reply: Promise<Reply>) => {
    const { status, json } = await reply;
    return `${status} ${json().text('code')}`;
  };
  assert.equal(await codes(post('{"when":')), '400 request_malformed');
  assert.equal(await codes(post('[]')), '400 request_malformed');
  assert.equal(
    await codes(post('when=every+1h', 'application/x-www-form-urlencoded')),
    '400 request_malformed',
  );
  assert.equal(await codes(post({ when: 'every 1h', command: ['true'], uid: 0 })), '400 usage');
  assert.equal(
    await codes(post('{"when":"every 1h","command":["true"],"__proto__":{"x":1}}')),
    '400 usage',
  );
  assert.equal(await codes(post({ when: 'x'.repeat(1_100_000) })), '413 request_too_large');
  const twice = house.ask('/api/v1/jobs/a', { method: 'PATCH', body: { job: 'b', name: 'x' } });
  assert.equal(await codes(twice), '400 usage');
  assert.equal(await codes(house.ask('/api/v1/jobs?limit=many')), '400 usage');
  assert.equal(await codes(house.ask('/api/v1/jobs?nothing=1')), '400 usage');
  assert.deepEqual(await house.world.store.jobs.list('default', { after: null, limit: 9 }), []);
});

test('every answer says that it may not be framed, guessed at or fed with scripts', async () => {
  const answers = [
    await house.ask('/api/v1/jobs'),
    await house.ask('/api/v1/jobs/nobody'),
    await house.send('/', { headers: { accept: 'text/html' } }),
    await house.send('/', { headers: { host: 'evil.example' } }),
    await house.send('/sign-in.js'),
  ];
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 404, 401, 421, 200],
  );
  for (const { headers } of answers) {
    const policy = String(headers['content-security-policy']);
    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.doesNotMatch(policy, /unsafe|\*|https?:/);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['referrer-policy'], 'no-referrer');
    assert.equal(headers['access-control-allow-origin'], undefined);
  }
});

test('after twenty failures an address is told to wait, and who may come in still comes in', async () => {
  await reopen();
  const statuses: number[] = [];
  for (let count = 0; count < 30; count += 1)
    statuses.push((await house.send('/api/v1/jobs')).status);
  assert.equal(statuses.filter((status) => status === 401).length, 20);
  const late = await house.send('/api/v1/session', { body: { link: 'guess' }, headers: own() });
  assert.equal(late.status, 429);
  assert.ok(Number(late.headers['retry-after']) > 0);
  assert.equal((await house.ask('/api/v1/jobs')).status, 200);
});
