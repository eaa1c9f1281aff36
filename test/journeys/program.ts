import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openSqliteStore } from '../../src/adapters/stores/sqlite.ts';
import type { Store } from '../../src/ports/store.ts';

/** The program as it ships; a sabotaged copy of it when one is named. */
export const launcher =
  process.env['CRONKEEPER_PROGRAM'] ??
  fileURLToPath(new URL('../../bin/cronkeeper', import.meta.url));

/** What gives a profile a scheduler on this machine, as a remedy says it. */
export const starts = existsSync('/run/systemd/system')
  ? { runner: 'cronkeeper service install runner', gateway: 'cronkeeper service install gateway' }
  : { runner: 'cronkeeper runner', gateway: 'cronkeeper gateway run' };

export type Answer = { readonly code: number | null; readonly out: string; readonly err: string };

/** Whether an attempt of this run is told to have begun. */
export const hasBegun = (run: Json): boolean =>
  run.list('attempts').some((attempt) => attempt.at('startedAt').value !== null);

/** A process of ours in the background. */
export type Running = {
  readonly pid: number;
  output(): string;
  /** Resolves with the exit code when it has ended. */
  readonly ended: Promise<number | null>;
  signal(name: NodeJS.Signals): void;
  /** Ends it gently, then by force after ten seconds. */
  stop(): Promise<number | null>;
};

/** A person with a home of their own who types commands. Everything they started ends with `leave`. */
export class Person {
  readonly home: string;
  readonly #started: Running[] = [];
  readonly env: Record<string, string>;

  constructor(env: Readonly<Record<string, string>> = {}) {
    this.home = mkdtempSync(join(tmpdir(), 'ck-journey-'));
    const { PATH = '', HOME = '/', USER = 'nobody', LANG = 'C.UTF-8' } = process.env;
    this.env = { PATH, HOME, USER, LANG, CRONKEEPER_HOME: this.home, ...env };
  }

  /** Types a command and waits for it, for two minutes at most. */
  async type(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    input = '',
  ): Promise<Answer> {
    const child = spawn(launcher, args, { env: { ...this.env, ...env }, cwd: this.home });
    // It may have ended before it was told anything.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (part: Buffer) => out.push(part));
    child.stderr.on('data', (part: Buffer) => err.push(part));
    const late = setTimeout(() => child.kill('SIGKILL'), 3 * patienceMs);
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    clearTimeout(late);
    return { code, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() };
  }

  /** Types a command with `--json` and reads the one document on stdout. */
  async ask(
    args: readonly string[],
  ): Promise<{ readonly code: number | null; readonly answer: Json }> {
    const { code, out, err } = await this.type(['--json', ...args]);
    try {
      return { code, answer: new Json(JSON.parse(out)) };
    } catch (error) {
      throw new Error(`not one document: ${out}\n${err}`, { cause: error });
    }
  }

  /** Starts a command in the background; `through` is a program that becomes it, with its own words. */
  start(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    through: readonly string[] = [],
  ): Running {
    const [program = launcher, ...words] = [...through, launcher, ...args];
    const child = spawn(program, words, {
      env: { ...this.env, ...env },
      cwd: this.home,
      detached: true,
    });
    const running = watch(child);
    this.#started.push(running);
    return running;
  }

  file(name: string): string {
    return join(this.home, name);
  }

  read(name: string): string {
    try {
      return readFileSync(this.file(name), 'utf8');
    } catch {
      return '';
    }
  }

  openStore(): Promise<Store> {
    return openSqliteStore({
      path: this.file('cronkeeper.db'),
      now: Date.now,
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      random: Math.random,
    });
  }

  /** Ends all that was started; the home stays. */
  async stop(): Promise<void> {
    await Promise.all(this.#started.map((running) => running.stop()));
  }

  async leave(): Promise<void> {
    await this.stop();
    rmSync(this.home, { recursive: true, force: true, maxRetries: 3 });
  }
}

function watch(child: ChildProcess): Running {
  const parts: Buffer[] = [];
  child.stdout?.on('data', (part: Buffer) => parts.push(part));
  child.stderr?.on('data', (part: Buffer) => parts.push(part));
  let isOver = false;
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => {
      isOver = true;
      resolve(code);
    });
  });
  const signal = (name: NodeJS.Signals): void => {
    if (!isOver) child.kill(name);
  };
  return {
    pid: child.pid ?? 0,
    output: () => Buffer.concat(parts).toString(),
    ended,
    signal,
    stop: async () => {
      signal('SIGCONT');
      signal('SIGTERM');
      const late = setTimeout(() => signal('SIGKILL'), 10_000);
      const code = await ended;
      clearTimeout(late);
      return code;
    },
  };
}

/** A document of unknown shape, read by path; what is not there is an error that shows the document. */
export class Json {
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }

  at(...path: readonly (string | number)[]): Json {
    let value = this.value;
    for (const key of path) {
      if (typeof value !== 'object' || value === null || !(key in value))
        throw new Error(`no ${path.join('.')} in ${JSON.stringify(this.value)}`);
      value = Reflect.get(value, key);
    }
    return new Json(value);
  }

  has(key: string): boolean {
    return typeof this.value === 'object' && this.value !== null && key in this.value;
  }

  text(...path: readonly (string | number)[]): string {
    const { value } = this.at(...path);
    if (typeof value !== 'string')
      throw new Error(`${path.join('.')} is no text in ${JSON.stringify(this.value)}`);
    return value;
  }

  number(...path: readonly (string | number)[]): number {
    const { value } = this.at(...path);
    if (typeof value !== 'number')
      throw new Error(`${path.join('.')} is no number in ${JSON.stringify(this.value)}`);
    return value;
  }

  list(...path: readonly (string | number)[]): Json[] {
    const { value } = this.at(...path);
    if (!Array.isArray(value))
      throw new Error(`${path.join('.')} is no list in ${JSON.stringify(this.value)}`);
    return value.map((item) => new Json(item));
  }
}

export const sleep = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));

/**
 * How long is waited for what is no promise of a time: where everything waits for a processor, that is no fault of what is waited for.
 * A test that is to fail need not wait so long.
 */
export const patienceMs = Number(process.env['PATIENCE_MS'] ?? 40_000);

/**
 * Asks again and again until the answer is not undefined; a deadline instead of a sleep. What was asked before the deadline does not
 * count against it, however long the answer took: a busy machine is no fault.
 */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
  withinMs = patienceMs,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const asked = Date.now();
    const seen = await look();
    if (seen !== undefined) return seen;
    if (asked > deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
    await sleep(50);
  }
}

/** Living processes whose environment says that they belong to a run. */
export async function processesOf(runId: string): Promise<readonly number[]> {
  const { readdir, readFile } = await import('node:fs/promises');
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const environment = await readFile(`/proc/${name}/environ`, 'utf8').catch(() => '');
    if (environment.includes(`CRONKEEPER_RUN_ID=${runId}`)) found.push(Number(name));
  }
  return found;
}
