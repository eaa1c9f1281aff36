import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type House, openHouse } from './house.ts';

let house: House;
before(async () => {
  house = await openHouse();
});
after(() => house.close());

test('a link is spent once and becomes a session', async () => {
  const link = await house.grant({ kind: 'link' });
  const enter = () =>
    house.send('/api/v1/session', { body: { link }, headers: { origin: house.door.url } });
  const first = await enter();
  assert.equal(first.status, 200);
  const [cookie = ''] = [first.headers['set-cookie']].flat();
  const session = await house.send('/api/v1/session', {
    headers: { cookie: String(cookie).split(';')[0] ?? '' },
  });
  assert.equal(session.json().text('actor'), 'http:link');
  assert.equal((await enter()).status, 401);
});

test('a job is added and listed', async () => {
  const added = await house.ask('/api/v1/jobs', { body: { when: 'every 1h', command: ['true'] } });
  assert.equal(added.status, 201, added.text);
  const list = await house.ask('/api/v1/jobs?limit=10');
  assert.equal(list.json().list('jobs').length, 1);
});
