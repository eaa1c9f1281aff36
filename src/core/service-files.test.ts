import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOfLaunchd } from './launchd-plist.ts';
import { refuseUnfit } from './service-fitness.ts';
import { marksText, readMarks } from './service-marks.ts';
import { planService } from './service-plan.ts';

const marks = {
  home: '/home/ana/.cronkeeper',
  user: 'ana',
  profile: 'la',
  role: 'runner',
} as const;
const plan = (manager: 'launchd-agent' | 'launchd-daemon' | 'systemd-system') =>
  planService({
    ...marks,
    manager,
    isTimer: false,
    userFolder: '/home/ana',
    node: "/opt/it's/node",
    bundle: '/opt/cronkeeper.js',
    path: '/bin',
  });

test('marks end with their section, and a role that is not known is no mark', () => {
  const text = `${marksText(marks)}\n`;
  assert.deepEqual(readMarks(text), marks);
  assert.deepEqual(readMarks(`${text}[Unit]\nRole="gateway"\n`), marks);
  assert.equal(readMarks(text.replace('"runner"', '"king"')), null);
});

test('what systemd cannot start may be started by launchd', () => {
  assert.throws(() => refuseUnfit(plan('systemd-system')), /systemd starts no program/);
  for (const manager of ['launchd-agent', 'launchd-daemon'] as const) {
    refuseUnfit(plan(manager));
    assert.ok(isOfLaunchd(plan(manager)));
  }
  assert.ok(!isOfLaunchd(plan('systemd-system')));
});
