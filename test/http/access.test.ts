import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { scopes } from '../../src/core/access.ts';
import { routed } from '../../src/doors/http/asking.ts';
import { StoreUnavailable } from '../../src/ports/store.ts';
import { openCliWorld } from '../doors/cli-host.ts';
import { Json } from '../journeys/program.ts';
import { instanceOf } from '../operations/world.ts';
import { type House, openHouse } from './house.ts';

let house: House;
before(async () => {
  house = await openHouse();
});
after(() => house.close());

const origin = () => ({ origin: house.door.url });
const enter = (link: string) =>
  house.send('/api/v1/session', { body: { link }, headers: origin() });
const cookieIn = (reply: Awaited<ReturnType<typeof enter>>) =>
  String([reply.headers['set-cookie']].flat()[0]);

test('a link is spent once, by POST alone, and becomes a session', async () => {
  const link = await house.grant({ kind: 'link' });
  for (const path of [`/?link=${link}`, `/api/v1/session?link=${link}`, `/api/v1/session/${link}`])
    assert.ok((await house.send(path)).status >= 400);
  const entered = await enter(link);
  assert.equal(entered.status, 200);
  const cookie = cookieIn(entered);
  assert.match(cookie, new RegExp(`^ck_default_${house.door.port}=ck_\\w+`));
  assert.match(cookie, /; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/);
  const session = await house.send('/api/v1/session', {
    headers: { cookie: cookie.split(';')[0] ?? '' },
  });
  assert.deepEqual(session.json().value, {
    actor: 'http:link',
    kind: 'session',
    scopes: [...scopes],
    profiles: ['default'],
    profile: 'default',
    version: '0.0.0',
    csrf: null,
  });
  const again = await enter(link);
  assert.equal(again.status, 401);
  assert.match(again.json().text('detail'), /cronkeeper dashboard link/);
});

test('of many who spend one link at the same moment one comes in', async () => {
  const link = await house.grant({ kind: 'link' });
  const { access } = house.world.store;
  const { find } = access;
  const together = Promise.withResolvers<void>();
  let found = 0;
  // Each has seen the link before the first one spends it.
  const findTogether: typeof find = async (digest) => {
    const credential = await find(digest);
    found += 1;
    if (found === 10) together.resolve();
    await together.promise;
    return credential;
  };
  Object.assign(access, { find: findTogether });
  const replies = await Promise.all(Array.from({ length: 10 }, () => enter(link))).finally(() =>
    Object.assign(access, { find }),
  );
  assert.equal(found, 10);
  assert.equal(replies.filter(({ status }) => status === 200).length, 1);
});

test('a token ends when its time is over', async () => {
  const token = await house.grant({ expiresAt: house.world.now() + 60_000 });
  const headers = { authorization: `Bearer ${token}` };
  assert.equal((await house.send('/api/v1/jobs', { headers })).status, 200);
  house.world.advance(60_000);
  assert.equal((await house.send('/api/v1/jobs', { headers })).status, 401);
});

test('whoever is let in reads on while nothing can be written, and is not let in by that for longer', async () => {
  const { access } = house.world.store;
  const { markUsed } = access;
  const expiresAt = house.world.now() + 60_000;
  const headers = { authorization: `Bearer ${await house.grant({ expiresAt })}` };
  const ask = async (path: string) => (await house.send(path, { headers })).status;
  const failWith = (error: Error) => {
    const fails: typeof markUsed = async () => {
      throw error;
    };
    Object.assign(access, { markUsed: fails });
  };
  try {
    failWith(new StoreUnavailable('store_read_only', 'The store cannot be written.'));
    for (const path of ['/api/v1/status', '/api/v1/jobs', '/api/v1/session', '/metrics'])
      assert.equal(await ask(path), 200, path);
    house.world.advance(60_000);
    assert.equal(await ask('/api/v1/jobs'), 401);
    failWith(new Error('a bug'));
    assert.equal((await house.ask('/api/v1/jobs')).status, 500);
  } finally {
    Object.assign(access, { markUsed });
  }
});

test('a link that is ten minutes old lets nobody in', async () => {
  const link = await house.grant({ kind: 'link' });
  house.world.advance(10 * 60_000);
  assert.equal((await enter(link)).status, 401);
});

test('a session ends by signing out, by disuse, and after a month however it is used', async () => {
  const session = async () => {
    const cookie = cookieIn(await enter(await house.grant({ kind: 'link' }))).split(';')[0] ?? '';
    return {
      cookie,
      see: async () => (await house.send('/api/v1/session', { headers: { cookie } })).status,
    };
  };
  const day = 24 * 3_600_000;
  const left = await session();
  const out = await house.send('/api/v1/session', {
    method: 'DELETE',
    headers: { cookie: left.cookie, ...origin() },
  });
  assert.equal(out.status, 200);
  assert.match(cookieIn(out), /Max-Age=0/);
  assert.equal(await left.see(), 401);
  const unused = await session();
  const used = await session();
  for (let days = 0; days < 8; days += 1) {
    house.world.advance(day);
    assert.equal(await used.see(), 200);
  }
  assert.equal(await unused.see(), 401);
  for (let days = 8; days < 29; days += 1) {
    house.world.advance(day);
    assert.equal(await used.see(), 200);
  }
  house.world.advance(2 * day);
  assert.equal(await used.see(), 401);
});

test('each route is closed to every lesser scope, to other profiles, and those of the home to whoever has one profile', async () => {
  await house.world.store.profiles.ensure('other', house.world.now(), 'test');
  let tried = 0;
  for (const scope of scopes) {
    const token = await house.grant({ scope, profiles: ['default'] });
    const headers = { authorization: `Bearer ${token}` };
    for (const { route, operation } of routed) {
      const isEnough = scopes.indexOf(scope) >= scopes.indexOf(operation.scope);
      const path = `/api/v1${route.path.replace(/\{\w+\}/g, 'x')}`;
      const body = ['POST', 'PUT', 'PATCH'].includes(route.method)
        ? { body: { unknown: true } }
        : {};
      const send = async (query: string) => {
        const reply = await house.send(`${path}?unknown=1${query}`, {
          method: route.method,
          headers,
          ...body,
        });
        return `${reply.status} ${reply.json().text('code')}`;
      };
      // What is granted is refused for the unknown field only, so nothing is done here.
      const granted = isEnough && route.reach === 'profile' ? '400 usage' : '403 scope_missing';
      assert.equal(await send(''), granted, `${operation.name} as ${scope}`);
      assert.equal(await send('&profile=other'), '403 scope_missing');
      // A flag without a value is set.
      for (const all of ['=true', '=', ''])
        assert.equal(await send(`&allProfiles${all}`), '403 scope_missing', `allProfiles${all}`);
      tried += 5;
    }
  }
  assert.equal(tried, scopes.length * routed.length * 5);
});

test('whoever has one profile is told of no other, however all of them are asked for', async () => {
  const token = await house.grant({ scope: 'read', profiles: ['default'] });
  const headers = { authorization: `Bearer ${token}` };
  for (const path of ['jobs', 'runs', 'status'])
    for (const query of ['allProfiles=true', 'allProfiles=', 'allProfiles'])
      assert.equal((await house.send(`/api/v1/${path}?${query}`, { headers })).status, 403);
  const own = await house.send('/api/v1/jobs?allProfiles=false', { headers });
  assert.equal(own.status, 200);
  for (const query of ['allProfiles=true', 'allProfiles=', 'allProfiles'])
    assert.equal((await house.ask(`/api/v1/jobs?${query}`)).status, 200);
});

test('what a token does is in the audit log under its name, and what a browser does under its link', async () => {
  const token = await house.grant({ name: 'deploy', scope: 'edit' });
  const cookie = cookieIn(await enter(await house.grant({ kind: 'link' }))).split(';')[0] ?? '';
  const body = { when: 'every 1h', command: ['true'] };
  await house.send('/api/v1/jobs', { body, headers: { authorization: `Bearer ${token}` } });
  await house.send('/api/v1/jobs', { body, headers: { cookie, ...origin() } });
  const entries = await house.world.store.audit.list('default', { kinds: ['job.'], limit: 2 });
  assert.deepEqual(
    entries.map(({ actor }) => actor),
    ['http:link', 'http:deploy'],
  );
});

test('a token is made, listed without its secret, used and revoked at the command line', async () => {
  const cli = await openCliWorld();
  const other = await openHouse({}, cli.world);
  try {
    const made = new Json(
      JSON.parse(
        (
          await cli.run([
            '--json',
            'dashboard',
            'token',
            'add',
            'deploy',
            '--scope',
            'edit',
            '--expires',
            '90d',
          ])
        ).out,
      ),
    );
    const token = made.text('token');
    const secret = token.split('_').slice(2).join('_');
    const list = await cli.run(['dashboard', 'token', 'list']);
    assert.match(list.out, /deploy +edit +default/);
    assert.doesNotMatch(list.out, new RegExp(secret));
    const headers = { authorization: `Bearer ${token}` };
    assert.equal((await other.send('/api/v1/jobs', { headers })).status, 200);
    assert.equal((await other.send('/api/v1/profiles', { headers })).status, 403);
    assert.equal((await cli.run(['dashboard', 'token', 'revoke', 'DEPLOY'])).exitCode, 0);
    assert.equal((await other.send('/api/v1/jobs', { headers })).status, 401);
    const odd = await cli.run(['dashboard', 'token', 'add', 'a\nb']);
    assert.equal(odd.exitCode, 2);
  } finally {
    await other.close();
  }
});

test('a link is printed for each dashboard that runs, over SSH with the line that leads there', async () => {
  const cli = await openCliWorld();
  const none = await cli.run(['dashboard', 'link']);
  assert.equal(none.exitCode, 3);
  assert.match(none.err, /cronkeeper dashboard/);
  const other = await openHouse({}, cli.world);
  try {
    const { url, port } = other.door;
    await cli.world.store.instances.report(instanceOf(5, { role: 'dashboard', url }));
    await cli.world.store.instances.report(
      instanceOf(6, { role: 'desktop', url: 'http://127.0.0.1:1' }),
    );
    cli.world.dead.add(6);
    const printed = await cli.run(['dashboard', 'link'], {
      env: { SSH_CONNECTION: '10.0.0.7 51234 192.168.1.20 22', USER: 'anna' },
    });
    const [, link = ''] = /#link=(\S+)/.exec(printed.out) ?? [];
    assert.ok(printed.out.startsWith(`${url}/#link=ck_`));
    assert.equal(printed.out.match(/#link=/g)?.length, 1, 'a dead one gets none');
    assert.match(printed.out, new RegExp(`ssh -N -L ${port}:127.0.0.1:${port} anna@192.168.1.20`));
    const entered = await other.send('/api/v1/session', {
      body: { link },
      headers: { origin: url },
    });
    assert.equal(entered.status, 200);
    const read = await cli.run(['--json', 'dashboard', 'link', '--scope', 'read']);
    assert.equal(JSON.parse(read.out).scope, 'read');
  } finally {
    await other.close();
  }
});

test('a link for reading makes a session for reading', async () => {
  const cookie =
    cookieIn(await enter(await house.grant({ kind: 'link', scope: 'read' }))).split(';')[0] ?? '';
  const body = { when: 'every 1h', command: ['true'] };
  const refused = await house.send('/api/v1/jobs', { body, headers: { cookie, ...origin() } });
  assert.equal(refused.status, 403);
  assert.equal(refused.json().text('code'), 'scope_missing');
});
