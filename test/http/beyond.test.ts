import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { exchange, openHouse } from './house.ts';

/** A key and a certificate for that name; null where there is no openssl. */
function certificateFor(name: string): { readonly key: string; readonly cert: string } | null {
  const folder = mkdtempSync(join(tmpdir(), 'tls-'));
  try {
    const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`];
    const made = spawnSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-days',
        '2',
        ...subject,
        '-keyout',
        'key.pem',
        '-out',
        'cert.pem',
      ],
      { cwd: folder },
    );
    if (made.status !== 0) return null;
    const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
    return { key: read('key.pem'), cert: read('cert.pem') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('beyond loopback without TLS or proxy the door does not open', async () => {
  for (const host of ['0.0.0.0', '::'])
    await assert.rejects(openHouse({ host }), { code: 'address_unusable', kind: 'usage' });
});

test('an address that is taken is refused with what to do', async () => {
  const house = await openHouse();
  try {
    await assert.rejects(openHouse({ port: house.door.port }), {
      code: 'address_unusable',
      kind: 'failed',
      message: new RegExp(`port ${house.door.port}`),
    });
  } finally {
    await house.close();
  }
});

test('behind TLS the door is known by the names of its certificate, and its cookie travels by TLS only', async (t) => {
  const made = certificateFor('cron.example');
  if (made === null) return t.skip('needs openssl: apt-get install openssl');
  const house = await openHouse({
    host: '0.0.0.0',
    reach: { kind: 'tls', ...made, names: ['cron.example'] },
  });
  try {
    const { port, url } = house.door;
    assert.equal(url, `https://cron.example:${port}`);
    const link = await house.grant({ kind: 'link' });
    const body = JSON.stringify({ link });
    const ask = (host: string, origin: string) => {
      const { promise, resolve, reject } = Promise.withResolvers<{
        readonly status: number;
        readonly headers: Record<string, unknown>;
      }>();
      request(
        {
          host: '127.0.0.1',
          port,
          path: '/api/v1/session',
          method: 'POST',
          ca: made.cert,
          servername: 'cron.example',
          agent: false,
          headers: {
            host,
            origin,
            'content-type': 'application/json',
            'content-length': body.length,
          },
        },
        (answer) => {
          answer.resume();
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers });
        },
      )
        .on('error', reject)
        .end(body);
      return promise;
    };
    assert.equal((await ask(`evil.example:${port}`, url)).status, 421);
    assert.equal((await ask(`cron.example:${port}`, `http://cron.example:${port}`)).status, 403);
    const entered = await ask(`cron.example:${port}`, url);
    assert.equal(entered.status, 200);
    assert.match(String(entered.headers['set-cookie']), /; Secure$/);
    assert.match(String(entered.headers['strict-transport-security']), /max-age/);
    await assert.rejects(house.send('/api/v1/session'), 'without TLS nothing is answered');
  } finally {
    await house.close();
  }
});

test('behind a proxy its origin counts, and failures are counted for who is behind it', async () => {
  const origin = 'https://cron.example';
  const house = await openHouse({
    reach: { kind: 'proxy', addresses: ['127.0.0.1'], origin },
  });
  try {
    const through = (address: string, headers: Readonly<Record<string, string>> = {}) => ({
      host: 'cron.example',
      'x-forwarded-for': `6.6.6.6, ${address}`,
      ...headers,
    });
    const link = await house.grant({ kind: 'link' });
    const enter = { body: { link }, headers: through('10.0.0.1', { origin }) };
    const entered = await house.send('/api/v1/session', enter);
    assert.equal(entered.status, 200);
    assert.match(String(entered.headers['set-cookie']), /; Secure$/);
    const wrong = {
      body: { link },
      headers: through('10.0.0.1', { origin: 'http://cron.example' }),
    };
    assert.equal((await house.send('/api/v1/session', wrong)).status, 403);
    for (let count = 0; count < 25; count += 1)
      await house.send('/api/v1/jobs', { headers: through('10.0.0.2') });
    assert.equal((await house.send('/api/v1/jobs', { headers: through('10.0.0.2') })).status, 429);
    assert.equal((await house.send('/api/v1/jobs', { headers: through('10.0.0.3') })).status, 401);
  } finally {
    await house.close();
  }
});

test('who is not the proxy is not answered', async () => {
  const house = await openHouse({
    host: '0.0.0.0',
    reach: { kind: 'proxy', addresses: ['192.0.2.1'], origin: 'https://cron.example' },
  });
  try {
    const own = Object.values(networkInterfaces())
      .flat()
      .find((one) => one?.family === 'IPv4' && !one.internal);
    // This machine may look after the door from within.
    assert.equal(
      (await house.ask('/api/v1/jobs', { headers: { host: 'cron.example' } })).status,
      200,
    );
    if (own === undefined) return;
    const reply = await exchange(house.door.port, '/api/v1/jobs', {
      headers: { host: 'cron.example' },
      to: own.address,
    });
    assert.equal(reply.status, 403);
  } finally {
    await house.close();
  }
});
