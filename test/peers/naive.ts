import type { Instant } from '../../src/core/instant.ts';
import type { Schedule } from '../../src/core/schedule.ts';
import { SimulatedClock, type Timeline } from '../simulation/timeline.ts';
import { naiveNext } from './naive-next.ts';
import type { Begin, StoreFault, Trace } from './port.ts';

/** What peers do differently from each other. Each habit is one that some peer had. */
export type Habits = {
  /** How often it looks at its jobs; `next`: when the earliest of them is next due. */
  readonly tickMs: number | 'next';
  /** Whether the next run is written down before a run or after it. */
  readonly advances: 'before' | 'after';
  /** What becomes, at a start, of what came due meanwhile: taken as stored, forgotten, or all of it run. */
  readonly atStart: 'as-stored' | 'forget' | 'replay';
  /** One run after the other. */
  readonly isSerial: boolean;
  /** How long after a run it is written down that it was. */
  readonly remembersAfterMs: number;
  /** More missed starts than this are taken for a mistake of somebody. */
  readonly mostMissed: number;
  /** Runs that another process left behind, as it believes, are ended at a start. */
  readonly endsStrangers: boolean;
  /** After an error the loop is over; or it tries again, so often. */
  readonly tries: number;
};

export const plainHabits: Habits = {
  tickMs: 1_000,
  advances: 'before',
  atStart: 'as-stored',
  isSerial: false,
  remembersAfterMs: 0,
  mostMissed: Number.POSITIVE_INFINITY,
  endsStrangers: false,
  tries: 1,
};

export type NaiveJob = {
  readonly id: string;
  readonly schedule: Schedule;
  readonly runMs: number;
  readonly nextRunAt: Instant | null;
  readonly lastRunAt: Instant;
};

type Worker = { readonly pid: number; state: 'running' | 'ended' | 'cut' };

/** The folder of a naive scheduler: a list of jobs as JSON, and what its runs did. */
export class NaiveHome {
  readonly timeline: Timeline;
  readonly begins: Begin[] = [];
  readonly workers: Worker[] = [];
  /** Rows exist for runs, and for nothing else. */
  readonly history: (Trace & { readonly job: string })[] = [];
  fault: StoreFault = 'none';
  broken = 0;
  slowMs = 0;
  #file = '[]';

  constructor(timeline: Timeline) {
    this.timeline = timeline;
  }

  read(): readonly NaiveJob[] {
    this.#mayBreak();
    return JSON.parse(this.#file);
  }

  /** Writes one job back into the list, whether or not it is still there. */
  write(job: NaiveJob): void {
    this.#mayBreak();
    const others = this.read().filter(({ id }) => id !== job.id);
    this.#file = JSON.stringify([...others, job]);
  }

  remember(id: string, lastRunAt: Instant): void {
    const job = this.read().find((one) => one.id === id);
    if (job !== undefined) this.write({ ...job, lastRunAt });
  }

  remove(id: string): void {
    this.#file = JSON.stringify(this.read().filter((job) => job.id !== id));
  }

  #mayBreak(): void {
    if (this.fault === 'none') return;
    if (this.fault === 'once') this.fault = 'none';
    this.broken += 1;
    throw new Error('the store is locked');
  }
}

/**
 * A scheduler as it is written at first: a list of jobs, a loop, a guard in memory, a next run that is moved on. No lease,
 * no identity of occurrences, no row for what did not run. It is here to be wrong, so that the stories can be seen to find it.
 */
export class NaiveProcess {
  readonly pid: number;
  readonly clock: SimulatedClock;
  readonly #home: NaiveHome;
  readonly #habits: Habits;
  readonly #running = new Set<string>();

  constructor(pid: number, home: NaiveHome, habits: Habits) {
    this.pid = pid;
    this.#home = home;
    this.#habits = habits;
    this.clock = new SimulatedClock(home.timeline);
  }

  get #now(): Instant {
    return this.#home.timeline.now().wall;
  }

  /** The loop. The process lives on when it ended. */
  async live(): Promise<void> {
    let failures = 0;
    this.#recover();
    while (failures < this.#habits.tries) {
      try {
        await this.tick();
        failures = 0;
        await this.clock.sleep(this.#sleepMs());
      } catch {
        failures += 1;
        await this.clock.sleep(1_000);
      }
    }
  }

  #sleepMs(): number {
    const { tickMs } = this.#habits;
    if (tickMs !== 'next') return tickMs;
    const times = this.#home.read().map(({ nextRunAt }) => nextRunAt ?? Number.POSITIVE_INFINITY);
    // A timer for a time that has passed fires at once.
    return Math.max(1, Math.min(...times, this.#now + 60_000) - this.#now);
  }

  #recover(): void {
    const { atStart, endsStrangers } = this.#habits;
    for (const worker of this.#home.workers)
      if (endsStrangers && worker.state === 'running') worker.state = 'cut';
    if (atStart === 'as-stored') return;
    for (const job of this.#home.read()) {
      const nextRunAt = naiveNext(job.schedule, this.#now);
      if (atStart === 'replay') this.#replay(job);
      this.#home.write({ ...job, nextRunAt });
    }
  }

  #replay(job: NaiveJob): void {
    for (let at = naiveNext(job.schedule, job.lastRunAt); at !== null && at <= this.#now; ) {
      void this.#work(job, at);
      at = naiveNext(job.schedule, at);
    }
  }

  async tick(): Promise<void> {
    const jobs = this.#home.read();
    await this.#wait();
    for (const job of jobs) {
      if (job.nextRunAt === null || job.nextRunAt > this.#now) continue;
      if (this.#running.has(job.id) || this.#isTooMuch(job, job.nextRunAt)) continue;
      const run = this.#run(job, job.nextRunAt);
      if (this.#habits.isSerial) await run;
      else run.catch(() => {});
    }
  }

  /** Counts them one by one, and has a limit for that. */
  #isTooMuch({ schedule }: NaiveJob, since: Instant): boolean {
    let missed = 0;
    for (let at: Instant | null = since; at !== null && at <= this.#now; missed += 1)
      at = naiveNext(schedule, at);
    return missed > this.#habits.mostMissed;
  }

  async #run(job: NaiveJob, at: Instant): Promise<void> {
    const moveOn = (): void =>
      this.#home.write({ ...job, nextRunAt: naiveNext(job.schedule, this.#now) });
    if (this.#habits.advances === 'before') moveOn();
    // The guard comes after the store was asked, as it easily does.
    await this.#wait();
    this.#running.add(job.id);
    try {
      await this.#work(job, at);
      if (this.#habits.advances === 'after') moveOn();
    } finally {
      this.#running.delete(job.id);
    }
    await this.clock.sleep(this.#habits.remembersAfterMs);
    this.#home.remember(job.id, at);
  }

  async #work(job: NaiveJob, at: Instant): Promise<void> {
    const worker: Worker = { pid: this.pid, state: 'running' };
    this.#home.workers.push(worker);
    this.#home.begins.push({ job: job.id, fireTime: at, at: this.#now });
    this.#home.history.push({ job: job.id, from: at, until: at });
    await this.clock.sleep(job.runMs);
    if (worker.state === 'running') worker.state = 'ended';
  }

  #wait(): Promise<void> {
    const { slowMs } = this.#home;
    return slowMs === 0 ? Promise.resolve() : this.clock.sleep(slowMs);
  }
}
