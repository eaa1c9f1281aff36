import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { reachOf } from './reach.ts';

const nothing = { cert: null, key: null, proxies: [], origin: null };

test('without a word it is reached from this machine only', () => {
  assert.deepEqual(reachOf(nothing), { kind: 'loopback' });
});

test('a proxy is named with the origin that it has', () => {
  const origin = 'https://cron.example';
  assert.deepEqual(reachOf({ ...nothing, proxies: ['10.0.0.2'], origin }), {
    kind: 'proxy',
    addresses: ['10.0.0.2'],
    origin,
  });
});

test('half of what is needed, and both ways at once, are refused', () => {
  const wrong = [
    { ...nothing, proxies: ['10.0.0.2'] },
    { ...nothing, origin: 'https://cron.example' },
    { ...nothing, cert: '/a' },
    { ...nothing, key: '/a' },
    { ...nothing, cert: '/a', key: '/b', proxies: ['10.0.0.2'], origin: 'https://x' },
    { ...nothing, cert: '/no/such', key: '/no/such' },
    { ...nothing, cert: import.meta.filename, key: import.meta.filename },
  ];
  for (const options of wrong) assert.throws(() => reachOf(options), { code: 'usage' });
});

test('a certificate tells the names by which the door is known', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'ck-cert-'));
  const [cert, key] = [join(folder, 'cert'), join(folder, 'key')];
  try {
    const names = 'subjectAltName=DNS:cron.example,DNS:*.example,IP:10.0.0.1';
    const form = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=x', '-addext'];
    try {
      execFileSync('openssl', [...form, names, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    } catch {
      return t.skip('needs openssl (apt-get install openssl)');
    }
    const reach = reachOf({ ...nothing, cert, key });
    assert.equal(reach.kind, 'tls');
    assert.deepEqual(reach.kind === 'tls' && reach.names, ['cron.example']);
    writeFileSync(key, '');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
