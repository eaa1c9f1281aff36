import assert from 'node:assert/strict';
import { test } from 'node:test';
import { premisesOf, type Reach, refuseOpenBinding, urlOf } from './binding.ts';

const loopback: Reach = { kind: 'loopback' };
const tls: Reach = { kind: 'tls', key: 'key', cert: 'cert', names: ['cron.example'] };
const proxy = (origin: string, addresses: readonly string[] = ['10.0.0.2']): Reach => ({
  kind: 'proxy',
  addresses,
  origin,
});

const cases: readonly (readonly [host: string, reach: Reach, isFine: boolean])[] = [
  ['127.0.0.1', loopback, true],
  ['127.8.9.1', loopback, true],
  ['::1', loopback, true],
  ['0.0.0.0', loopback, false],
  ['::', loopback, false],
  ['192.168.1.20', loopback, false],
  ['127.0.0.1.evil.example', loopback, false],
  ['localhost', loopback, false],
  ['', loopback, false],
  ['0.0.0.0', tls, true],
  ['127.0.0.1', proxy('https://cron.example'), true],
  ['10.0.0.1', proxy('https://cron.example'), true],
  ['10.0.0.1', proxy('http://cron.example'), false],
  ['10.0.0.1', proxy('https://cron.example/path'), false],
  ['10.0.0.1', proxy('https://anna@cron.example'), false],
  ['10.0.0.1', proxy('https://cron.example', []), false],
];
for (const [host, reach, isFine] of cases) {
  const how = reach.kind === 'proxy' ? `${reach.origin} by ${reach.addresses}` : reach.kind;
  test(`listening on "${host}" with ${how} is ${isFine ? 'fine' : 'refused'}`, () => {
    const look = () => refuseOpenBinding(host, reach);
    if (isFine) look();
    else assert.throws(look, { name: 'Refusal', code: 'address_unusable', kind: 'usage' });
  });
}

test('the names of a loopback door carry its port, and no other name is one', () => {
  const { hosts, origins } = premisesOf('127.0.0.1', 8787, loopback);
  assert.deepEqual([...hosts], ['127.0.0.1:8787', 'localhost:8787', '[::1]:8787']);
  assert.ok([...origins].every((origin) => origin.startsWith('http://')));
  assert.equal(urlOf('::1', 8787, loopback), 'http://[::1]:8787');
});

test('behind TLS and a proxy the names are those of the outside', () => {
  assert.deepEqual([...premisesOf('0.0.0.0', 443, tls).origins].slice(-2), [
    'https://cron.example:443',
    'https://cron.example',
  ]);
  const { hosts, origins } = premisesOf('127.0.0.1', 8787, proxy('https://Cron.example'));
  assert.ok(hosts.has('cron.example') && origins.has('https://cron.example'));
  assert.equal(urlOf('127.0.0.1', 1, proxy('https://cron.example')), 'https://cron.example');
  assert.equal(urlOf('0.0.0.0', 8443, tls), 'https://cron.example:8443');
});
