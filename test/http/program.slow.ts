import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { Json, Person, type Running, until } from '../journeys/program.ts';
import { clientOf } from './client-generator.ts';
import { openApiShape } from './openapi-shape.ts';

type Client = Readonly<Record<string, (fields?: object) => Promise<unknown>>>;

/** The program as it ships: a runner, a dashboard, and somebody who knows nothing but the document and a token. */
type Place = { readonly person: Person; readonly token: string; readonly url: string };

async function openDashboard(
  person: Person,
  port = 0,
): Promise<{ readonly process: Running; readonly url: string; readonly link: string }> {
  const process = person.start(['--json', 'dashboard', '--no-open', '--port', String(port)]);
  const said = await until(
    'the dashboard',
    () => {
      try {
        return new Json(JSON.parse(process.output()));
      } catch {
        return undefined;
      }
    },
    60_000,
  );
  return { process, url: said.text('url'), link: said.text('link') };
}

async function clientFor({
  person,
  token,
  url,
}: Place): Promise<(name: string, fields?: object) => Promise<Json>> {
  const answer = await fetch(`${url}/api/v1/openapi.json`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const document = openApiShape.parse(await answer.json());
  const path = person.file('client.mjs');
  writeFileSync(path, clientOf(document));
  const made: { makeClient(url: string, token: string): Client } = await import(
    pathToFileURL(path).href
  );
  const client = made.makeClient(url, token);
  return async (name, fields = {}) => {
    const operation = client[name];
    assert.ok(operation, name);
    return new Json(await operation(fields));
  };
}

/** Ids of the changes that come until the stream ends or `enough` of them came. */
function changesSince(
  { url, token }: Place,
  after: number,
  enough: number,
): Promise<readonly number[]> {
  const { promise, resolve, reject } = Promise.withResolvers<readonly number[]>();
  let text = '';
  const ids = (): readonly number[] =>
    [...text.matchAll(/^event: change\nid: (\d+)$/gm)].map(([, id]) => Number(id));
  const request = get(
    `${url}/api/v1/events?after=${after}`,
    { headers: { authorization: `Bearer ${token}` } },
    (answer) => {
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => {
        text += part;
        if (ids().length >= enough) request.destroy();
      });
      answer.on('close', () => resolve(ids()));
    },
  );
  request.on('error', (error) => (text === '' ? reject(error) : resolve(ids())));
  return promise;
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

test('a client made of the document runs a job; a reader that slept through a kill misses nothing; no token is left anywhere', {
  timeout: 180_000,
}, async () => {
  const person = new Person();
  try {
    person.start(['runner']);
    const first = await openDashboard(person);
    const made = await person.ask(['dashboard', 'token', 'add', 'client', '--scope', 'admin']);
    const token = made.answer.text('token');
    const place = { person, token, url: first.url };
    const call = await clientFor(place);
    await until(
      'an owner',
      async () => (await call('status')).at('readiness', 'willRun').value === true || undefined,
      60_000,
    );

    const added = await call('jobs.add', { when: 'every 24h', command: ['echo', 'hello'] });
    const job = added.text('job', 'id');
    assert.equal(added.at('readiness', 'willRun').value, true);
    const asked = await call('jobs.run', { job, 'Idempotency-Key': 'once' });
    assert.deepEqual(
      (await call('jobs.run', { job, 'Idempotency-Key': 'once' })).value,
      asked.value,
    );
    const run = asked.text('run', 'id');
    await until(
      'the end',
      async () =>
        (await call('runs.show', { run })).at('run', 'state').value === 'ended' || undefined,
      30_000,
    );
    const log = await call('runs.logs', { subject: run });
    assert.equal(Buffer.from(log.text('base64'), 'base64').toString(), 'hello\n');
    assert.equal((await call('runs.list', { job })).list('runs').length, 1);

    const seen = await changesSince(place, 0, 3);
    const last = seen.at(-1) ?? 0;
    const { port } = new URL(first.url);
    first.process.signal('SIGKILL');
    await first.process.ended;
    await person.type(['pause', job]);
    await person.type(['resume', job]);
    const second = await openDashboard(person, Number(port));
    const missed = await changesSince(place, last, 2);
    assert.deepEqual(
      missed,
      missed.map((_, index) => last + 1 + index),
      'every number follows',
    );
    const entered = await fetch(`${second.url}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: second.url },
      body: JSON.stringify({ link: new URL(second.link).hash.slice('#link='.length) }),
    });
    assert.equal(entered.status, 200);
    const cookie = entered.headers.get('set-cookie')?.split(';')[0]?.split('=')[1] ?? '';

    const secrets = [
      token,
      cookie,
      ...[first, second].map(({ link }) => link.split('#link=')[1] ?? ''),
    ];
    const files = filesBelow(person.home).filter((path) => !path.endsWith('client.mjs'));
    assert.ok(files.some((path) => path.endsWith('cronkeeper.db')));
    assert.ok(files.some((path) => path.includes('/logs/')));
    const processes = [second.process.pid].flatMap((pid) => [
      `/proc/${pid}/cmdline`,
      `/proc/${pid}/environ`,
    ]);
    for (const secret of secrets) {
      const part = secret.split('_').slice(2).join('_');
      assert.equal(part.length, 43);
      for (const path of [...files, ...processes])
        assert.ok(!readFileSync(path, 'latin1').includes(part), path);
    }
    for (const path of files) assert.equal(statSync(path).mode & 0o077, 0, path);
  } finally {
    await person.leave();
  }
});
