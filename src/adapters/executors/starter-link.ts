import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { Clock } from '../../ports/clock.ts';
import type { LeftAttempt } from '../../ports/executor.ts';
import { lineLimit, readLines, together } from './lines.ts';
import { type FromStarter, parseFromStarter, type ToStarter } from './protocol.ts';

/** The starter gets nothing of the owner's environment: what a run gets comes with its order. */
const starterEnv = { PATH: '/usr/local/bin:/usr/bin:/bin' };

/** How long a starter may take to end by itself, or to say that it stays. */
const closeWithinMs = 5_000;

/** What the owner of a link hears; the link itself hears the rest. */
export type Heard = Exclude<FromStarter, { readonly kind: 'staying' }>;

/** A starter that does not listen must not fill its owner's memory. */
const unsaidLimit = 64 * 1024 * 1024;

/** The owner's end of one starter. Once lost it stays lost; a new one is opened instead. */
export class StarterLink {
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #said: Writable;
  readonly #heard: Readable;
  #alive = true;
  #stays = false;
  #staying: () => void = () => {};
  readonly #stayed = new Promise<void>((resolve) => {
    this.#staying = resolve;
  });
  #gone: () => void = () => {};
  readonly gone = new Promise<void>((resolve) => {
    this.#gone = resolve;
  });

  private constructor(
    child: ChildProcess,
    pid: number,
    streams: { readonly said: Writable; readonly heard: Readable },
    take: (message: Heard) => void,
  ) {
    this.#child = child;
    this.pid = pid;
    this.#said = streams.said;
    this.#heard = streams.heard;
    const lose = (): void => this.#lose();
    child.on('exit', lose).on('error', lose);
    streams.said.on('error', lose);
    streams.heard.on('error', lose).on('end', lose);
    readLines(streams.heard, (line) => {
      const message = parseFromStarter(line);
      if (message.kind !== 'staying') return take(message);
      this.#stays = true;
      this.#staying();
    });
  }

  /** Begins a starter in a session of its own, so that a terminal's signals to the owner do not reach it. */
  static open(path: string, home: string, take: (message: Heard) => void): StarterLink {
    const child = spawn(process.execPath, [path, home], {
      cwd: '/',
      detached: true,
      env: starterEnv,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const { pid, stdin, stdout } = child;
    if (pid === undefined || stdin === null || stdout === null) {
      child.on('error', () => {});
      throw new Error(`The starter could not be begun: ${process.execPath} ${path}`);
    }
    return new StarterLink(child, pid, { said: stdin, heard: stdout }, take);
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Says something. False when it could not be said at all; what was said to a starter that then died counts as not done. */
  say(message: ToStarter): boolean {
    const line = `${JSON.stringify(message)}\n`;
    if (!this.#alive || line.length > lineLimit) return false;
    if (this.#said.writableLength > unsaidLimit) return false;
    together(this.#said).write(line);
    return true;
  }

  /** Closes the connection. The starter then ends by itself, or stays behind with `left`; one that does neither is ended. */
  async close(left: readonly LeftAttempt[], clock: Clock): Promise<void> {
    const over = new AbortController();
    const late = clock.sleep(closeWithinMs, over.signal);
    if (left.length > 0 && this.say({ kind: 'stay', left }))
      await Promise.race([this.#stayed, this.gone, late]);
    this.#said.end();
    if (!this.#stays) await Promise.race([this.gone, late]);
    // A timer that is left behind would keep the whole process alive for as long.
    over.abort();
    if (this.#stays) this.#letGo();
    else if (this.#alive) this.kill();
  }

  /** It lives on, and this process must be able to end before it. */
  #letGo(): void {
    this.#child.unref();
    this.#heard.destroy();
    this.#lose();
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #lose(): void {
    if (!this.#alive) return;
    this.#alive = false;
    // Whatever it still does, it must not go on with an owner that no longer listens.
    this.#said.destroy();
    this.#gone();
  }
}
