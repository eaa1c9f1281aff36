import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeClock } from '../../src/adapters/host/clock.ts';
import type { ProcessIdentity } from '../../src/core/provenance.ts';
import { type Base, openBase } from '../../src/main/base.ts';
import { contextOf } from '../../src/main/context.ts';
import type { OperationContext } from '../../src/operations/operation.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { type Answer, launcher, Person, type Running, sleep } from '../journeys/program.ts';
import type { Fault, ProcessName } from './evidence.ts';
import { jobFile, type Mix, probeJob } from './jobs.ts';
import { nameOf, readStat } from './processes.ts';
import { installWitness, Witness } from './witness.ts';

export type FieldOptions = {
  readonly mix: Mix;
  readonly ttlMs: number;
  /** Roles that are to be alive most of the time. */
  readonly roles: readonly Role[];
  /** Further settings of the home. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Environment of every process of the home, which lies in this folder. */
  readonly env?: (folder: string) => Readonly<Record<string, string>>;
  /** Prepares the folder in which the home will be; for a file system of its own. */
  readonly prepare?: (home: string) => void;
  /** Undoes what was prepared, or what killed processes left behind. */
  readonly cleanUp?: (home: string) => void;
};

export type Role = 'runner' | 'gateway';

/** An instance that was started here. */
export type Instance = {
  readonly role: Role;
  readonly pid: number;
  readonly process: ProcessName;
  readonly running: Running;
  readonly from: number;
  until: number | null;
};

const realClock = makeClock();

/** Milliseconds on the machine's boot clock. */
export const bootMs = (): number => realClock.now().boot;

/** A home that is tortured: its instances, its witness, and what was done to it. */
export class Field {
  readonly options: FieldOptions;
  readonly folder: string;
  readonly home: string;
  readonly person: Person;
  readonly witness: Witness;
  readonly faults: Fault[] = [];
  readonly instances: Instance[] = [];
  /** What the wall clock of this home is set to, relative to the true one. */
  readonly clockOffsets: { readonly boot: number; readonly ms: number }[] = [{ boot: 0, ms: 0 }];
  #base: Base | null = null;
  #context: OperationContext | null = null;

  constructor(options: FieldOptions) {
    this.options = options;
    this.folder = mkdtempSync(join(tmpdir(), 'ck-torture-'));
    this.home = join(this.folder, 'home');
    mkdirSync(this.home, { mode: 0o700 });
    options.prepare?.(this.home);
    const env = { CRONKEEPER_HOME: this.home, ...options.env?.(this.folder) };
    this.person = new Person(env);
    this.witness = new Witness(this.#witnessPaths.file);
    installWitness(this.#witnessPaths.script);
  }

  get #witnessPaths() {
    return { script: join(this.folder, 'witness.sh'), file: join(this.folder, 'witness') };
  }

  /** Makes the home with its jobs and starts the instances. */
  async open(): Promise<void> {
    const settings = { leaseTtl: `${this.options.ttlMs}ms`, concurrency: '40' };
    const lines = Object.entries({ ...settings, ...this.options.settings });
    const text = lines.map(([name, value]) => `${name}: ${value}\n`).join('');
    writeFileSync(join(this.home, 'config.yaml'), text, { mode: 0o600 });
    await this.apply(false);
    const base = await openBase(this.home);
    this.#base = base;
    this.#context = contextOf({ ...base, clock: this.#homeClock() }, 'default');
    this.fill();
  }

  /** The clocks as this home sees them. */
  #homeClock(): Clock {
    const offset = (): number => this.clockOffsets.at(-1)?.ms ?? 0;
    return {
      now: () => {
        const { wall, boot } = realClock.now();
        return { wall: wall + offset(), boot };
      },
      sleep: (ms, signal) => realClock.sleep(ms, signal),
    };
  }

  get context(): OperationContext {
    if (this.#context === null) throw new Error('The field is not open.');
    return this.#context;
  }

  async apply(paused: boolean): Promise<void> {
    const file = jobFile(this.options.mix, this.#witnessPaths, paused);
    const { code, err } = await this.type(['apply', '-'], file);
    if (code !== 0) throw new Error(`apply was refused: ${err}`);
  }

  type(args: readonly string[], input = ''): Promise<Answer> {
    return this.person.type(args, {}, input);
  }

  /** The same for what takes longer than a person would wait. */
  async typeLong(args: readonly string[], input: string, withinMs: number): Promise<Answer> {
    const path = join(this.folder, 'input');
    writeFileSync(path, input);
    const words = args.map((word) => (word === '-' ? path : word));
    const child = spawn(launcher, words, { env: this.person.env });
    const err: Buffer[] = [];
    child.stderr.on('data', (part: Buffer) => err.push(part));
    child.stdout.resume();
    const late = setTimeout(() => child.kill('SIGKILL'), withinMs);
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    clearTimeout(late);
    return { code, out: '', err: Buffer.concat(err).toString() };
  }

  start(role: Role): Instance {
    const args = role === 'gateway' ? ['gateway', 'run'] : ['runner'];
    const from = bootMs();
    const running = this.person.start(args);
    const process = nameOf(running.pid) ?? `${running.pid}:gone`;
    const instance: Instance = { role, pid: running.pid, process, running, from, until: null };
    this.instances.push(instance);
    void running.ended.then(() => {
      instance.until = bootMs();
    });
    return instance;
  }

  get alive(): readonly Instance[] {
    return this.instances.filter(({ until }) => until === null);
  }

  /** Starts what is missing. */
  fill(): void {
    const alive = this.alive.map(({ role }) => role);
    for (const role of this.options.roles) {
      const at = alive.indexOf(role);
      if (at < 0) this.start(role);
      else alive.splice(at, 1);
    }
  }

  async lease(): Promise<{
    readonly epoch: number;
    readonly instance: Instance | null;
    readonly starter: ProcessIdentity | null;
  }> {
    const { epoch, holder } = await this.context.store.leases.read('default');
    const instance = this.alive.find(({ pid }) => pid === holder?.process.pid) ?? null;
    return { epoch, instance, starter: holder?.starter ?? null };
  }

  /** The holder, once there is one. */
  async holder(withinMs = 20_000): Promise<Instance> {
    const deadline = bootMs() + withinMs;
    for (;;) {
      const { instance } = await this.lease();
      if (instance !== null) return instance;
      if (bootMs() > deadline) throw new Error(`nobody held the lease within ${withinMs} ms`);
      await sleep(10);
    }
  }

  /** Waits for a run of the probe that was on time and began at or after this. Answers whether it came. */
  async runsAgain(sinceBoot: number, withinMs: number): Promise<boolean> {
    const deadline = bootMs() + withinMs;
    let from = this.witness.begins.length;
    while (from > 0 && (this.witness.begins[from - 1]?.boot ?? 0) >= sinceBoot) from -= 1;
    for (;;) {
      this.witness.look();
      for (; from < this.witness.begins.length; from += 1) {
        const begin = this.witness.begins[from];
        if (begin?.job === probeJob && begin.boot >= sinceBoot) return true;
      }
      if (bootMs() > deadline) return false;
      await sleep(50);
    }
  }

  /** The last lines of the instances' logs. */
  logLines(most: number): readonly string[] {
    const lines: string[] = [];
    for (const name of readdirSync(join(this.home, 'logs')))
      lines.push(...readFileSync(join(this.home, 'logs', name), 'utf8').split('\n'));
    return lines
      .filter((line) => line !== '')
      .sort()
      .slice(-most);
  }

  /** Ends every instance gently. */
  async stop(): Promise<void> {
    await Promise.all(this.alive.map(({ running }) => running.stop()));
  }

  async close(keep: boolean): Promise<void> {
    await this.#base?.close();
    if (keep) return;
    await this.person.leave();
    this.options.cleanUp?.(this.home);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  /** Whether a process is one of ours or of our runs: its arguments or environment name this folder. */
  isOurs(pid: number): boolean {
    return readStat(pid) !== null && this.#mentions(pid);
  }

  #mentions(pid: number): boolean {
    for (const file of ['cmdline', 'environ']) {
      try {
        if (readFileSync(`/proc/${pid}/${file}`, 'latin1').includes(this.folder)) return true;
      } catch {
        // Gone meanwhile.
      }
    }
    return false;
  }
}
