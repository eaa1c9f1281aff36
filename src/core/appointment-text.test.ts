import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRule, ruleText } from './appointment-text.ts';

const rules = [
  ['auto'],
  ['role gateway'],
  ['host 0123456789abcdef0123456789abcdef'],
  ['service systemd-system/cronkeeper-la.service'],
  [
    'service launchd-agent/dev.cronkeeper.gateway.la level corroborated',
    'role runner level proven',
  ],
] as const;
for (const [rule, ...standbys] of rules) {
  test(`"${rule}" is told as it was typed`, () => {
    assert.deepEqual(ruleText(parseRule(rule, standbys, null)), [rule, ...standbys]);
  });
}

test('a service must be proven unless another level is named; a role need not', () => {
  const rule = parseRule('service systemd-user/x.service', ['role runner'], null);
  assert.deepEqual(rule.kind === 'exclusive' && rule.choices.map(({ level }) => level), [
    'proven',
    'unknown',
  ]);
});

test('a unit without its ending means the service', () => {
  const rule = parseRule('service systemd-user/x', [], null);
  assert.deepEqual(ruleText(rule), ['service systemd-user/x.service']);
});

const wrong = [
  ['nobody'],
  ['role king'],
  ['service x.service'],
  ['service systemd-user/'],
  ['service cron/x'],
  ['host'],
  ['host ../x'],
  ['auto', 'role runner'],
  ['role runner', 'role runner'],
  ['role runner level best'],
] as const;
for (const [rule, ...standbys] of wrong) {
  test(`"${[rule, ...standbys].join(' then ')}" cannot be appointed`, () => {
    assert.throws(() => parseRule(rule, standbys, null), { code: 'usage' });
  });
}

const form =
  'Type auto, role ROLE, host MACHINE-ID or service MANAGER/NAME, as in: cronkeeper owner appoint service systemd-user/cronkeeper-default.service';
const alone =
  '"auto" cannot be appointed. It chooses by itself and takes neither standbys nor a level.';
const levelsAre = 'Levels are proven, corroborated, claimed, unknown.';
const services =
  'A service is MANAGER/NAME; managers are systemd-system, systemd-user, launchd-agent, launchd-daemon, as in systemd-system/cronkeeper-la.service.';
const refusals: readonly (readonly [string, readonly string[], 'proven' | null, string])[] = [
  ['auto', ['role runner'], null, alone],
  ['auto', [], 'proven', alone],
  ['', [], null, '"" cannot be appointed.'],
  ['role', [], null, '"role" cannot be appointed.'],
  ['king x', [], null, '"king x" cannot be appointed.'],
  ['role runner level proven now', [], null, '"role runner level proven now" cannot be appointed.'],
  [
    'role king',
    [],
    null,
    '"role king" cannot be appointed. Roles are runner, gateway, dashboard, desktop, timer.',
  ],
  [
    'role runner level best',
    [],
    null,
    `"role runner level best" cannot be appointed. ${levelsAre}`,
  ],
  ['role runner level', [], null, `"role runner level" cannot be appointed. ${levelsAre}`],
  [
    'role runner grade proven',
    [],
    null,
    `"role runner grade proven" cannot be appointed. ${levelsAre}`,
  ],
  ['role runner', ['role  RUNNER'], null, '"role runner" cannot be appointed. It is named twice.'],
  [
    'host ab1',
    [],
    null,
    '"host ab1" cannot be appointed. A machine id is letters, digits and "-".',
  ],
  [
    'host abc1/',
    [],
    null,
    '"host abc1/" cannot be appointed. A machine id is letters, digits and "-".',
  ],
  [
    'host /abc1',
    [],
    null,
    '"host /abc1" cannot be appointed. A machine id is letters, digits and "-".',
  ],
  ['service x.service', [], null, `"x.service" cannot be appointed. ${services}`],
  ['service cron/x', [], null, `"cron/x" cannot be appointed. ${services}`],
  ['service systemd-user/', [], null, `"systemd-user/" cannot be appointed. ${services}`],
  ['service systemd-user/-x', [], null, `"systemd-user/-x" cannot be appointed. ${services}`],
  ['service systemd-user/x/y', [], null, `"systemd-user/x/y" cannot be appointed. ${services}`],
];
for (const [rule, standbys, level, message] of refusals) {
  test(`"${[rule, ...standbys].join(' then ')}" (${level}) is refused: ${message.slice(0, 80)}`, () =>
    assert.throws(() => parseRule(rule, standbys, level), {
      code: 'usage',
      kind: 'usage',
      message,
      remedy: { kind: 'advice', text: form },
    }));
}

test('a level named for all holds where a choice names none', () => {
  const rule = parseRule(
    '  service  systemd-user/x ',
    ['role gateway level claimed', 'host abcd'],
    'unknown',
  );
  assert.deepEqual(ruleText(rule), [
    'service systemd-user/x.service level unknown',
    'role gateway level claimed',
    'host abcd',
  ]);
  assert.deepEqual(parseRule(' auto ', [], null), { kind: 'auto' });
});

test('the name of a launchd job stays as it is, and so does one that ends like a unit', () => {
  assert.deepEqual(
    ruleText(
      parseRule('service launchd-daemon/dev.x', ['service systemd-system/a@b.service'], null),
    ),
    ['service launchd-daemon/dev.x', 'service systemd-system/a@b.service'],
  );
});
