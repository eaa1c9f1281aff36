import type { Instant } from '../../src/core/instant.ts';
import type { Schedule } from '../../src/core/schedule.ts';
import { Timeline } from '../simulation/timeline.ts';
import { type Habits, NaiveHome, NaiveProcess, plainHabits } from './naive.ts';
import { naiveNext } from './naive-next.ts';
import type { Bench, Process, Session, StoreFault } from './port.ts';

/** A bench with a naive scheduler of these habits; the rest of it is plain. */
export class NaiveBench implements Bench {
  readonly #timeline = new Timeline();
  readonly #home = new NaiveHome(this.#timeline);
  readonly #processes = new Map<number, NaiveProcess>();
  readonly #habits: Habits;
  #jobs = 0;
  #pids = 0;

  constructor(habits: Partial<Habits>, startAt: Instant) {
    this.#habits = { ...plainHabits, ...habits };
    this.#timeline.wallOffset = startAt - this.#timeline.boot;
  }

  now = (): Instant => this.#timeline.now().wall;
  pass = (ms: number): Promise<void> => this.#timeline.run(ms);
  wakeUps = (): number => this.#timeline.wakeUps;

  async add(schedule: Schedule, runMs = 1_000): Promise<string> {
    this.#jobs += 1;
    const id = `job ${this.#jobs}`;
    const now = this.now();
    this.#home.write({ id, schedule, runMs, nextRunAt: naiveNext(schedule, now), lastRunAt: now });
    return id;
  }

  has = async (job: string): Promise<boolean> => this.#home.read().some(({ id }) => id === job);
  remove = async (job: string): Promise<void> => this.#home.remove(job);

  /** It keeps the list, and writes the list. */
  async openSession(): Promise<Session> {
    const believed = this.#home.read();
    return {
      save: async () => {
        for (const job of believed) this.#home.write(job);
      },
    };
  }

  start(): Process {
    this.#pids += 1;
    const process = new NaiveProcess(this.#pids, this.#home, this.#habits);
    this.#processes.set(process.pid, process);
    void process.live();
    return process;
  }

  stop = async (process: Process): Promise<void> => this.kill(process);

  kill(process: Process): void {
    this.freeze(process);
    this.#processes.delete(process.pid);
  }

  freeze = ({ pid }: Process): void => this.#processes.get(pid)?.clock.pause();
  thaw = ({ pid }: Process): void => this.#processes.get(pid)?.clock.resume();

  async nudge(): Promise<void> {
    for (const process of this.#processes.values()) void process.tick();
  }

  /** It is put into the list with "now" as its time; whoever runs the list will see it. */
  async runNow(job: string): Promise<boolean> {
    const found = this.#home.read().find(({ id }) => id === job);
    if (found !== undefined) this.#home.write({ ...found, nextRunAt: this.now() });
    return found !== undefined;
  }

  /** There is a process, says its pid file. */
  saysItRuns = async (): Promise<boolean> => this.#processes.size > 0;

  breakStore(how: StoreFault): void {
    this.#home.fault = how;
  }

  broken = (): number => this.#home.broken;

  slowStore(ms: number): void {
    this.#home.slowMs = ms;
  }

  stepClock(ms: number): void {
    this.#timeline.wallOffset += ms;
  }

  begins = () => this.#home.begins;

  async cut(): Promise<number> {
    return this.#home.workers.filter(
      ({ state, pid }) => state === 'cut' || (state === 'running' && !this.#processes.has(pid)),
    ).length;
  }

  traces = async (job: string) => this.#home.history.filter((row) => row.job === job);
}
