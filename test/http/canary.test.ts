import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openHouse } from './house.ts';

/** What proves a right, put wherever somebody may put it by mistake, is then found nowhere but where it was sent from. */
test('no token, link or cookie is found in an address, an answer, an error, the log or the store', async () => {
  const house = await openHouse();
  const folder = mkdtempSync(join(tmpdir(), 'canary-'));
  try {
    const { world, door } = house;
    const origin = { origin: door.url };
    const token = await house.grant({ name: 'canary' });
    const link = await house.grant({ kind: 'link' });
    const unused = await house.grant({ kind: 'link' });
    const entered = await house.send('/api/v1/session', { body: { link }, headers: origin });
    const cookie = String([entered.headers['set-cookie']].flat()[0]).split(';')[0] ?? '';
    const made = await house.ask('/api/v1/access/tokens', { body: { name: 'made' } });
    const secrets = [token, link, unused, made.json().text('token'), cookie.split('=')[1] ?? ''];
    assert.equal(new Set(secrets).size, 5);

    const texts: string[] = [];
    let sent = 0;
    const send = async (...asking: Parameters<typeof house.send>): Promise<void> => {
      const reply = await house.send(...asking);
      sent += 1;
      texts.push(reply.text, JSON.stringify(reply.headers));
    };
    for (const secret of secrets) {
      const headers = { authorization: `Bearer ${token}` };
      await send(`/?token=${secret}`, { headers: { ...headers, accept: 'text/html' } });
      await send(`/api/v1/jobs/${secret}/why`, { headers });
      await send(`/api/v1/${secret}`, { headers });
      await send(`/api/v1/jobs?token=${secret}`, { headers });
      await send('/api/v1/jobs', { headers, body: { [secret]: 1 } });
      await send('/api/v1/jobs', { headers, body: `{"when": "${secret}` });
      await send('/api/v1/session', { headers: origin, body: { link: `${secret}x` } });
      await send('/api/v1/jobs', { headers: { authorization: `Bearer ${secret}x` } });
      await send('/api/v1/jobs', { headers: { authorization: secret } });
      await send('/api/v1/jobs', { headers: { cookie: `${cookie.split('=')[0]}=${secret}x` } });
      await send('/api/v1/access/tokens', { headers });
      await send('/api/v1/session', { headers });
      await send('/api/v1/owner/history', { headers });
    }
    assert.equal(sent, secrets.length * 13);
    // A bug while somebody asks: what is told of it must not tell who asked.
    const { list } = world.store.jobs;
    Object.assign(world.store.jobs, { list: () => Promise.reject(new TypeError('a bug')) });
    await send('/api/v1/jobs', { headers: { authorization: `Bearer ${token}` } });
    await send('/api/v1/jobs', { headers: { cookie } });
    Object.assign(world.store.jobs, { list });
    assert.ok(house.log.some((line) => line.includes('a bug')));
    assert.ok(texts.some((text) => text.includes('unforeseen')));

    const path = join(folder, 'copy.db');
    await world.store.upkeep.backup(path);
    const store = readFileSync(path, 'latin1');
    assert.ok(store.includes('canary'), 'the rows are there');
    // The answer of a question with a wrong job in its path says which job there is none of: its asker's own words.
    const answers = texts.filter((text) => !/There is no|unrecognized|unexpected/i.test(text));
    assert.ok(answers.length > sent);
    for (const secret of secrets) {
      const part = secret.split('_').slice(2).join('_');
      assert.equal(part.length, 43);
      assert.ok(!store.includes(part), 'in the store');
      assert.ok(!house.log.join('\n').includes(part), 'in the log');
      assert.ok(!answers.join('\n').includes(part), 'in an answer');
      assert.ok(!door.url.includes(part));
    }
  } finally {
    await house.close();
    rmSync(folder, { recursive: true });
  }
});

test('an answer that shows a token is kept for no second asking', async () => {
  const house = await openHouse();
  try {
    const reply = await house.ask('/api/v1/access/tokens', {
      body: { name: 'again' },
      headers: { 'idempotency-key': 'k' },
    });
    assert.equal(reply.status, 400);
    assert.equal((await house.world.store.access.list(9)).length, 1);
  } finally {
    await house.close();
  }
});
