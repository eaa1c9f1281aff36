import type { ProcessIdentity } from '../../core/provenance.ts';
import type { Trouble } from '../../core/readiness.ts';
import type { Clock } from '../../ports/clock.ts';
import type {
  AttemptKey,
  Executor,
  ExecutorEvent,
  Failure,
  Inspection,
  LeftAttempt,
  Prepared,
  StartOrder,
} from '../../ports/executor.ts';
import type { ProcessTable } from '../../ports/host.ts';
import type { Log } from '../../ports/log.ts';
import { Adoptions } from './adoptions.ts';
import { removeRunFolders, runFoldersBetween } from './attempt-folder.ts';
import { concludeAttempt, endAttempt, inspectAttempt, type Watched } from './inspection.ts';
import { Leaving } from './leaving.ts';
import { OpenedGates } from './opened-gates.ts';
import { type Answer, type AskStarter, examineCommand, probeRequirement } from './probes.ts';
import { endTree, findMarked } from './process-tree.ts';
import { nameOf, type ToStarter } from './protocol.ts';
import { Questions, startFailed } from './questions.ts';
import { Spares } from './spares.ts';
import { type Heard, StarterLink } from './starter-link.ts';
import { tryToBegin } from './trial.ts';

export type LocalExecutorOptions = {
  /** Attempts keep their files in its folder `runs`. */
  readonly home: string;
  /** The program of the starter process: `main/starter.ts`, or its bundle. */
  readonly starterPath: string;
  readonly processes: ProcessTable;
  /** Reads the identity of a living process; null when there is none. */
  readonly identify: (pid: number) => ProcessIdentity | null;
  readonly clock: Clock;
  readonly log: Log;
};

const pollMs = 200;
const inFlightLimit = 1_000;

class LocalExecutor implements Executor {
  readonly #options: LocalExecutorOptions;
  #link: StarterLink | null = null;
  #listener: (event: ExecutorEvent) => void = () => {};
  readonly #questions: Questions;
  readonly #spares: Spares;
  readonly #opened: OpenedGates;
  readonly #leaving: Leaving;
  /** Attempts of the present starter; it tells when their wrappers are gone. */
  readonly #own = new Map<string, Watched>();
  /** Attempts of earlier starters and of other instances; seen by looking at them again and again. */
  readonly #polled = new Map<string, Watched>();
  readonly #adoptions: Adoptions;
  readonly #settling = new Set<string>();
  #polling = false;
  readonly #say = (message: ToStarter): boolean => this.#link?.say(message) === true;
  readonly #question: AskStarter = (question, options) =>
    this.#questions.ask(this.#say, question, options).answer;
  #closed = false;

  constructor(options: LocalExecutorOptions) {
    this.#options = options;
    this.#adoptions = new Adoptions(options.home);
    this.#questions = new Questions(options.clock);
    this.#spares = new Spares(options.identify);
    this.#opened = new OpenedGates(options.clock);
    this.#leaving = new Leaving(options.clock);
  }

  open(): Promise<ProcessIdentity> {
    const { home, identify, starterPath } = this.#options;
    this.#closed = false;
    if (this.#link?.alive !== true) {
      const link = StarterLink.open(starterPath, home, (message) => this.#hear(message));
      this.#link = link;
      void link.gone.then(() => this.#starterGone(link));
    }
    const identity = identify(this.#link.pid);
    if (identity !== null) return Promise.resolve(identity);
    this.#link.kill();
    return Promise.reject(new Error('The starter ended as soon as it was begun.'));
  }

  async prepare(order: StartOrder): Promise<Prepared> {
    const { key } = order;
    if (this.#questions.size >= inFlightLimit)
      return startFailed(`${inFlightLimit} starts are already under way.`);
    const name = nameOf(key);
    if (!(await this.#leaving.whenFree(name, this.#polled)))
      return startFailed('The attempt before it is not over yet.');
    const link = this.#link;
    // A stopped or stuck starter would never answer again; its end is told as usual, and a new one is made.
    const replace = (): void => {
      if (link === this.#link) link?.kill();
    };
    const spare = this.#own.has(name) ? null : this.#spares.take(order);
    const { isSaid, answer } = this.#questions.ask(
      this.#say,
      (id) => ({ kind: 'prepare', id, order, wrapper: spare?.pid ?? null }),
      { onLate: replace },
    );
    if (spare === null) return this.#made(key, link, await answer);
    if (!isSaid) return startFailed('The starter could not be told.');
    const watched = { key, process: spare, hasStarter: true, hasBegun: false };
    this.#own.set(name, watched);
    void answer.then((heard) => {
      if (heard?.kind !== 'failed') return;
      this.#options.log.warn('start_failed', { ...key, message: heard.message });
      // Its gate was shut; with the end of its process it is known that it never began.
      this.#overSoon(watched);
    });
    return { kind: 'waiting', process: spare };
  }

  /** The starter made a process for it, or says why not. */
  #made(key: AttemptKey, link: StarterLink | null, answer: Answer | null): Prepared {
    if (answer?.kind === 'failed') return answer;
    if (answer?.kind !== 'waiting') {
      this.abandon(key);
      return startFailed('The starter did not answer.');
    }
    const process = this.#options.identify(answer.pid);
    // With its starter gone the gate is shut for good.
    if (process === null || link !== this.#link || link?.alive !== true) {
      this.abandon(key);
      return startFailed('The process ended before it was released.');
    }
    this.#own.set(nameOf(key), { key, process, hasStarter: true, hasBegun: false });
    return { kind: 'waiting', process };
  }

  #overSoon(watched: Watched): void {
    const name = nameOf(watched.key);
    this.#opened.wasAnswered(name);
    if (!this.#own.delete(name)) return;
    this.#polled.set(name, watched);
    this.#settle(watched);
    this.#pollOn();
  }

  release(key: AttemptKey, deadlineBootMs: number): void {
    const { wall } = this.#options.clock.now();
    const link = this.#link;
    if (link?.say({ kind: 'go', key, deadlineBootMs, wall }) !== true) return;
    if (this.#own.has(nameOf(key)))
      this.#opened.add(nameOf(key), () => {
        if (link === this.#link) link?.kill();
      });
    else this.#neverBegan(key);
  }

  /** Of an attempt that was over before it was released nothing comes any more, unless its end is still being told. */
  #neverBegan(key: AttemptKey): void {
    const name = nameOf(key);
    if (this.#polled.has(name)) return;
    const inspection = { kind: 'not-started' } as const;
    queueMicrotask(() => this.#listener({ kind: 'over', key, inspection }));
  }

  abandon(key: AttemptKey): void {
    if (this.#own.has(nameOf(key))) this.#leaving.add(nameOf(key));
    this.#link?.say({ kind: 'abandon', key });
  }

  inspect(key: AttemptKey, process: ProcessIdentity): Promise<Inspection> {
    return inspectAttempt(this.#options, key, process);
  }

  adopt(key: AttemptKey, process: ProcessIdentity): void {
    if (this.#own.has(nameOf(key))) return;
    this.#polled.set(nameOf(key), { key, process, hasStarter: false, hasBegun: false });
    this.#adoptions.add(nameOf(key), key);
    this.#adoptions.mark(this.#options.processes.self());
    this.#pollOn();
  }

  async end(...[key, process, verdict]: Parameters<Executor['end']>): Promise<void> {
    this.abandon(key);
    await endAttempt(this.#options, key, process, verdict);
  }

  marked = (): Promise<readonly string[]> => findMarked(this.#options.home);

  sweep(over: readonly AttemptKey[], isOverdue: boolean): Promise<number> {
    if (over.length === 0) return Promise.resolve(0);
    const runIds = new Set(over.map((key) => key.runId));
    const search = { runIds, wrappers: false, sessions: [] };
    return endTree(search, this.#options.clock, { hard: isOverdue });
  }

  probe(...[requirement, env, cwd]: Parameters<Executor['probe']>): Promise<string | null> {
    return probeRequirement(this.#question, requirement, { env, cwd });
  }

  examine(order: Parameters<Executor['examine']>[0]): Promise<Failure | null> {
    return examineCommand(this.#question, order);
  }

  trial(): Promise<Trouble | null> {
    const probe = () => this.probe({ kind: 'readable', path: '/' }, {}, '/');
    return tryToBegin(this.#options.home, probe);
  }

  expect(count: number): void {
    this.#say({ kind: 'expect', count });
  }

  listen(listener: (event: ExecutorEvent) => void): void {
    this.#listener = listener;
  }

  outputBetween = (...[since, then]: Parameters<Executor['outputBetween']>) =>
    runFoldersBetween(this.#options.home, since, then);
  removeOutput = (runIds: readonly string[]) => removeRunFolders(this.#options.home, runIds);

  async close(left: readonly LeftAttempt[] = []): Promise<void> {
    this.#closed = true;
    this.#polled.clear();
    this.#leaving.clear();
    await this.#link?.close(left, this.#options.clock);
  }

  #hear(message: Heard): void {
    switch (message.kind) {
      case 'began':
        this.#opened.wasAnswered(nameOf(message.key));
        if (this.#own.has(nameOf(message.key))) this.#listener(message);
        return;
      case 'gone': {
        const watched = this.#own.get(nameOf(message.key));
        if (watched !== undefined) this.#overSoon({ ...watched, hasBegun: message.hasBegun });
        return;
      }
      case 'spare':
      case 'spent':
        this.#spares.hear(message.pid, message.kind);
        return;
      default:
        this.#questions.hear(message);
    }
  }

  #starterGone(link: StarterLink): void {
    this.#opened.clear();
    if (this.#link === link) this.#link = null;
    this.#spares.clear();
    this.#questions.endAll();
    if (!this.#closed)
      for (const [name, watched] of [...this.#own, ...this.#polled])
        this.#polled.set(name, { ...watched, hasStarter: false });
    this.#own.clear();
    if (this.#closed) return;
    this.#options.log.warn('starter_lost', { pid: link.pid });
    this.#listener({ kind: 'starter-lost' });
    this.#pollOn();
  }

  /** Tells that an attempt is over, once; else it stays among the polled. That may take seconds, so each is concluded alone. */
  #settle(watched: Watched): void {
    const { key } = watched;
    const name = nameOf(key);
    if (this.#settling.has(name)) return;
    this.#settling.add(name);
    void concludeAttempt(this.#options, watched)
      .then((inspection) => {
        if (inspection === null) return;
        this.#adoptions.forget(name);
        if (this.#polled.delete(name)) this.#listener({ kind: 'over', key, inspection });
        this.#leaving.isOver(name);
      })
      .catch((error: unknown) => {
        this.#options.log.error('attempt_unreadable', { ...key, error: String(error) });
      })
      .finally(() => this.#settling.delete(name));
  }

  #pollOn(): void {
    if (this.#polling || this.#closed || this.#polled.size === 0) return;
    this.#polling = true;
    void this.#poll().finally(() => {
      this.#polling = false;
    });
  }

  async #poll(): Promise<void> {
    while (this.#polled.size > 0 && !this.#closed) {
      await this.#options.clock.sleep(pollMs);
      this.#adoptions.mark(this.#options.processes.self());
      for (const watched of this.#polled.values()) this.#settle(watched);
    }
  }
}

/** The executor that runs jobs as processes of this host and this user. */
export function makeLocalExecutor(options: LocalExecutorOptions): Executor {
  return new LocalExecutor(options);
}
