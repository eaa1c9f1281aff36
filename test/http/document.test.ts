import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { baseRow } from '../../src/core/firing.ts';
import { routed } from '../../src/doors/http/asking.ts';
import { Json } from '../journeys/program.ts';
import { withHolder } from '../operations/world.ts';
import { clientOf } from './client-generator.ts';
import { type House, openHouse } from './house.ts';
import { type OpenApi, openApiShape, problemsOf } from './openapi-shape.ts';

let house: House;
let document: OpenApi;
before(async () => {
  house = await openHouse();
  document = openApiShape.parse((await house.ask('/api/v1/openapi.json')).json().value);
});
after(() => house.close());

test('the document is OpenAPI 3.1', () => assert.deepEqual(problemsOf(document), []));

test('the check of the document sees what is wrong', () => {
  const broken = structuredClone(document);
  const list = broken.paths['/api/v1/jobs']?.get;
  const show = broken.paths['/api/v1/jobs/{job}']?.get;
  assert.ok(list && show);
  list.operationId = show.operationId;
  show.parameters = [{ $ref: '#/components/parameters/none' }];
  list.responses = {
    200: { description: 'x', content: { 'application/json': { schema: { type: 'nothing' } } } },
  };
  assert.equal(problemsOf(broken).length, 4, problemsOf(broken).join('\n'));
  assert.equal(openApiShape.safeParse({ ...document, openapi: '3.0.0' }).success, false);
});

test('the document has every route, with its scope', () => {
  assert.ok(routed.length > 30);
  for (const { route, operation } of routed) {
    const item = document.paths[`/api/v1${route.path}`];
    const found = Object.entries(item ?? {}).find(
      ([method]) => method === route.method.toLowerCase(),
    );
    assert.equal(found?.[1].operationId, operation.name);
    assert.equal(found?.[1]['x-scope'], operation.scope);
  }
});

type Client = Readonly<Record<string, (fields?: object) => Promise<unknown>>>;

test('a client made of the document adds a job, runs it and sees its run', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'client-'));
  try {
    const path = join(folder, 'client.mjs');
    writeFileSync(path, clientOf(document));
    const made: { makeClient(url: string, token: string): Client } = await import(
      pathToFileURL(path).href
    );
    const client = made.makeClient(house.door.url, await house.grant({ scope: 'admin' }));
    const call = async (name: string, fields: object = {}): Promise<Json> => {
      const operation = client[name];
      assert.ok(operation, name);
      return new Json(await operation(fields));
    };
    const fence = await withHolder(house.world);
    const added = await call('jobs.add', {
      when: 'every 1h',
      command: ['true'],
      'Idempotency-Key': 'a',
    });
    const job = added.text('job', 'id');
    const asked = call('jobs.run', { job });
    const { store, context } = house.world;
    for (;;) {
      const [request] = await store.requests.waiting('default', 1);
      const row = await store.jobs.get('default', job);
      if (request === undefined || row === null) {
        await new Promise((resolve) => setTimeout(resolve, 10));
        continue;
      }
      const known = { now: house.world.now(), epoch: fence.epoch, newId: () => context.ids.next() };
      const run = { ...baseRow(row, known, 'request'), requestId: request.id };
      await store.runs.acceptRequests(fence, [{ kind: 'accept', requestId: request.id, run }]);
      break;
    }
    const answer = await asked;
    const run = answer.text('run', 'id');
    assert.equal((await call('runs.show', { run })).text('run', 'job', 'id'), job);
    assert.equal((await call('runs.list', { job, limit: 5 })).list('runs').length, 1);
    const conflict = call('jobs.edit', { job, revision: 9, name: 'x' });
    await assert.rejects(conflict, { code: 'revision_conflict', status: 409 });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('what monitors ask is told by codes and figures', async () => {
  const well = await house.ask('/healthz');
  assert.equal(well.status, 200, well.text);
  await house.world.store.profiles.ensure('idle', house.world.now(), 'test');
  const ill = await house.ask('/healthz?profile=idle');
  assert.equal(ill.status, 503);
  assert.equal(ill.json().text('readiness', 'code'), 'owner_absent');
  assert.equal((await house.ask('/readyz')).status, 200);
  const { text } = await house.ask('/metrics');
  assert.match(text, /^cronkeeper_will_run\{profile="default"\} 1$/m);
  assert.match(text, /^cronkeeper_will_run\{profile="idle"\} 0$/m);
  assert.match(text, /^cronkeeper_http_answers_total\{status="503"\} 1$/m);
  for (const line of text.trimEnd().split('\n'))
    assert.match(
      line,
      /^(# (HELP|TYPE) cronkeeper_\w+ .+|cronkeeper_\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? -?\d+(\.\d+)?)$/,
    );
  const own = await house.send('/metrics', {
    headers: {
      authorization: `Bearer ${await house.grant({ scope: 'read', profiles: ['default'] })}`,
    },
  });
  assert.doesNotMatch(own.text, /idle/);
});
