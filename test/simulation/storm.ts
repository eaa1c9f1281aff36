import type { Job } from '../../src/core/job.ts';
import { readReadiness } from '../../src/operations/readiness.ts';
import { noServices } from '../../src/ports/services.ts';
import { Cluster, type Member } from './cluster.ts';
import { Doors } from './doors.ts';
import { chooseFaults, type Fault } from './faults.ts';
import { JobHistory } from './history.ts';
import { judgeEnd } from './judge.ts';
import { memory } from './memory.ts';
import { calm, stormy } from './post.ts';
import type { Interception } from './reach.ts';
import { seededRandom } from './timeline.ts';
import { Watch } from './watch.ts';
import { chooseJobs, chooseStart, ownerUnit, probeEveryMs } from './world.ts';

export type StormResult = {
  readonly seed: number;
  readonly faults: readonly string[];
  /** Times that a loop woke. */
  readonly wakeUps: number;
  /** What was injected, by kind. */
  readonly injected: Readonly<Record<string, number>>;
  readonly begins: number;
  /** Begins, fenced writes and readiness answers that were judged. */
  readonly checks: number;
  readonly virtualMs: number;
  readonly hash: string;
  readonly log: readonly string[];
};

const rounds = Number(process.env['ROUNDS'] ?? 40);
/** Between two faults: mostly seconds, now and then minutes in which all goes well. */
const busyMs = 9_000;
const quietMs = 400_000;
const quietShare = 0.3;
/** After the last fault, new occurrences run on time again after so long. */
const recoveryMs = 45_000;
/** And then they do so for this long. */
const healthyMs = 60_000;
const lieMs = 5_000;

/** One simulated profile under faults; then all is healed, and must recover. */
export class Storm {
  readonly cluster: Cluster;
  readonly doors: Doors;
  readonly watch: Watch;
  readonly history = new JobHistory();
  readonly random: () => number;
  readonly jobs: Job[] = [];
  readonly injected: Record<string, number> = {};
  /** Strikes that wait for the nth call of a process. */
  readonly strikes = new Map<
    number,
    { left: number; what: NonNullable<Interception['strikes']> }
  >();
  /** Everything is healed: whoever then says that nothing will run is wrong. */
  isHealthy = false;
  /** The share of store calls that fail while there is no outage. */
  usualStoreFaults = 0;
  readonly #most: number;

  private constructor(cluster: Cluster, random: () => number) {
    this.cluster = cluster;
    this.random = random;
    this.doors = new Doors(cluster, random);
    this.watch = new Watch(cluster);
    this.#most = 1 + Math.floor(random() * 3);
    this.doors.onAppoint = (isForced) => this.watch.appointed(isForced);
    this.doors.onChange = (before, after, now) => this.history.changed(before, after, now);
    cluster.intercept = (pid) => this.#interception(pid);
  }

  static async open(seed: number): Promise<Storm> {
    const random = seededRandom(seed * 13 + 5);
    const start = chooseStart(random);
    const cluster = await Cluster.open(seed, memory, 15_000, start.wall);
    const storm = new Storm(cluster, random);
    for (const { schedule, extra } of chooseJobs(random, start)) {
      const job = await cluster.addJob(schedule, extra);
      storm.jobs.push(job);
      storm.history.added(job);
      storm.watch.added(job);
    }
    return storm;
  }

  #interception(pid: number): Interception {
    const strike = this.strikes.get(pid);
    if (strike === undefined) return {};
    strike.left -= 1;
    if (strike.left > 0) return {};
    this.strikes.delete(pid);
    this.count(`call ${strike.what}`);
    if (strike.what.startsWith('pause')) this.#resumeLater(pid);
    return { strikes: strike.what };
  }

  #resumeLater(pid: number): void {
    const member = this.cluster.members.find((one) => one.pid === pid);
    this.cluster.timeline.after(this.pauseMs(), () => {
      if (member !== undefined) this.cluster.resume(member);
    });
  }

  /** 0.1 to 10 TTL, short ones more often. */
  pauseMs(): number {
    return this.cluster.ttlMs * 0.1 * 100 ** this.random();
  }

  pause(member: Member): void {
    this.cluster.pause(member);
    this.#resumeLater(member.pid);
  }

  count(kind: string): void {
    this.injected[kind] = (this.injected[kind] ?? 0) + 1;
  }

  pick<T>(from: readonly T[]): T | undefined {
    return from[Math.floor(this.random() * from.length)];
  }

  /** Members that live, stopped ones among them. */
  living(): readonly Member[] {
    return this.cluster.members.filter(
      ({ pid, isOver }) => !isOver && this.cluster.machine.isAlive(pid),
    );
  }

  join(): void {
    const dice = this.random();
    const isOwner = this.random() < 0.4;
    const proven = isOwner ? ({ level: 'proven', unit: ownerUnit } as const) : {};
    if (dice < 0.45) this.cluster.join({ role: 'runner', ...proven });
    else if (dice < 0.75) this.cluster.join({ role: 'gateway', ...proven });
    else if (dice < 0.85) this.cluster.join({ role: 'dashboard', schedules: this.random() < 0.5 });
    else if (dice < 0.9) this.cluster.join({ role: 'desktop' });
    else this.cluster.join({ role: 'timer', until: 'idle' });
  }

  async run(): Promise<void> {
    const faults = chooseFaults(this.random);
    this.cluster.machine.endMs = Math.floor(this.random() * 300);
    this.usualStoreFaults = this.random() < 0.5 ? 0.004 : 0;
    this.cluster.reach.storeFaults = this.usualStoreFaults;
    this.cluster.machine.prepareFaults = this.random() < 0.3 ? 0.05 : 0;
    this.cluster.post.weather = stormy;
    this.join();
    for (let round = 0; round < rounds; round += 1) {
      const isQuiet = this.random() < quietShare;
      await this.cluster.pass(this.random() * this.random() * (isQuiet ? quietMs : busyMs));
      const fault = chooseOne(faults, this.random);
      this.count(fault.name);
      await fault.strike(this);
      if (this.random() < 0.3) void this.askReadiness();
      while (this.living().length < this.#most) this.join();
    }
    await this.#heal();
  }

  async #heal(): Promise<void> {
    const { cluster } = this;
    this.usualStoreFaults = 0;
    cluster.reach.storeFaults = 0;
    cluster.machine.prepareFaults = 0;
    cluster.post.weather = calm;
    this.strikes.clear();
    for (const member of this.living()) cluster.resume(member);
    // Times that the clock has shown are decided; it must have caught up before anything is due again.
    const { timeline } = cluster;
    timeline.wallOffset += Math.max(0, this.watch.latestWall - timeline.now().wall);
    const { rule } = await cluster.store.appointments.current('default');
    if (rule.kind !== 'auto' && this.random() < 0.5) await this.doors.appoint({ kind: 'auto' });
    cluster.join({ role: 'runner', level: 'proven', unit: ownerUnit });
    if (this.random() < 0.5) cluster.join({ role: 'gateway' });
    await cluster.pass(recoveryMs);
    this.isHealthy = true;
    for (let step = 0; step < 5; step += 1) {
      void this.askReadiness();
      await cluster.pass(healthyMs / 5);
    }
    // The end may fall into a hand-over to a higher tier.
    if ((await cluster.store.leases.read('default')).holder === null) await cluster.pass(lieMs);
    this.watch.faults.push(...(await judgeEnd(this, { healthyMs, probeEveryMs })));
  }

  /** Somebody asks whether jobs will run; the answer is held against what is so. */
  async askReadiness(isAgain = false): Promise<void> {
    const { cluster, watch } = this;
    const { store, timeline, machine } = cluster;
    const asker = machine.spawn();
    const { readiness } = await readReadiness({
      profile: 'default',
      store,
      clock: { now: () => timeline.now(), sleep: async () => {} },
      processes: machine.table(asker, () => {}),
      neighbours: cluster.neighbours(),
      services: noServices,
    });
    machine.kill(asker.pid);
    watch.checks += 1;
    // A hand-over to a higher tier is a moment without an owner; what is wrong for longer is a lie.
    if (!readiness.willRun && this.isHealthy) {
      const said = `${readiness.code} ${readiness.message}`;
      if (isAgain) watch.faults.push(`said in health that nothing runs: ${said}`);
      else timeline.after(lieMs, () => void this.askReadiness(true));
    }
    if (readiness.code !== 'will_run') return;
    const by = cluster.members.find(({ id }) => id === readiness.by?.instanceId);
    const stoppedMs = by?.stoppedAt == null ? 0 : timeline.awake - by.stoppedAt;
    if (by === undefined || stoppedMs > lieMs)
      watch.faults.push(
        `said that pid ${by?.pid} runs the jobs, which stopped ${stoppedMs} ms before`,
      );
  }
}

function chooseOne(faults: readonly Fault[], random: () => number): Fault {
  const total = faults.reduce((sum, { weight }) => sum + weight, 0);
  let dice = random() * total;
  for (const fault of faults) {
    dice -= fault.weight;
    if (dice < 0) return fault;
  }
  const [first] = faults;
  if (first === undefined) throw new Error('a storm needs a fault');
  return first;
}

/** Runs the storm of one seed from beginning to end. */
export async function runStorm(seed: number): Promise<StormResult> {
  const storm = await Storm.open(seed);
  const { cluster, watch } = storm;
  const since = cluster.timeline.boot;
  await storm.run();
  await cluster.store.close();
  return {
    seed,
    faults: watch.faults,
    wakeUps: cluster.timeline.loopWakeUps,
    injected: { ...storm.injected, ...cluster.post.mishaps, 'call failed': cluster.injected },
    begins: cluster.machine.witness.length,
    checks: watch.checks,
    virtualMs: cluster.timeline.boot - since,
    hash: cluster.trace.hash,
    log: cluster.log,
  };
}
