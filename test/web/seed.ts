import type { Instant } from '../../src/core/instant.ts';
import type { Job } from '../../src/core/job.ts';
import type { Fence } from '../../src/core/lease.ts';
import type { Run } from '../../src/core/run.ts';
import { jobsAdd } from '../../src/operations/jobs-add.ts';
import { jobsPause } from '../../src/operations/jobs-state.ts';
import { provenanceOf, type World, withHolder } from '../operations/world.ts';

/** What the newest runs of a job came to, the oldest first; each letter is one. */
const marks: Readonly<Record<string, Partial<Run>>> = {
  s: { state: 'ended', outcome: 'succeeded', exitCode: 0 },
  f: {
    state: 'ended',
    outcome: 'failed',
    exitCode: 2,
    reason: 'exit_nonzero',
    message: 'It ended with 2.',
  },
  t: { state: 'ended', outcome: 'timed_out', reason: 'timeout', message: 'Ended after 1 h.' },
  u: { state: 'ended', outcome: 'unknown', reason: 'lost', message: 'Its end was not seen.' },
  c: { state: 'ended', outcome: 'cancelled', reason: 'cancelled_by_request' },
  m: { state: 'missed', reason: 'asleep', message: 'The machine slept.' },
  r: { state: 'refused', reason: 'capability_missing', message: 'It needs /mnt/photos.' },
  k: { state: 'skipped', reason: 'overlap_skip', message: 'The previous run still goes.' },
  q: { state: 'queued' },
  g: { state: 'running' },
};

type Seed = {
  readonly name: string;
  readonly when: string;
  readonly tz?: string;
  readonly command: readonly string[];
  readonly runs: string;
  readonly paused?: string;
};

const lived: readonly Seed[] = [
  {
    name: 'Morning mail digest',
    when: 'every weekday at 7:30',
    command: ['hermes', '-p', 'work', 'chat', '-q', 'Summarise my mail of the night'],
    runs: 'ssssssssss',
  },
  {
    name: 'Watch the status page',
    when: 'every 5 minutes',
    command: ['./watch.sh', '--quiet'],
    runs: 'sssssssssg',
  },
  {
    name: 'Nightly backup',
    when: '0 3 * * *',
    tz: 'America/New_York',
    command: ['restic', 'backup', '/srv', '--tag', 'nightly'],
    runs: 'ssssmmssss',
  },
  {
    name: 'Photo import',
    when: 'every 2 hours',
    command: ['./import-photos.sh'],
    runs: 'sssrrrrrrr',
  },
  {
    name: 'Weekly report to the board',
    when: '0 9 * * 1',
    tz: 'Asia/Tokyo',
    command: ['claude', '-p', 'Write the weekly report from notes/'],
    runs: 'ssfssftssf',
  },
  {
    name: 'Rotate keys',
    when: 'first monday of the month at 10',
    command: ['./rotate.sh'],
    runs: 'ss',
    paused: 'Until the audit is over, ask Ana',
  },
  {
    name: 'Sync calendar',
    when: 'every 15 minutes',
    command: ['/opt/agents/calendar-sync', '--both-ways'],
    runs: 'ssksskssus',
  },
  {
    name: 'Renew certificates',
    when: '17 4 * * *',
    command: ['certbot', 'renew', '--quiet'],
    runs: 'ssssssssss',
  },
  {
    name: 'Remind me of the dentist',
    when: 'tomorrow 8:30',
    command: ['notify', 'Dentist at 10'],
    runs: '',
  },
  {
    name: 'Clean old containers',
    when: '@daily',
    command: ['sh', '-c', 'docker system prune -f | tail -1'],
    runs: 'sscssssssq',
  },
];

/** A profile in which things happened: every kind of outcome, zones, a paused job, one that waits. Owned by a service, proven. */
export async function liveIn(world: World): Promise<Fence> {
  const fence = await withHolder(world, { provenance: provenOf(world.now()) });
  for (const seed of lived) await plant(world, fence, seed);
  return fence;
}

const provenOf = (probedAt: Instant) =>
  provenanceOf({
    level: 'proven',
    service: { manager: 'systemd-system', unit: 'cronkeeper-default.service' },
    chain: [
      { pid: 812, startMark: '812', command: 'cronkeeper runner' },
      { pid: 1, startMark: '1', command: 'systemd' },
    ],
    probedAt,
  });

async function plant(world: World, fence: Fence, seed: Seed): Promise<void> {
  const { name, when, tz, command, runs, paused } = seed;
  const zone = tz === undefined ? {} : { tz };
  const { job } = await world.ask(jobsAdd, { name, when, command: [...command], ...zone });
  const stored = await world.store.jobs.get('default', job.id);
  if (stored === null) throw new Error(`${name} was not stored.`);
  await history(world, fence, stored, runs);
  if (paused !== undefined) await world.ask(jobsPause, { job: job.id, reason: paused });
}

const hourMs = 3_600_000;

/** Rows of runs as a holder would have left them; one letter each, the newest now. */
export async function history(
  world: World,
  fence: Fence,
  job: Job,
  letters: string,
): Promise<void> {
  const { nextFireAt } = job;
  if (letters === '' || nextFireAt === null) return;
  const rows = [...letters].map((letter, at) => {
    const fireTime = world.now() - (letters.length - at) * hourMs + 900_000;
    return rowOf(world, fence, job, { letter, fireTime });
  });
  const fired = await world.store.runs.fire(fence, [
    {
      jobId: job.id,
      seen: { revision: job.revision, nextFireAt },
      nextFireAt,
      scheduledRuns: rows.length,
      state: 'enabled',
      rows,
    },
  ]);
  if (fired.kind !== 'done' || fired.value.length !== rows.length)
    throw new Error(`The history of ${job.definition.name} was not written.`);
}

function rowOf(
  world: World,
  fence: Fence,
  job: Job,
  { letter, fireTime }: { readonly letter: string; readonly fireTime: Instant },
): Run {
  const mark = marks[letter] ?? {};
  const began = mark.outcome !== undefined || mark.state === 'running';
  const isOver = mark.outcome !== undefined;
  return {
    id: world.context.ids.next(),
    profile: job.profile,
    jobId: job.id,
    jobName: job.definition.name,
    jobRevision: job.revision,
    cause: 'schedule',
    fireTime,
    fireTimeEnd: null,
    count: 1,
    state: 'queued',
    outcome: null,
    reason: null,
    message: null,
    retryOf: null,
    requestId: null,
    epoch: fence.epoch,
    decidedAt: fireTime,
    notBefore: fireTime,
    deadline: fireTime + hourMs,
    cancelRequested: false,
    startedAt: began ? fireTime + 40 : null,
    endedAt: isOver ? fireTime + 41_700 : null,
    exitCode: null,
    outputBytes: isOver ? 180 : null,
    outputTruncated: false,
    ...mark,
  };
}
