import type { Rule } from '../../src/core/appointment.ts';
import type { Instant } from '../../src/core/instant.ts';
import type { JobDefinition } from '../../src/core/job.ts';
import type { Schedule } from '../../src/core/schedule.ts';

/** When a storm begins, and the zone whose clocks people look at. */
export type Start = { readonly wall: Instant; readonly zone: string; readonly atLocal: string };

type Planned = { readonly schedule: Schedule; readonly extra: Partial<JobDefinition> };

/** Changes of the clock, year ends and leap days: a storm may pass over one of them. `atLocal` is a fixed time near it. */
const occasions: readonly Start[] = [
  { wall: Date.UTC(2026, 2, 29, 1, 0), zone: 'Europe/Berlin', atLocal: '30 2' },
  { wall: Date.UTC(2026, 9, 25, 1, 0), zone: 'Europe/Berlin', atLocal: '1 2' },
  { wall: Date.UTC(2026, 10, 1, 6, 0), zone: 'America/New_York', atLocal: '0 1' },
  { wall: Date.UTC(2026, 3, 4, 15, 0), zone: 'Australia/Lord_Howe', atLocal: '31 1' },
  { wall: Date.UTC(2026, 11, 31, 23, 59), zone: 'UTC', atLocal: '0 0' },
  { wall: Date.UTC(2028, 1, 29, 0, 0), zone: 'Asia/Kathmandu', atLocal: '46 5' },
];

/** A target and a monitor beyond the machine. */
const away = 'webhook:https://far.test/post';
const ping = 'https://far.test/ping';

/** The job by which recovery is told runs so often. Nobody touches it. */
export const probeEveryMs = 10_000;

export function chooseStart(random: () => number): Start {
  const occasion = occasions[Math.floor(random() * occasions.length)];
  const plain: Start = { wall: Date.UTC(2026, 0, 5, 8), zone: 'UTC', atLocal: '2 8' };
  if (occasion === undefined || random() < 0.4) return plain;
  return { ...occasion, wall: occasion.wall - Math.floor(random() * 120_000) };
}

/** The probe, and a few others of every kind. */
export function chooseJobs(random: () => number, start: Start): readonly Planned[] {
  const { wall, zone, atLocal } = start;
  const every = (everyMs: number): Schedule => ({ kind: 'every', everyMs, anchor: wall });
  const cron = (expression: string): Schedule => ({ kind: 'cron', expression, zone });
  const others: readonly Planned[] = [
    { schedule: every(13_000), extra: { overlap: 'skip', deliver: [away, 'inbox'] } },
    { schedule: every(19_000), extra: { overlap: 'queue', retries: 2, retryDelayMs: 1_000 } },
    { schedule: every(23_000), extra: { overlap: 'replace', retries: 1, retryDelayMs: 3_000 } },
    {
      schedule: every(9_000),
      extra: { overlap: 'queue', catchUp: { kind: 'all', max: 3 }, graceMs: 30_000 },
    },
    { schedule: every(29_000), extra: { overlap: 'skip', catchUp: { kind: 'none' } } },
    { schedule: every(17_000), extra: { overlap: 'allow', jitterMs: 5_000 } },
    {
      schedule: every(16_000),
      extra: { overlap: 'skip', onLoss: 'rerun', timeoutMs: 9_000, onFailure: [away] },
    },
    { schedule: every(12_000), extra: { overlap: 'allow', maxRuns: 5, deliver: [away], ping } },
    { schedule: every(20_000), extra: { overlap: 'allow', endAt: wall + 190_000 } },
    { schedule: { kind: 'at', at: wall + 20_000 + Math.floor(random() * 90_000) }, extra: {} },
    { schedule: cron('* * * * *'), extra: { overlap: 'allow' } },
    { schedule: cron(`${atLocal} * * *`), extra: { overlap: 'allow' } },
  ];
  const probe: Planned = { schedule: every(probeEveryMs), extra: { overlap: 'allow' } };
  return [probe, ...others.filter(() => random() < 0.35)];
}

export const ownerUnit = 'owner.service';

const role = (name: 'runner' | 'gateway') =>
  ({ kind: 'role', role: name, level: 'unknown' }) as const;

/** The rules that people appoint during a storm. */
export const rules: readonly Rule[] = [
  { kind: 'auto' },
  { kind: 'exclusive', choices: [role('runner')] },
  { kind: 'exclusive', choices: [role('gateway'), role('runner')] },
  {
    kind: 'exclusive',
    choices: [
      {
        kind: 'service',
        service: { manager: 'systemd-system', unit: ownerUnit },
        level: 'proven',
      },
    ],
  },
];
