import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../ports/clock.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What systemd left in the environment for exactly this process. */
export type NotifyAddress = { readonly socket: string; readonly patienceMs: number | null };

/** Who is told at all, and how long its patience is. An environment that was made for another process is none of this one's. */
export function readAddress(env: Environment, pid: number): NotifyAddress | null {
  const socket = env['NOTIFY_SOCKET'];
  if (socket === undefined || socket === '') return null;
  const isOurs = (name: string): boolean => env[name] === undefined || env[name] === String(pid);
  if (!isOurs('SYSTEMD_EXEC_PID') || !isOurs('WATCHDOG_PID')) return null;
  const micros = Number(env['WATCHDOG_USEC']);
  return { socket, patienceMs: Number.isFinite(micros) && micros > 0 ? micros / 1_000 : null };
}

/** Messages come at least this often within the manager's patience, however often something is told. */
const tellsWithinPatience = 6;

/** Each line is the words of one message; it waits until the manager has taken one before it reads the next. */
const script = 'set -f; while read -r words; do "$1" $words; done';
const folders = ['/usr/bin', '/bin', '/run/current-system/sw/bin'];

function findProgram(): string | null {
  for (const folder of folders) {
    const path = join(folder, 'systemd-notify');
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not here; without it anywhere nothing can be told, and the manager's own log says what it missed.
    }
  }
  return null;
}

/** Tells systemd how this process is, through a shell of its own. */
export class Notifier {
  readonly #address: NotifyAddress;
  readonly #clock: Clock;
  readonly #program = findProgram();
  #shell: ChildProcess | null = null;
  #toldBoot: number | null = null;
  #closed = false;

  constructor(address: NotifyAddress, clock: Clock) {
    this.#address = address;
    this.#clock = clock;
  }

  atWork(): void {
    const now = this.#clock.now().boot;
    const { patienceMs } = this.#address;
    const isFirst = this.#toldBoot === null;
    if (this.#toldBoot !== null) {
      if (patienceMs === null || now - this.#toldBoot < patienceMs / tellsWithinPatience) return;
    }
    if (!this.#tell(isFirst ? 'READY=1 WATCHDOG=1' : 'WATCHDOG=1')) return;
    this.#toldBoot = now;
  }

  close(): void {
    this.#closed = true;
    this.#shell?.stdin?.end();
  }

  /** False when it could not be said now. What waits to be said is never more than one message: a stopped owner must fall silent. */
  #tell(words: string): boolean {
    if (this.#closed || this.#program === null) return false;
    this.#shell ??= this.#begin(this.#program);
    const { stdin } = this.#shell;
    if (stdin === null || stdin.writableLength > 0) return false;
    stdin.write(`${words}\n`);
    return true;
  }

  /** One that ended is begun anew with the next message. */
  #begin(program: string): ChildProcess {
    const shell = spawn('/bin/sh', ['-c', script, 'cronkeeper-notify', program], {
      cwd: '/',
      env: { PATH: '/usr/bin:/bin', NOTIFY_SOCKET: this.#address.socket },
      stdio: ['pipe', 'ignore', 'ignore'],
      // A terminal's signals to the owner are not meant for it; it ends with its owner.
      detached: true,
    });
    const lose = (): void => {
      if (this.#shell === shell) this.#shell = null;
    };
    shell.on('error', lose).on('exit', lose);
    shell.stdin?.on('error', lose);
    return shell;
  }
}
