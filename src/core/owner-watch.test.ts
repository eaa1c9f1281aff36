import assert from 'node:assert/strict';
import test from 'node:test';
import { sampleAppointment } from '../../test/samples.ts';
import type { Instance } from './instance.ts';
import { absenceMs, ownerAbsent, ownerPresent } from './owner-watch.ts';

const at = Date.UTC(2026, 10, 28);
const instance = (role: Instance['role'], startedAt: number): Instance => ({
  id: `${role}-${startedAt}`,
  profile: 'la',
  role,
  schedules: true,
  process: { machineId: 'm', bootId: 'b', pidNamespace: '1', pid: 1, startMark: '1' },
  host: 'attic',
  startedAt,
  version: '0',
  url: null,
  command: '',
  socket: '',
  standing: 'standby',
  reasonCode: null,
  reason: null,
  provenance: {
    level: 'unknown',
    service: null,
    chain: [],
    uid: 0,
    user: 'root',
    host: 'attic',
    machineId: 'm',
    facts: [],
    probedAt: at,
  },
  channels: [],
  seenAt: at,
});

test('an owner is absent after two TTL; under a timer two of its periods later', () => {
  assert.equal(absenceMs(15_000, []), 30_000);
  assert.equal(absenceMs(15_000, [instance('runner', at)]), 30_000);
  assert.equal(absenceMs(15_000, [instance('timer', at)]), 30_000 + 600_000);
  const ticks = [instance('timer', at), instance('timer', at + 60_000)];
  assert.equal(absenceMs(15_000, ticks), 30_000 + 120_000);
  const typed = [instance('timer', at), instance('timer', at + 1_000)];
  assert.equal(absenceMs(15_000, typed), 30_000 + 600_000, 'two by hand tell no period');
});

const auto = sampleAppointment({ rule: { kind: 'auto' } });

test('it is told what waits and how to start one, and later who runs it', () => {
  const { incident, alerts } = ownerAbsent('la', {
    id: 'i',
    targets: ['inbox'],
    at,
    silentMs: 31_400,
    enabledJobs: 2,
    appointment: auto,
  });
  assert.equal(incident.kind, 'owner_absent');
  assert.equal(alerts[0]?.title, 'Nothing runs the jobs of profile "la"');
  assert.match(alerts[0]?.text ?? '', /for 31 s; 2 jobs wait\. Start one: cronkeeper runner -p la/);
  const one = ownerAbsent('default', {
    id: 'j',
    targets: ['inbox'],
    at,
    silentMs: 0,
    enabledJobs: 1,
    appointment: auto,
  });
  assert.match(one.alerts[0]?.text ?? '', /1 job waits\. Start one: cronkeeper runner$/);
  const [present] = ownerPresent(incident, { role: 'runner', host: 'attic', at });
  assert.equal(present?.event, 'owner_present');
  assert.match(present?.text ?? '', /A runner on attic runs them.*cronkeeper morning -p la/);
});

test('under a rule nobody is told to start what it does not name', () => {
  const service = { manager: 'systemd-system', unit: 'cronkeeper-la.service' } as const;
  const choices = [{ kind: 'service', service, level: 'proven' } as const];
  const { alerts } = ownerAbsent('la', {
    id: 'i',
    targets: ['inbox'],
    at,
    silentMs: 31_400,
    enabledJobs: 2,
    appointment: sampleAppointment({ rule: { kind: 'exclusive', choices } }),
  });
  const text = alerts[0]?.text ?? '';
  assert.match(text, /Only the service systemd-system\/cronkeeper-la\.service may run them/);
  assert.match(text, /How to start that: cronkeeper status -p la$/);
  assert.doesNotMatch(text, /cronkeeper runner/);
});
