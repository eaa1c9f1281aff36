import type { Instant } from '../../src/core/instant.ts';
import type { Job } from '../../src/core/job.ts';
import type { Fence } from '../../src/core/lease.ts';
import type { Run } from '../../src/core/run.ts';
import type { Ids } from '../../src/ports/clock.ts';
import type { Store } from '../../src/ports/store.ts';
import { entryOf, instanceOf } from '../operations/world.ts';

const hourMs = 3_600_000;

/** What one letter of a past stands for. */
const marks: Readonly<Record<string, Partial<Run>>> = {
  s: { state: 'ended', outcome: 'succeeded', exitCode: 0 },
  f: {
    state: 'ended',
    outcome: 'failed',
    exitCode: 2,
    reason: 'exit_nonzero',
    message: 'It ended with 2.',
  },
  m: { state: 'missed', reason: 'asleep', message: 'The machine slept.' },
  r: { state: 'refused', reason: 'capability_missing', message: 'It needs /mnt/photos.' },
  k: { state: 'skipped', reason: 'overlap_skip', message: 'The previous run still goes.' },
};

/** A holder of yesterday, whose process is not there any more; it has released the profile when the work is done. */
export async function asYesterday(
  { store, now }: { readonly store: Store; readonly now: Instant },
  work: (fence: Fence) => Promise<void>,
): Promise<void> {
  const { id, role, host, process, provenance, socket } = instanceOf(812);
  const lease = await store.leases.read('default');
  const appointment = await store.appointments.current('default');
  const claimed = await store.leases.claim({
    profile: 'default',
    holder: { instanceId: id, role, host, process, provenance, socket, starter: null, since: 0 },
    ttlMs: 15_000,
    seen: { epoch: lease.epoch, renewals: lease.renewals },
    appointmentVersion: appointment.version,
    grounds: 'free',
    entry: { ...entryOf('owner.claim'), at: now - 24 * hourMs },
  });
  if (claimed.kind !== 'claimed') throw new Error(`The claim was answered ${claimed.kind}.`);
  const fence = { profile: 'default', epoch: claimed.lease.epoch, instanceId: id };
  await work(fence);
  await store.leases.release(fence, { ...entryOf('owner.release'), at: now });
}

/** The rows of one job, an hour apart, the newest half an hour ago. */
export async function writePast(
  { store, ids, fence, now }: { store: Store; ids: Ids; fence: Fence; now: Instant },
  job: Job,
  past: string,
): Promise<void> {
  const { nextFireAt, revision } = job;
  if (past === '' || nextFireAt === null) return;
  const rows = [...past].map((letter, at) => {
    const fireTime = now - (past.length - at) * hourMs + hourMs / 2;
    return rowOf(job, { id: ids.next(), epoch: fence.epoch, letter, fireTime, at });
  });
  const fired = await store.runs.fire(fence, [
    {
      jobId: job.id,
      seen: { revision, nextFireAt },
      nextFireAt,
      scheduledRuns: rows.length,
      state: 'enabled',
      rows,
    },
  ]);
  if (fired.kind !== 'done') throw new Error(`The past of ${job.definition.name} was not written.`);
}

function rowOf(
  job: Job,
  about: { id: string; epoch: number; letter: string; fireTime: Instant; at: number },
): Run {
  const { id, epoch, letter, fireTime, at } = about;
  const mark = marks[letter] ?? {};
  const began = mark.outcome !== undefined;
  // Not every start is equally late, and not every run equally long.
  const startedAt = fireTime + 30 + ((at * 37) % 90);
  return {
    id,
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
    epoch,
    decidedAt: fireTime,
    notBefore: fireTime,
    deadline: fireTime + hourMs,
    cancelRequested: false,
    startedAt: began ? startedAt : null,
    endedAt: began ? startedAt + 900 + ((at * 613) % 4_000) : null,
    exitCode: null,
    outputBytes: began ? 0 : null,
    outputTruncated: false,
    ...mark,
  };
}
