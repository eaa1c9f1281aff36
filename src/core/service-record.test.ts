import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleRecord } from '../../test/samples.ts';
import {
  parseRecord,
  recordName,
  recordText,
  type ServiceRecord,
  serviceName,
  serviceOf,
  timerOf,
} from './service-record.ts';

const record: ServiceRecord = sampleRecord({
  manager: 'systemd-user',
  file: '/home/ana/.config/systemd/user/cronkeeper-la.service',
  sha256: 'ab',
  program: ['/usr/bin/node', '/opt/ck/dist/cronkeeper.js', 'runner'],
  replaced: ['role gateway', 'role runner'],
  madeFolders: ['/home/ana/.config'],
  enabledLinger: true,
});

test('a record that was written reads as the same record', () => {
  assert.deepEqual(parseRecord(recordText(record)), record);
  const unappointed = { ...record, replaced: null };
  assert.deepEqual(parseRecord(recordText(unappointed)), unappointed);
  assert.equal(recordName(serviceOf(record)), 'systemd-user-cronkeeper-la.service.json');
});

test('what lacks any part of a record is none', () => {
  for (const key of Object.keys(record))
    assert.equal(parseRecord(JSON.stringify({ ...record, [key]: 7 })), null, key);
  for (const text of ['', '{', 'null', '[]', '"x"']) assert.equal(parseRecord(text), null, text);
});

test('each role of a profile has a name of its own in each manager', () => {
  const names = (['runner', 'gateway', 'dashboard'] as const).flatMap((role) =>
    [true, false].flatMap((isTimer) =>
      (['systemd-system', 'launchd-agent'] as const).map((manager) =>
        serviceName(manager, { role, profile: 'la', isTimer: isTimer && role === 'runner' }),
      ),
    ),
  );
  assert.deepEqual([...new Set(names)].sort(), [
    'cronkeeper-dashboard-la.service',
    'cronkeeper-gateway-la.service',
    'cronkeeper-la.service',
    'cronkeeper-tick-la.service',
    'dev.cronkeeper.dashboard.la',
    'dev.cronkeeper.gateway.la',
    'dev.cronkeeper.runner.la',
    'dev.cronkeeper.tick.la',
  ]);
  assert.equal(timerOf('cronkeeper-tick-la.service'), 'cronkeeper-tick-la.timer');
});
