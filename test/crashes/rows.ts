import { makeIds } from '../../src/adapters/host/ids.ts';
import { planFiring } from '../../src/core/firing.ts';
import type { Job } from '../../src/core/job.ts';
import type { Fence } from '../../src/core/lease.ts';
import type { Run } from '../../src/core/run.ts';
import type { Store } from '../../src/ports/store.ts';
import { entryOf, holderOf } from '../conformance/store-samples.ts';
import { openStore } from './picture.ts';

const profile = 'default';
const ids = makeIds(Date.now);

/** Does something as the holder, and releases. */
async function asHolder<T>(store: Store, work: (fence: Fence) => Promise<T>): Promise<T> {
  const { epoch, renewals } = await store.leases.read(profile);
  const entry = entryOf('owner.claim', { profile });
  const claimed = await store.leases.claim({
    profile,
    holder: holderOf('test'),
    ttlMs: 15_000,
    seen: { epoch, renewals },
    appointmentVersion: (await store.appointments.current(profile)).version,
    grounds: 'free',
    entry,
  });
  if (claimed.kind !== 'claimed') throw new Error(`The claim was answered ${claimed.kind}.`);
  const fence = { profile, epoch: claimed.lease.epoch, instanceId: 'test' };
  const answer = await work(fence);
  await store.leases.release(fence, entry);
  return answer;
}

const contextOf = (now: number, epoch: number): Parameters<typeof planFiring>[1] => ({
  now,
  epoch,
  newId: () => ids.next(),
  termSince: now,
  gaps: [],
  isBusy: false,
  catchUpsBefore: 0,
});

/** Decides what is due, and starts nothing; answers the id of the run that waits. */
export async function fireAndLeave(path: string): Promise<string> {
  const store = await openStore(path);
  try {
    return await asHolder(store, async (fence) => {
      const now = Date.now();
      const due = await store.jobs.due(profile, now, 10);
      const plans = due.map((job) => planFiring(job, contextOf(now, fence.epoch)));
      const fired = await store.runs.fire(fence, plans);
      const run = fired.kind === 'done' ? fired.value[0] : undefined;
      if (run === undefined) throw new Error('Nothing was due.');
      return run.id;
    });
  } finally {
    await store.close();
  }
}

const oldRun = (job: Job, fireTime: number): Run => ({
  id: ids.next(),
  profile,
  jobId: job.id,
  jobName: job.definition.name,
  jobRevision: job.revision,
  cause: 'schedule',
  fireTime,
  fireTimeEnd: null,
  count: 1,
  state: 'ended',
  outcome: 'succeeded',
  reason: null,
  message: null,
  retryOf: null,
  requestId: null,
  epoch: 1,
  decidedAt: fireTime,
  notBefore: fireTime,
  deadline: null,
  cancelRequested: false,
  startedAt: fireTime,
  endedAt: fireTime,
  exitCode: 0,
  outputBytes: 26,
  outputTruncated: false,
});

/** Inserts runs that ended long ago; answers their ids. */
export async function oldRuns(path: string, count: number): Promise<readonly string[]> {
  const store = await openStore(path);
  try {
    const [job] = await store.jobs.list(profile, { after: null, limit: 1 });
    if (job?.nextFireAt == null) throw new Error('There is no job.');
    const { id: jobId, revision, nextFireAt, state, scheduledRuns } = job;
    const since = job.createdAt - 3_600_000;
    const rows = Array.from({ length: count }, (_, n) => oldRun(job, since + n * 1_000));
    await asHolder(store, (fence) =>
      store.runs.fire(fence, [
        { jobId, seen: { revision, nextFireAt }, nextFireAt, scheduledRuns, state, rows },
      ]),
    );
    return rows.map(({ id }) => id);
  } finally {
    await store.close();
  }
}
