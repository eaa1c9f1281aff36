import assert from 'node:assert/strict';
import { test } from 'node:test';
import { portOf, tunnelLine } from './tunnel.ts';

const cases = [
  {
    name: 'names user, server and the same port at both ends',
    connection: '10.0.0.7 51234 192.168.1.20 22',
    line: 'ssh -N -L 8787:127.0.0.1:8787 anna@192.168.1.20',
  },
  {
    name: 'names the port of a server that listens elsewhere',
    connection: 'fe80::1%eth0 51234 fe80::2%eth0 2222',
    line: 'ssh -N -L 8787:127.0.0.1:8787 -p 2222 anna@fe80::2%eth0',
  },
  { name: 'is none without SSH', connection: undefined, line: null },
  { name: 'is none for what is no connection', connection: 'a b $(touch x) 22', line: null },
];
for (const { name, connection, line } of cases) {
  test(`a tunnel ${name}`, () => assert.equal(tunnelLine(connection, 'anna', 8787), line));
}

test('a tunnel is none for a user whose name would have to be quoted', () => {
  assert.equal(tunnelLine('1.1.1.1 1 2.2.2.2 22', 'a b', 1), null);
});

test('an address has the port that it names', () => {
  assert.equal(portOf('http://127.0.0.1:8787'), 8787);
  assert.equal(portOf('http://[::1]:8787/'), 8787);
  assert.equal(portOf('https://cron.example'), null);
});
