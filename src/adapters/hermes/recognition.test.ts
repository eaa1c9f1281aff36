import assert from 'node:assert/strict';
import { test } from 'node:test';
import { homeIn, rootOf } from './home.ts';
import { parseEnvironment, recognise } from './recognition.ts';
import { parseGatewayRecord, parseHostRecord, parseServedProfiles } from './records.ts';

const desktop = parseEnvironment('HOME=/home/ana\0HERMES_DESKTOP=1\0');
const python = '/opt/hermes/venv/bin/python3.12';

const parts: readonly (readonly [line: string, part: string | null, profile?: string | null])[] = [
  [`${python} -m hermes_cli.main --profile la serve --host 127.0.0.1 --port 0`, 'desktop', 'la'],
  [
    `${python} /opt/hermes/bin/hermes dashboard --no-open --host 127.0.0.1 --port 9120`,
    'desktop',
    null,
  ],
  [`${python} -u /home/ana/x/hermes_cli/main.py serve --profile=la`, 'desktop', 'la'],
  ['hermes -p la serve', 'desktop', 'la'],
  [
    `/Applications/Hermes Agent.app/venv/bin/python -m hermes_cli.main serve --port 0`,
    'desktop',
    null,
  ],
  [`${python} -m hermes_cli.main cron tick`, 'tick', null],
  ['/usr/local/bin/hermes -p la cron tick --accept-hooks', 'tick', 'la'],
  [`${python} /opt/hermes/bin/hermes --profile la gateway run --replace`, 'gateway', 'la'],
  ['hermes cron run 4f1c', null],
  ['hermes chat -q serve', null],
  ['hermes gateway status', null],
  // A wrapper is not what it wraps.
  ['timeout 60 hermes gateway run', null],
  ['sh -c hermes serve', null],
  ['vi hermes_cli/main.py serve', null],
  ['/usr/bin/not-hermes serve', null],
  ['', null],
];
for (const [line, part, profile] of parts) {
  test(`"${line}" is ${part ?? 'no scheduler'}`, () => {
    const seen = recognise(line.split(' '), () => desktop);
    assert.equal(seen?.part ?? null, part);
    if (seen !== null) assert.equal(seen.profile, profile ?? null);
  });
}

test('a dashboard that the Desktop application did not start does not tick', () => {
  const words = ['hermes', 'serve', '--port', '9119'];
  assert.equal(
    recognise(words, () => parseEnvironment('HERMES_DESKTOP=0\0')),
    null,
  );
  assert.equal(
    recognise(words, () => null),
    null,
  );
});

test('the port is that of the words, when it is one', () => {
  const portOf = (text: string) =>
    recognise(['hermes', 'serve', '--port', text], () => desktop)?.port;
  assert.deepEqual(['9120', '0', '70000', 'x', '-1'].map(portOf), [9120, 0, null, null, null]);
});

test('nothing but known words is repeated', () => {
  const seen = recognise(['hermes', 'serve', '--token', 'secret'], () => desktop);
  assert.equal(seen?.command, 'hermes serve');
});

test('the root is found from a profile, and the home as Hermes finds it', () => {
  assert.equal(rootOf('/home/ana/.hermes/profiles/la'), '/home/ana/.hermes');
  assert.equal(rootOf('/srv/agent'), '/srv/agent');
  assert.equal(homeIn(desktop), '/home/ana/.hermes');
  assert.equal(homeIn(parseEnvironment('HERMES_HOME=/srv/agent\0HOME=/root\0')), '/srv/agent');
  assert.equal(homeIn(parseEnvironment('HERMES_HOME=relative\0')), null);
});

test('records that hold anything else are no records', () => {
  const sample =
    '{"pid": 12688, "kind": "hermes-gateway", "argv": ["main.py", "gateway", "run"], "start_time": 190232}';
  assert.deepEqual(parseGatewayRecord(sample), { pid: 12688, startTime: 190232 });
  for (const text of [null, '', 'null', '[]', '{"pid": "1"}', '{"pid": -1}', '{"pid": 1', '7']) {
    assert.equal(parseGatewayRecord(text), null);
    assert.equal(parseHostRecord(text), null);
    assert.deepEqual(parseServedProfiles(text), []);
  }
  assert.deepEqual(parseServedProfiles('{"served_profiles": ["la", 7]}'), ['la']);
});
