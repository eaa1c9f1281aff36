import type { ChildProcess } from 'node:child_process';
import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import type { StartOrder } from '../../ports/executor.ts';
import { readLines } from './lines.ts';
import type { OrderFile } from './order-file.ts';
import { keptBytes, orderText, type Tools } from './wrapper.ts';

/** A run that takes longer is handed to the guard of its wrapper. */
const shortRunMs = 250;
/** Whose gate has waited so long has a shell made ready behind it. Not at once: most gates open soon, and it costs a program more. */
const readyMs = 100;
/** As much as a pipe holds. */
const chunk = new Uint8Array(64 * 1024);

/** What an attempt hears of its wrapper. */
export type Listener = {
  began(): void;
  /** Its record is written, or its wrapper is gone. `hasBegun` is what the wrapper said of it. */
  over(hasBegun: boolean): void;
  failed(why: string): void;
};

type Serving = Listener & { readonly order: StartOrder; readonly folder: string };

/** Where descriptors of other processes can be opened: only there can the starter read for a wrapper, and a wrapper serve again. */
export const canReadPipes = process.platform === 'linux';

/** A wrapper process and its guard, which serve one attempt after another. */
export class Wrapper {
  readonly #child: ChildProcess;
  readonly #gate: Duplex;
  readonly #guardLine: Duplex;
  #serving: Serving | null = null;
  #readying: NodeJS.Timeout | null = null;
  #watching: NodeJS.Timeout | null = null;
  #hasBegun = false;
  /** Its guard does the rest of this attempt, or nobody opens its gate any more: it serves no other. */
  #isLast = false;
  readonly #orders: OrderFile;
  readonly #free: () => void;

  constructor(child: ChildProcess, orders: OrderFile, free: () => void, gone: () => void) {
    const [, , , gate, guardLine] = child.stdio;
    if (!(gate instanceof Duplex && guardLine instanceof Duplex))
      throw new Error('The gate is not a socket.');
    this.#child = child;
    this.#gate = gate;
    this.#guardLine = guardLine;
    this.#orders = orders;
    this.#free = free;
    // A wrapper that ended does not read its gate any more; `exit` tells all that matters.
    gate.on('error', () => {});
    guardLine.on('error', () => {});
    readLines(gate, (line) => this.#hear(line));
    child.on('error', (error) => {
      if (child.pid === undefined) orders.close();
      this.#serving?.failed(error.message);
    });
    child.on('exit', () => {
      gate.destroy();
      guardLine.destroy();
      orders.close();
      gone();
      this.#isOver(false);
    });
  }

  /** Whether another attempt can be given to it, now or after the one that it serves. */
  get servesAgain(): boolean {
    return !this.#isLast;
  }

  /** Undefined when it could not be made. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Gives it an attempt that waits at its gate. */
  give(serving: Serving, tools: Tools): void {
    this.#orders.write(orderText(serving.order, serving.folder, tools));
    this.#serving = serving;
    this.#hasBegun = false;
    if (mayBeShort(serving.order))
      this.#readying = setTimeout(() => this.#gate.write('ready\n'), readyMs);
  }

  /** Opens the gate. */
  open(deadlineBootMs: number, wall: number): void {
    if (this.#serving === null || this.#isLast) return;
    const { order } = this.#serving;
    this.#forgetTimers();
    this.#orders.confirm();
    this.#gate.write(`go ${Math.floor(deadlineBootMs)} ${Math.ceil(wall)}\n`);
    if (mayBeShort(order)) {
      const ms = Math.min(shortRunMs, order.timeoutMs);
      this.#watching = setTimeout(() => this.#watch(ms), ms);
    } else this.#watch(0);
  }

  /** Says nothing to it any more. A shut gate stays shut; what runs goes on without this process. */
  leave(): void {
    this.#isLast = true;
    this.#forgetTimers();
    this.#gate.end();
    this.#guardLine.end();
  }

  /** From here on the guard does the rest. The wrapper finds that said when it asks, whatever this process does by then. */
  #watch(sinceMs: number): void {
    if (this.#isLast) return;
    this.#isLast = true;
    this.#guardLine.end(`watch ${Math.round(sinceMs / 10)}\n`);
    this.#gate.write('watched\n');
  }

  #hear(line: string): void {
    if (this.#serving === null) return;
    if (line === 'began') {
      this.#hasBegun = true;
      this.#serving.began();
    } else if (line === 'ended') this.#finishOutput(this.#serving);
    else if (line === 'over') this.#isOver(!this.#isLast);
  }

  /** The command of a short run ended: what it wrote is still in its pipe, all of it unless somebody else holds that open. */
  #finishOutput({ order, folder }: Serving): void {
    if (this.#isLast) return;
    const read = readPipe(`/proc/${this.pid}/fd/5`, folder, keptBytes(order));
    if (read === null) this.#watch(0);
    else this.#gate.write(`read ${read.isWhole ? 0 : 1}\n`);
  }

  #forgetTimers(): void {
    for (const timer of [this.#readying, this.#watching]) if (timer !== null) clearTimeout(timer);
  }

  #isOver(isFree: boolean): void {
    const serving = this.#serving;
    this.#serving = null;
    this.#forgetTimers();
    // First: whoever hears of the end may count on it.
    if (isFree) this.#free();
    serving?.over(this.#hasBegun);
  }
}

/** Whether its wrapper may serve others: then its output stays in the pipe at first, and a shell may stand ready for it. Not with secrets. */
const mayBeShort = ({ hidden }: StartOrder): boolean => canReadPipes && hidden.length === 0;

/**
 * Moves what is in a pipe to the output of an attempt, up to its limit. Null when that cannot be all, because somebody holds the other
 * end, or when it could not be done from here; nothing is lost then.
 */
function readPipe(
  path: string,
  folder: string,
  limit: number,
): { readonly isWhole: boolean } | null {
  let pipe: number | undefined;
  let file: number | undefined;
  try {
    file = openSync(join(folder, 'output.log'), appendFlags, 0o600);
    pipe = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    let left = limit;
    for (let read = readSync(pipe, chunk); read > 0; read = readSync(pipe, chunk)) {
      const kept = Math.min(read, Math.max(left, 0));
      left = append(file, chunk.subarray(0, kept)) ? left - read : -1;
    }
    return { isWhole: left >= 0 };
  } catch {
    return null;
  } finally {
    if (pipe !== undefined) closeSync(pipe);
    if (file !== undefined) closeSync(file);
  }
}

/** The command may have put anything in the place of its output: a link to another file, a pipe that blocks. */
const appendFlags =
  constants.O_WRONLY |
  constants.O_APPEND |
  constants.O_CREAT |
  constants.O_NOFOLLOW |
  constants.O_NONBLOCK;

/** False when the disk did not take it: then it is dropped, as what is past the limit. */
function append(file: number, bytes: Uint8Array): boolean {
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    return true;
  } catch {
    return false;
  }
}
