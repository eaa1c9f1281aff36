import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSqliteStore } from '../../src/adapters/stores/sqlite.ts';
import type { Rule } from '../../src/core/appointment.ts';
import { isFinal } from '../../src/core/run.ts';
import { Cluster, type Member } from './cluster.ts';
import { Doors } from './doors.ts';
import { seededRandom, type Timeline } from './timeline.ts';

const memory = (timeline: Timeline) =>
  openSqliteStore({
    path: ':memory:',
    now: () => timeline.now().wall,
    sleep: async () => {},
    random: () => 0.5,
  });

const onlyRunners: Rule = {
  kind: 'exclusive',
  choices: [{ kind: 'role', role: 'runner', level: 'unknown' }],
};
const rules: readonly Rule[] = [{ kind: 'auto' }, onlyRunners];

/** Nobody begins a run but the holder of the lease, at its epoch, while it may own. A term that was ended by force has 15 s to notice. */
function watchBegins(cluster: Cluster, doors: Doors, faults: string[]): void {
  cluster.machine.onBegin = (begin) => {
    const { key, epoch, instancePid } = begin;
    const at = cluster.timeline.boot;
    void cluster.store.leases.read('default').then((lease) => {
      const name = `${key.runId}/${key.number} at ${at}`;
      if (epoch <= lease.endRunsUpTo && at - doors.forcedBoot < 15_000) return;
      if (epoch !== lease.epoch) faults.push(`${name} began at epoch ${epoch}, not ${lease.epoch}`);
      else if (lease.holder?.process.pid !== instancePid)
        faults.push(`${name} was begun by ${instancePid}, which does not hold`);
    });
  };
}

async function judgeEnd(cluster: Cluster, doors: Doors, faults: string[]): Promise<void> {
  const { store, machine, timeline } = cluster;
  const now = timeline.now().wall;
  for (const id of doors.requests) {
    const request = await store.requests.get('default', id);
    if (request?.state === 'waiting')
      faults.push(`request ${id} (${request.kind}) was not answered`);
  }
  for (const run of await store.runs.open('default', 10_000)) {
    if (run.cancelRequested) faults.push(`run ${run.id} was cancelled and is ${run.state}`);
    const attempt = (await store.runs.attempts(run.id)).at(-1);
    if (Math.max(run.notBefore, attempt?.authorisedAt ?? 0) < now - 60_000)
      faults.push(`stuck: ${run.id} ${run.state} ${run.jobName}`);
  }
  const gated = [...machine.children.values()].filter(({ state }) => state === 'gated');
  if (gated.length > 3) faults.push(`${gated.length} gates were left behind`);
  const begun = new Map<string, string>();
  for (const { key, jobId, fireTime } of machine.witness) {
    if (fireTime === '') continue;
    const name = `${jobId} ${fireTime}`;
    const before = begun.get(name);
    // Attempts of one run may follow each other by `retries`; a second run of an occurrence never.
    if (before !== undefined && before !== key.runId) faults.push(`two runs began for ${name}`);
    begun.set(name, key.runId);
    const run = await store.runs.get('default', key.runId);
    if (run !== null && isFinal(run.state) && run.state !== 'ended')
      faults.push(`run ${run.id} began, but is ${run.state}`);
  }
}

type Storm = {
  readonly faults: string[];
  readonly log: readonly string[];
  readonly injected: number;
  readonly wakeUps: number;
  readonly begins: number;
};

/** People and outages at random, beside crashes and pauses; then everything is healed and must recover. */
async function storm(seed: number): Promise<Storm> {
  const cluster = await Cluster.open(seed, memory);
  const random = seededRandom(seed * 13 + 5);
  const doors = new Doors(cluster, random);
  const faults: string[] = [];
  watchBegins(cluster, doors, faults);
  const every = (everyMs: number) =>
    ({ kind: 'every', everyMs, anchor: cluster.timeline.now().wall }) as const;
  const jobs = [
    await cluster.addJob(every(2_000), { overlap: 'replace', retries: 2, retryDelayMs: 3_000 }),
    await cluster.addJob(every(19_000), { overlap: 'queue', retries: 1, retryDelayMs: 1_000 }),
    await cluster.addJob(every(11_000), { overlap: 'allow' }),
    await cluster.addJob(every(7_000), { overlap: 'skip' }),
  ];
  const join = (): Member => cluster.join({ role: random() < 0.5 ? 'runner' : 'gateway' });
  let running = [cluster.join(), join(), join()];
  cluster.storeFaults = random() < 0.5 ? 0.01 : 0;
  cluster.machine.prepareFaults = random() < 0.5 ? 0.1 : 0;
  for (let round = 0; round < 30; round += 1) {
    await cluster.pass(random() * 5_000);
    const victim = running[Math.floor(random() * running.length)];
    const job = jobs[Math.floor(random() * jobs.length)];
    const dice = random();
    if (job === undefined || victim === undefined) continue;
    if (dice < 0.25) await doors.ask('run', job.id, random() < 0.2 ? 500 : 3_600_000);
    else if (dice < 0.45) await doors.cancelOne();
    else if (dice < 0.5) await doors.ask('handover', null, 60_000);
    else if (dice < 0.6) await doors.change(job.id, random() < 0.5 ? 'pause' : 'edit');
    else if (dice < 0.62) await doors.change(job.id, 'remove');
    else if (dice < 0.7)
      await doors.appoint(rules[Math.floor(random() * 2)] ?? onlyRunners, random() < 0.5);
    else if (dice < 0.75) {
      const [starter] = cluster.machine.starters;
      if (starter !== undefined) cluster.machine.kill(starter);
    } else if (dice < 0.85) cluster.crash(victim);
    else if (dice < 0.95) {
      cluster.pause(victim);
      await cluster.pass(random() * 25_000);
      cluster.resume(victim);
    } else victim.stop.abort();
    running = running.filter(({ pid, isOver }) => cluster.machine.isAlive(pid) && !isOver);
    while (running.length < 3) running.push(join());
  }
  cluster.storeFaults = 0;
  cluster.machine.prepareFaults = 0;
  for (const member of running) cluster.resume(member);
  cluster.join({ role: 'runner' });
  await cluster.pass(120_000);
  await judgeEnd(cluster, doors, faults);
  const lease = await cluster.store.leases.read('default');
  if (lease.holder === null) faults.push('nobody holds at the end');
  return {
    faults,
    log: cluster.log,
    wakeUps: cluster.timeline.wakeUps,
    begins: cluster.machine.witness.length,
    injected: cluster.injected,
  };
}

const seeds = Number(process.env['SEEDS'] ?? 20);
const first = Number(process.env['SEED'] ?? 1);
const last = process.env['SEED'] === undefined ? seeds : first;

test(`seeds ${first} to ${last}: people and outages leave nothing doubled, stuck, leaked or unauthorised`, async (t) => {
  const sum = { wakeUps: 0, begins: 0, lost: 0 };
  for (let seed = first; seed <= last; seed += 1) {
    const { faults, log, wakeUps, begins, injected } = await storm(seed);
    sum.wakeUps += wakeUps;
    sum.begins += begins;
    sum.lost += injected;
    assert.deepEqual(
      faults,
      [],
      `SEED=${seed}\n${process.env['SEED'] === undefined ? '' : log.join('\n')}`,
    );
  }
  t.diagnostic(JSON.stringify(sum));
});
