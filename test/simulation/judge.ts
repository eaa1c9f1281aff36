import { isFinal } from '../../src/core/run.ts';
import { judgePost } from './judge-post.ts';
import type { Storm } from './storm.ts';

/** What lies this far back must be over, or be waiting for something that is not over. */
const stuckMs = 60_000;
/** Starters of a few live instances may have a gate each. */
const mostGates = 3;
const lateMs = 5_000;
/** Everything that was ended is gone within this. */
const killMs = 10_000;

/** Holds the end of a storm, after everything was healed, against the guarantees. */
export async function judgeEnd(
  storm: Storm,
  { healthyMs, probeEveryMs }: { readonly healthyMs: number; readonly probeEveryMs: number },
): Promise<readonly string[]> {
  const { cluster, history } = storm;
  const { store } = cluster;
  const faults = [...(await history.judge(store)), ...(await store.upkeep.check())];
  const lease = await store.leases.read('default');
  if (lease.holder === null) faults.push('nobody holds at the end');
  faults.push(...(await judgePost(cluster)));
  faults.push(...(await judgeRequests(storm)));
  faults.push(...(await judgeOpenRuns(storm)));
  faults.push(...(await judgeGaps(storm)));
  faults.push(...(await judgeWitness(storm)));
  faults.push(...judgeRecovery(storm, healthyMs, probeEveryMs));
  return faults;
}

async function judgeRequests({ cluster, doors }: Storm): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const id of doors.requests) {
    const request = await cluster.store.requests.get('default', id);
    if (request === null) faults.push(`request ${id} is lost`);
    else if (request.state === 'waiting')
      faults.push(`request ${id} (${request.kind}) was not answered`);
  }
  return faults;
}

async function judgeOpenRuns({ cluster }: Storm): Promise<readonly string[]> {
  const { store, timeline, machine } = cluster;
  const faults: string[] = [];
  const now = timeline.now().wall;
  for (const run of await store.runs.open('default', 10_000)) {
    if (run.cancelRequested) faults.push(`run ${run.id} was cancelled and is ${run.state}`);
    const attempt = (await store.runs.attempts(run.id)).at(-1);
    const isRunning = machine.children.get(`${run.id}/${attempt?.number}`)?.state === 'running';
    if (!isRunning && Math.max(run.notBefore, attempt?.authorisedAt ?? 0) < now - stuckMs)
      faults.push(`stuck: ${run.id} ${run.state} ${run.jobName}`);
  }
  const gated = [...machine.children.values()].filter(({ state }) => state === 'gated');
  if (gated.length > mostGates) faults.push(`${gated.length} gates were left behind`);
  return faults;
}

/** What a holder slept through is told once, however often the store did not answer. */
async function judgeGaps({ cluster }: Storm): Promise<readonly string[]> {
  const entries = await cluster.store.audit.list('default', { kinds: ['gap.'], limit: 10_000 });
  const told = new Set<string>();
  const faults: string[] = [];
  for (const { kind, subject, detail } of entries) {
    const gap = `${kind} of ${subject} from ${String(detail['from'])} to ${String(detail['until'])}`;
    if (told.has(gap)) faults.push(`told twice: ${gap}`);
    told.add(gap);
  }
  return faults;
}

/** What the runs themselves saw, against what the store says of them. */
async function judgeWitness({ cluster }: Storm): Promise<readonly string[]> {
  const { store, timeline, machine } = cluster;
  const faults: string[] = [];
  const begun = new Set<string>();
  for (const { key } of machine.witness) begun.add(key.runId);
  for (const id of begun) {
    const run = await store.runs.get('default', id);
    if (run === null) faults.push(`run ${id} began and has no row`);
    else if (isFinal(run.state) && run.state !== 'ended')
      faults.push(`run ${id} began, but is ${run.state}`);
    else if (run.state === 'ended') {
      const isLeft = machine.running().some(({ key }) => key.runId === id);
      if (isLeft && (run.endedAt ?? 0) < timeline.now().wall - killMs)
        faults.push(`run ${id} is ended, and still runs`);
    }
  }
  for (const run of await store.runs.list('default', { states: ['ended'], limit: 100_000 }))
    if (run.outcome === 'succeeded' && !begun.has(run.id))
      faults.push(`run ${run.id} succeeded, but never began`);
  return faults;
}

/** Every occurrence of the probe in the healthy time at the end began, and on time. */
function judgeRecovery(
  { cluster, jobs }: Storm,
  healthyMs: number,
  probeEveryMs: number,
): readonly string[] {
  const now = cluster.timeline.now().wall;
  const recent = cluster.machine.witness.filter(
    ({ jobId, fireTime, at }) =>
      jobId === jobs[0]?.id && Date.parse(fireTime) > now - healthyMs && at > now - healthyMs,
  );
  const wanted = Math.floor(healthyMs / probeEveryMs) - 1;
  const faults: string[] = [];
  if (recent.length < wanted)
    faults.push(`not recovered: the probe ran ${recent.length} times instead of ${wanted}`);
  for (const { fireTime, at } of recent)
    if (at - Date.parse(fireTime) > lateMs)
      faults.push(`the probe was late in health: ${fireTime}`);
  return faults;
}
