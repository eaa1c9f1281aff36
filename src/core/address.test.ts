import assert from 'node:assert/strict';
import { BlockList, isIP } from 'node:net';
import test from 'node:test';
import fc, {
  array,
  constantFrom,
  ipV4,
  ipV6,
  nat,
  oneof,
  property,
  string,
  tuple,
} from 'fast-check';
import { type Allowed, entryFor, isAddress, isOwnName, mayReach, readAllowed } from './address.ts';

function allow(...words: readonly string[]): Allowed {
  const read = readAllowed(words);
  if ('why' in read) throw new Error(read.why);
  return read.allowed;
}

const may = (allowed: Allowed, host: string, address: string, port = 443): boolean =>
  mayReach(allowed, { host, address, port });

const closed =
  `0.0.0.0 10.1.2.3 100.64.0.1 100.127.255.255 127.0.0.1 127.255.0.9 169.254.169.254 172.16.0.1
  172.31.255.255 192.0.0.8 192.0.2.1 192.88.99.1 192.168.0.1 198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.9
  224.0.0.1 239.1.1.1 240.0.0.1 255.255.255.255 :: ::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:8.8.8.8
  64:ff9b::7f00:1 64:ff9b:1::1 100::1 2001::1 2001:db8::1 2002:7f00:1::1 fc00::1 fd12::1 fe80::1 fec0::1 ff02::1
  3fff::1 168.63.129.16 not-an-address 127.1 0x7f.0.0.1 0177.0.0.1 2130706433 fe80::1%eth0`.split(
    /\s+/,
  );
const reachable =
  '1.1.1.1 8.8.8.8 93.184.216.34 172.32.0.1 100.128.0.1 192.169.0.1 168.63.129.17 2606:4700::1111 2a00:1450::1'.split(
    ' ',
  );

test('every address of the closed ranges is closed, and the public ones are open', () => {
  for (const address of closed) assert.equal(may(allow(), 'h', address), false, address);
  for (const address of reachable) assert.equal(may(allow(), 'h', address), true, address);
});

test('a person may allow an address, a network or a host, and nothing more is allowed by it', () => {
  const some = allow('10.1.0.0/16', '::1', 'nas.local');
  assert.equal(may(some, 'h', '10.1.9.9'), true);
  assert.equal(may(some, 'h', '::ffff:10.1.9.9'), true);
  assert.equal(may(some, 'h', '10.2.0.1'), false);
  assert.equal(may(some, 'h', '::1'), true);
  assert.equal(may(some, 'h', '::2'), false);
  assert.equal(may(some, 'NAS.local', '192.168.1.5'), true);
  assert.equal(may(some, 'nas.local.', '192.168.1.5'), true);
  assert.equal(may(some, 'other.local', '192.168.1.5'), false);
  assert.equal(may(some, 'x.nas.local', '192.168.1.5'), false);
  assert.equal(may(some, 'nas.local.evil.example', '192.168.1.5'), false);
});

test('an entry with a port opens this port alone', () => {
  const some = allow('nas.local:8080', '10.0.0.1:81', '[fd00::5]:443');
  assert.equal(may(some, 'nas.local', '192.168.1.5', 8_080), true);
  assert.equal(may(some, 'nas.local', '192.168.1.5', 8_081), false);
  assert.equal(may(some, '10.0.0.1', '10.0.0.1', 81), true);
  assert.equal(may(some, '10.0.0.1', '10.0.0.1', 80), false);
  assert.equal(may(some, 'fd00::5', 'fd00::5', 443), true);
  assert.equal(may(some, 'fd00::5', 'fd00::5', 444), false);
});

test('where a cloud answers about a machine is open only to who names exactly that address', () => {
  for (const address of ['169.254.169.254', '168.63.129.16', '100.100.100.200', 'fd00:ec2::254']) {
    const wide = allow('metadata.local', '0.0.0.0/0', '::/0', '169.254.169.254/31');
    assert.equal(may(wide, 'metadata.local', address), false, address);
    assert.equal(may(allow(address), 'metadata.local', address), true, address);
  }
  assert.equal(may(allow('0.0.0.0/0'), 'h', '::ffff:169.254.169.254'), false);
});

for (const word of [
  ...['10.0.0.0/99', 'a b', '10.0.0.0/x', 'nas/8', '10.0.0.0/', '10.0.0.0/8/9', '::/129', ''],
  ...[
    '10.0.0',
    '300.1.1.1',
    '0x7f.1',
    'nas:0',
    'nas:70000',
    'nas:',
    '[::1',
    '[nas]',
    '10.0.0.0/8:80',
  ],
  ...[
    'http://nas',
    'nas/',
    '*.local',
    'me@nas',
    'nas\n',
    '1:2',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7:8:9',
  ],
]) {
  test(`"${word}" is no entry`, () => assert.ok('why' in readAllowed([word])));
}

test('this machine has many names', () => {
  for (const name of ['localhost', 'LOCALHOST', 'a.localhost', 'localhost.'])
    assert.equal(isOwnName(name), true, name);
  for (const name of ['localhost.example', 'mylocalhost']) assert.equal(isOwnName(name), false);
});

const address = oneof(
  ipV4(),
  ipV6(),
  ipV4().map((v4) => `::ffff:${v4}`),
);

test('an address is what the runtime takes for one', () => {
  fc.assert(
    property(
      oneof(
        address,
        string(),
        array(constantFrom(...'0123456789abf:.')).map((l) => l.join('')),
      ),
      (text) => {
        assert.equal(isAddress(text), isIP(text) !== 0);
      },
    ),
    { numRuns: 2_000 },
  );
});

test('a network holds the addresses that the runtime says it holds', () => {
  const net = tuple(address, nat(128)).filter(([start, bits]) => isIP(start) === 6 || bits <= 32);
  fc.assert(
    property(net, address, ([start, bits], one) => {
      const list = new BlockList();
      list.addSubnet(start, bits, isIP(start) === 6 ? 'ipv6' : 'ipv4');
      const held = list.check(one, isIP(one) === 6 ? 'ipv6' : 'ipv4');
      fc.pre(
        !may(allow(), 'h', one) &&
          !/^(::ffff:)?(169\.254|168\.63|100\.100|192\.0\.0|fd)/i.test(one),
      );
      // The runtime takes no address of version 4 for a part of a network of version 6.
      if (isIP(start) === isIP(one))
        assert.equal(may(allow(`${start}/${bits}`), 'h', one), held, `${start}/${bits} ${one}`);
    }),
    { numRuns: 2_000 },
  );
});

test('the entry that a person is told opens that place, and no other port', () => {
  const host = oneof(constantFrom('nas.local', 'NAS.local.', 'a-b.c_d'), address);
  fc.assert(
    property(host, address, nat(65_534), (name, target, less) => {
      const place = { host: isAddress(name) ? target : name, address: target, port: less + 1 };
      const allowed = allow(entryFor(place));
      assert.equal(mayReach(allowed, place), true);
      assert.equal(allowed.has({ ...place, port: (place.port % 65_535) + 1 }), false);
    }),
  );
});
