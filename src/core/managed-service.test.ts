import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mainOf, managedService } from './managed-service.ts';
import { planService } from './service-plan.ts';

const planOf = (manager: 'systemd-system' | 'launchd-daemon', isTimer: boolean) =>
  planService({
    manager,
    isTimer,
    role: 'runner',
    profile: 'la',
    user: 'ana',
    userFolder: '/home/ana',
    home: '/home/ana/.cronkeeper',
    node: '/usr/bin/node',
    bundle: '/opt/cronkeeper.js',
    path: '/bin',
  });

const cases = [
  [
    'systemd-system',
    false,
    'cronkeeper-la.service',
    'cronkeeper-la.service',
    ['cronkeeper-la.service'],
  ],
  [
    'systemd-system',
    true,
    'cronkeeper-tick-la.service',
    'cronkeeper-tick-la.timer',
    ['cronkeeper-tick-la.service', 'cronkeeper-tick-la.timer'],
  ],
  [
    'launchd-daemon',
    false,
    'dev.cronkeeper.runner.la',
    'dev.cronkeeper.runner.la',
    ['dev.cronkeeper.runner.la.plist'],
  ],
  [
    'launchd-daemon',
    true,
    'dev.cronkeeper.tick.la',
    'dev.cronkeeper.tick.la',
    ['dev.cronkeeper.tick.la.plist'],
  ],
] as const;
for (const [manager, isTimer, unit, main, names] of cases) {
  test(`${manager} of ${unit} is handed ${names.length} files, and ${main} is what it starts`, () => {
    const service = managedService(planOf(manager, isTimer));
    assert.deepEqual([service.unit, service.main, mainOf(unit, isTimer)], [unit, main, main]);
    assert.deepEqual(
      service.files.map(({ path }) => path.split('/').at(-1)),
      names,
    );
  });
}
