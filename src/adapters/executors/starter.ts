import { spawn } from 'node:child_process';
import { closeSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import type { ProcessIdentity } from '../../core/provenance.ts';
import type { AttemptKey, LeftAttempt, StartOrder } from '../../ports/executor.ts';
import { leaveNoTrace, leaveWork, makeAttemptFolder, readBegan } from './attempt-folder.ts';
import type { Surroundings } from './inspection.ts';
import { readLines, together } from './lines.ts';
import { describeProbe, describeProgram, probeMs, scriptOf } from './probe-scripts.ts';
import { type FromStarter, nameOf, parseToStarter, type ToStarter } from './protocol.ts';
import { stayWith } from './stay.ts';
import { findTools, objection, type Tools } from './wrapper.ts';
import type { Wrapper } from './wrapper-process.ts';
import { Wrappers } from './wrappers.ts';

/** Made only when it is needed: most starters end with their owner. `here` is some process of this machine and boot. */
export type LookAround = (here: ProcessIdentity) => Omit<Surroundings, 'home'>;

const queueLimit = 512;
/** What a killed child may take to be gone. */
const killedMs = 500;

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

function send(message: FromStarter): void {
  together(process.stdout).write(`${JSON.stringify(message)}\n`);
}

/** The worker of an order with work is told by name where that is, and what home it must not read. */
function withWork(order: StartOrder, folder: string, home: string): StartOrder {
  if (order.work === null) return order;
  const CRONKEEPER_WORK = leaveWork(folder, order.work);
  return { ...order, env: { ...order.env, CRONKEEPER_WORK, CRONKEEPER_WORK_HOME: home } };
}

/** Closes what this process inherited by somebody's carelessness; the runtime's own descriptors are not inherited further. */
function closeInherited(): void {
  const closeOnExec = 0o2000000;
  let names: string[];
  try {
    names = readdirSync('/proc/self/fdinfo');
  } catch {
    // No /proc: descriptors that an owner did not protect reach its jobs there.
    return;
  }
  for (const name of names) {
    if (Number(name) <= 2) continue;
    try {
      const flags = /^flags:\s*([0-7]+)/m.exec(readFileSync(`/proc/self/fdinfo/${name}`, 'latin1'));
      if (flags !== null && (Number.parseInt(flags[1] ?? '', 8) & closeOnExec) === 0) {
        closeSync(Number(name));
      }
    } catch {
      // The descriptor of the listing itself, closed by now.
    }
  }
}

/** Carries out what its owner says, one thing a turn, so that the end of the owner is seen between any two. Gates of a crowd are one. */
class Starter {
  readonly #home: string;
  readonly #tools: Tools;
  readonly #wrappers: Wrappers;
  /** The attempts of this starter that are not over; the gate of each is shut until `go`. */
  readonly #held = new Map<string, Wrapper>();
  /** Their folders, of those whose gates were not opened. */
  readonly #unopened = new Map<string, string>();
  readonly #queue: ToStarter[] = [];
  readonly #lookAround: LookAround;
  /** Not null once this starter stays behind its owner; aborted when it must hurry. */
  #hurry: AbortController | null = null;

  constructor(home: string, redactor: string, lookAround: LookAround) {
    this.#home = home;
    this.#tools = findTools(redactor);
    this.#wrappers = new Wrappers(home, this.#tools, process.umask(), (pid, kind) =>
      send({ kind, pid }),
    );
    this.#lookAround = lookAround;
  }

  open(): void {
    const { stdin, stdout } = process;
    // Whatever stops the whole service must not stop the runs' true ends from being seen: only the owner's end counts.
    for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const)
      process.on(signal, () => this.#hurry?.abort());
    // Exit closes every gate that is still shut; their wrappers end without having begun.
    const leave = (): void => {
      if (this.#hurry !== null) return;
      for (const name of this.#unopened.keys()) this.#leaveNoFolder(name);
      process.exit(0);
    };
    stdin.on('end', leave).on('close', leave).on('error', leave);
    stdout.on('error', leave);
    readLines(stdin, (line) => {
      this.#queue.push(parseToStarter(line));
      if (this.#queue.length === 1) setImmediate(() => this.#next());
      if (this.#queue.length >= queueLimit) stdin.pause();
    });
    this.#wrappers.keepSome();
  }

  #next(): void {
    const message = this.#queue.shift();
    if (message !== undefined) this.#carryOut(message);
    if (message?.kind === 'go') this.#openOthers();
    if (this.#queue.length > 0) setImmediate(() => this.#next());
    if (this.#queue.length < queueLimit / 2 && process.stdin.isPaused()) process.stdin.resume();
  }

  /** The gates of a crowd are opened together: one a turn, each would wait for what those before it do. */
  #openOthers(): void {
    for (let next = this.#queue[0]; next?.kind === 'go'; next = this.#queue[0]) {
      this.#queue.shift();
      this.#carryOut(next);
    }
  }

  #carryOut(message: ToStarter): void {
    switch (message.kind) {
      case 'prepare':
        this.#prepare(message);
        return;
      case 'go':
        this.#unopened.delete(nameOf(message.key));
        this.#held.get(nameOf(message.key))?.open(message.deadlineBootMs, message.wall);
        return;
      case 'abandon':
        this.#held.get(nameOf(message.key))?.leave();
        return;
      case 'expect':
        this.#wrappers.expect(message.count);
        return;
      case 'probe':
        this.#probe(message);
        return;
      case 'stay':
        void this.#stay(message.left);
        return;
    }
  }

  /** Carried out in its turn, so that nothing that was said before it can open a gate after it. */
  async #stay(left: readonly LeftAttempt[]): Promise<never> {
    this.#hurry = new AbortController();
    for (const wrapper of this.#held.values()) wrapper.leave();
    const [first] = left;
    if (first !== undefined) {
      const around = { home: this.#home, ...this.#lookAround(first.process) };
      const over = stayWith(left, around, this.#hurry.signal);
      // Said once it is known who had adopted them: any other name from now on is the adoption that is waited for.
      send({ kind: 'staying' });
      await over;
    }
    return process.exit(0);
  }

  #prepare({ id, order, wrapper: pid }: Extract<ToStarter, { kind: 'prepare' }>): void {
    const fail = (message: string): void =>
      send({ kind: 'failed', id, reason: 'start_failed', message });
    const { key } = order;
    const name = nameOf(key);
    const why = this.#held.has(name) ? 'This attempt is already prepared.' : objection(order);
    if (why !== null) {
      fail(why);
      return;
    }
    let wrapper = pid === null ? undefined : this.#wrappers.take(pid);
    try {
      if (pid !== null && wrapper === undefined) throw new Error('its process is gone');
      const folder = makeAttemptFolder(this.#home, key);
      if (folder.includes('\n'))
        throw new Error('The home of this profile has a line break in its name.');
      this.#unopened.set(name, folder);
      const ready = withWork(order, folder, this.#home);
      wrapper ??= this.#wrappers.make(ready);
      wrapper.give(
        {
          order: ready,
          folder,
          began: () => this.#began(key, folder),
          over: (hasBegun) => {
            this.#leaveNoFolder(name);
            if (this.#held.delete(name)) send({ kind: 'gone', key, hasBegun });
          },
          failed: (why) => fail(`The process could not be made: ${why}`),
        },
        this.#tools,
      );
      if (wrapper.pid === undefined) return;
      this.#held.set(name, wrapper);
      send({ kind: 'waiting', id, pid: wrapper.pid });
    } catch (error) {
      this.#leaveNoFolder(name);
      fail(`The attempt could not be prepared: ${messageOf(error)}`);
      // Its owner may have authorised the attempt for this process already: with its end it is known that it never began.
      wrapper?.leave();
    }
  }

  /** Of an attempt that was prepared in vain nothing stays behind. */
  #leaveNoFolder(name: string): void {
    const folder = this.#unopened.get(name);
    this.#unopened.delete(name);
    if (folder === undefined) return;
    try {
      leaveNoTrace(folder);
      rmdirSync(folder);
    } catch {
      // Something is in it, or it is gone.
    }
  }

  #began(key: AttemptKey, folder: string): void {
    const startedAt = readBegan(folder);
    if (startedAt !== null) send({ kind: 'began', key, startedAt });
  }

  #probe({ id, requirement: probe, env, cwd }: Extract<ToStarter, { kind: 'probe' }>): void {
    const answer = (unmet: string | null): void => send({ kind: 'probed', id, unmet });
    try {
      const [script, what] = scriptOf(probe);
      const child = spawn(this.#tools.shell, ['-c', script, 'cronkeeper-probe', cwd, what], {
        cwd: '/',
        detached: true,
        env: { ...env },
        stdio: 'ignore',
        timeout: probeMs,
        killSignal: 'SIGKILL',
      });
      const describe = (code: number | null): void => {
        if (probe.kind === 'program') send(describeProgram(id, probe.program, code, cwd));
        else answer(describeProbe(probe, code, cwd));
      };
      // A child that the kernel keeps in the opening of a file does not end even when it is killed. A second answer is heard by nobody.
      const late = setTimeout(() => describe(null), probeMs + killedMs);
      child.on('exit', (code) => {
        clearTimeout(late);
        describe(code);
      });
      child.on('error', (error) => {
        clearTimeout(late);
        answer(`It could not be probed: ${error.message}`);
      });
    } catch (error) {
      answer(`It could not be probed: ${messageOf(error)}`);
    }
  }
}

/**
 * Runs until the owner's connection closes, or longer if the owner says so. `home` is where attempts keep their files, `redactor` the
 * program that keeps secrets out of them.
 */
export function runStarter(home: string, redactor: string, lookAround: LookAround): void {
  closeInherited();
  new Starter(home, redactor, lookAround).open();
}
