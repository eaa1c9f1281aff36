import { type Instant, toIso } from '../../src/core/instant.ts';
import { Refusal } from '../../src/core/refusal.ts';
import { jobsEdit } from '../../src/operations/jobs-edit.ts';
import { jobsRun } from '../../src/operations/jobs-run.ts';
import { jobsRemove } from '../../src/operations/jobs-state.ts';
import { jobsWhy } from '../../src/operations/jobs-why.ts';
import type { OperationContext } from '../../src/operations/operation.ts';
import { readReadiness } from '../../src/operations/readiness.ts';
import { openWorld } from '../operations/world.ts';
import { Cluster, type Member } from '../simulation/cluster.ts';
import { identityOf } from '../simulation/machine.ts';
import { memory } from '../simulation/memory.ts';
import type { Bench, Process, StoreFault } from './port.ts';

/** Calls to the executor and to the service manager, which are no part of the store. */
const toOthers: ReadonlySet<string> = new Set(['open', 'prepare', 'inspect', 'end', 'probe']);

export const isToStore = (call: string): boolean => !toOthers.has(call);

/** What a door sees of the cluster: everything but an executor. */
async function doorOf(cluster: Cluster): Promise<OperationContext> {
  const { context, store } = await openWorld();
  await store.close();
  const { timeline, machine } = cluster;
  const sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => timeline.after(ms, resolve));
  return {
    ...context,
    store: cluster.store,
    clock: { now: () => timeline.now(), sleep },
    ids: { next: cluster.newId },
    processes: machine.table(identityOf(1), () => {}),
    neighbours: cluster.neighbours(),
  };
}

/** A bench with the loops, operations and store that ship. Runners, unless a role is named. */
export class OurBench implements Bench {
  readonly cluster: Cluster;
  readonly #door: OperationContext;
  readonly #members = new Map<number, Member>();
  readonly #lengths = new Map<string, number>();
  #fault: StoreFault = 'none';
  #slowMs = 0;
  #broken = 0;

  private constructor(cluster: Cluster, door: OperationContext) {
    this.cluster = cluster;
    this.#door = door;
    const { machine } = cluster;
    machine.exitCode = 0;
    machine.onBegin = ({ jobId }) => {
      machine.runMs = this.#lengths.get(jobId) ?? 1_000;
    };
    cluster.intercept = (_pid, call) => (isToStore(call) ? this.#fate() : {});
  }

  static async open(startAt: Instant): Promise<OurBench> {
    const cluster = await Cluster.open(1, memory, 15_000, startAt);
    return new OurBench(cluster, await doorOf(cluster));
  }

  #fate(): { readonly afterMs?: number; readonly fails?: 'before' } {
    if (this.#fault === 'none') return this.#slowMs > 0 ? { afterMs: this.#slowMs } : {};
    this.#broken += 1;
    if (this.#fault === 'away') return { fails: 'before' };
    this.#fault = 'none';
    throw new TypeError('injected: nobody foresaw this');
  }

  now = (): Instant => this.cluster.timeline.now().wall;
  pass = (ms: number): Promise<void> => this.cluster.pass(ms);
  wakeUps = (): number => this.cluster.timeline.wakeUps;

  async add(schedule: Parameters<Bench['add']>[0], runMs = 1_000): Promise<string> {
    const { id } = await this.cluster.addJob(schedule);
    this.#lengths.set(id, runMs);
    return id;
  }

  has = async (job: string): Promise<boolean> =>
    (await this.cluster.store.jobs.get('default', job)) !== null;

  async remove(job: string): Promise<void> {
    await this.#ask(jobsRemove.handle(this.#door, { job }));
  }

  async openSession() {
    const believed = await this.cluster.store.jobs.list('default', { after: null, limit: 100 });
    const save = async (): Promise<void> => {
      for (const { id, revision, definition } of believed) {
        const input = jobsEdit.input.parse({
          job: id,
          revision,
          name: `${definition.name}, again`,
        });
        await this.#ask(jobsEdit.handle(this.#door, input));
      }
    };
    return { save };
  }

  start = (): Process => this.join();

  join(options: Parameters<Cluster['join']>[0] = {}): Process {
    const member = this.cluster.join(options);
    this.#members.set(member.pid, member);
    return member;
  }

  async stop(process: Process): Promise<void> {
    this.#memberOf(process).stop.abort();
    await this.pass(1_500);
  }

  kill = (process: Process): void => this.cluster.crash(this.#memberOf(process));
  freeze = (process: Process): void => this.cluster.pause(this.#memberOf(process));
  thaw = (process: Process): void => this.cluster.resume(this.#memberOf(process));
  nudge = (): Promise<void> => this.cluster.poke();

  #memberOf({ pid }: Process): Member {
    const member = this.#members.get(pid);
    if (member === undefined) throw new Error(`there is no process ${pid}`);
    return member;
  }

  async runNow(job: string): Promise<boolean> {
    const answer = await this.#ask(jobsRun.handle(this.#door, jobsRun.input.parse({ job })));
    return answer !== null && answer.word !== 'Refused';
  }

  async saysItRuns(): Promise<boolean> {
    const view = await this.#ask(readReadiness(this.#door));
    return view?.readiness.willRun ?? false;
  }

  /** What `why` says of one occurrence; null when there is none. */
  why(job: string, at: Instant) {
    return this.#ask(jobsWhy.handle(this.#door, jobsWhy.input.parse({ job, time: toIso(at) })));
  }

  /** Lets time pass until the answer must be there. A refusal is null. */
  async #ask<T>(asked: Promise<T>): Promise<T | null> {
    const answer = asked.catch((error: unknown) => {
      if (error instanceof Refusal) return null;
      throw error;
    });
    // All members share one connection, so that somebody else wrote has to be told.
    await this.pass(100);
    await this.cluster.poke();
    await this.pass(2_400);
    return answer;
  }

  breakStore(how: StoreFault): void {
    this.#fault = how;
  }

  broken = (): number => this.#broken;

  slowStore(ms: number): void {
    this.#slowMs = ms;
  }

  stepClock(ms: number): void {
    this.cluster.timeline.wallOffset += ms;
  }

  begins = () =>
    this.cluster.machine.witness.map(({ jobId, fireTime, at }) => ({
      job: jobId,
      fireTime: fireTime === '' ? null : Date.parse(fireTime),
      at,
    }));

  async cut(): Promise<number> {
    const states = ['ended', 'running'] as const;
    const runs = await this.cluster.store.runs.list('default', { states, limit: 100_000 });
    const good = runs.filter(
      ({ state, outcome }) => state === 'running' || outcome === 'succeeded',
    );
    return this.cluster.machine.witness.length - good.length;
  }

  async traces(job: string) {
    const rows = await this.cluster.store.runs.list('default', { jobId: job, limit: 100_000 });
    return rows
      .map(({ fireTime, fireTimeEnd }) => ({
        from: fireTime ?? 0,
        until: fireTimeEnd ?? fireTime ?? 0,
      }))
      .filter(({ from }) => from > 0);
  }
}
