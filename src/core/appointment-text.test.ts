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
