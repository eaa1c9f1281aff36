import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleInstance, sampleProvenance, sampleRecord } from '../../test/samples.ts';
import type { Instance } from './instance.ts';
import { minuteMs } from './instant.ts';
import { nextTickMs } from './next-tick.ts';
import type { ServiceRecord } from './service-record.ts';
import type { ServiceReport, ServiceState } from './service-report.ts';

const now = Date.UTC(2026, 10, 22, 20);

const instance: Instance = sampleInstance({
  profile: 'default',
  role: 'timer',
  process: { machineId: 'm', bootId: 'b', pidNamespace: '', pid: 1, startMark: '1' },
  host: 'attic',
  startedAt: now,
  version: '0',
  command: 'tick',
  socket: '/s',
  provenance: sampleProvenance({ host: 'attic', machineId: 'm', probedAt: now }),
  seenAt: now,
});
const ticks = (...at: readonly number[]) =>
  at.map((one) => ({ at: one, instance: { ...instance, startedAt: one } }));

const record: ServiceRecord = sampleRecord({
  unit: 'cronkeeper-tick-default.service',
  profile: 'default',
  isTimer: true,
  file: '/f',
  program: ['node'],
  version: '0',
  installedAt: '2026-11-22T08:00:00.000Z',
  user: 'anna',
});
const timer = (nextTickAt: number | null, fields: Partial<ServiceRecord> = {}): ServiceReport => ({
  record: { ...record, ...fields },
  state: {
    kind: 'known',
    isActive: true,
    isEnabled: true,
    words: 'active (waiting)',
    mainPid: null,
    nextTickAt,
    file: null,
  },
});
const silent: ServiceState = { kind: 'silent', why: 'no answer' };

const seen = ticks(now - 10_000, now - 10_000 - 3 * minuteMs);
const cases: readonly {
  readonly name: string;
  readonly installed?: readonly ServiceReport[];
  readonly seen?: ReturnType<typeof ticks>;
  readonly want: number | null;
}[] = [
  { name: 'nothing tells', want: null },
  { name: 'one tick tells no period', seen: ticks(now), want: null },
  { name: 'two ticks tell a period', seen, want: 3 * minuteMs - 10_000 },
  { name: 'ticks in quick succession tell nothing', seen: ticks(now, now - 1), want: null },
  { name: 'a tick that is overdue comes at once', seen: ticks(now - 9e6, now - 9.1e6), want: 0 },
  { name: 'the manager knows better', installed: [timer(now + 7_000)], seen, want: 7_000 },
  {
    name: 'the earliest of two timers counts',
    installed: [timer(now + 7_000), timer(now + 4_000)],
    want: 4_000,
  },
  {
    name: 'a tick that is going on has no next one',
    installed: [timer(null)],
    seen,
    want: 170_000,
  },
  {
    name: 'a service is no timer',
    installed: [timer(now, { isTimer: false })],
    seen,
    want: 170_000,
  },
  {
    name: 'a silent manager says nothing',
    installed: [{ record, state: silent }],
    seen,
    want: 170_000,
  },
];
for (const { name, installed = [], seen: ticked = [], want } of cases) {
  test(`of the next tick: ${name}`, () =>
    assert.equal(nextTickMs({ now, ticks: ticked, installed }), want));
}
