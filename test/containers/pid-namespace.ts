import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { until } from '../journeys/program.ts';

/** Why no pid namespace can be made here; false when one can. */
export function whyNot(): string | false {
  if (process.platform !== 'linux') return 'needs pid namespaces';
  const made = spawnSync('unshare', ['--pid', '--fork', '--mount-proc', 'true']);
  if (made.error !== undefined) return 'needs unshare: apt-get install util-linux';
  return made.status === 0 ? false : 'needs root, or the right to make pid namespaces';
}

/** Living processes and remains, by their parent. */
function childrenOf(parent: number): readonly { readonly pid: number; readonly state: string }[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const text = readFileSync(`/proc/${name}/stat`, 'latin1');
      const [state = '', ppid = ''] = text.slice(text.lastIndexOf(')') + 2).split(' ');
      return Number(ppid) === parent ? [{ pid: Number(name), state }] : [];
    } catch {
      // It ended while we looked.
      return [];
    }
  });
}

/** A command as process 1 of a pid namespace; everything in it ends with that process. */
export class PidNamespace {
  readonly #outer: ChildProcess;
  readonly ended: Promise<number | null>;
  readonly #parts: Buffer[] = [];
  /** Process 1, by its number out here. */
  first = 0;

  private constructor(
    command: readonly string[],
    env: Readonly<Record<string, string>>,
    input: string | null,
  ) {
    this.#outer = spawn('unshare', ['--pid', '--fork', '--mount-proc', '--', ...command], {
      env,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    if (input !== null) this.#outer.stdin?.end(input);
    for (const stream of [this.#outer.stdout, this.#outer.stderr])
      stream?.on('data', (part: Buffer) => this.#parts.push(part));
    this.ended = new Promise((resolve) => this.#outer.once('close', resolve));
  }

  static async begin(
    command: readonly string[],
    env: Readonly<Record<string, string>>,
    input: string | null = null,
  ): Promise<PidNamespace> {
    const made = new PidNamespace(command, env, input);
    const outer = made.#outer.pid ?? 0;
    const over = made.ended.then(() => 0);
    const found = until('process 1 is there', () => childrenOf(outer)[0]?.pid);
    made.first = await Promise.race([found, over]);
    found.catch(() => {});
    return made;
  }

  output(): string {
    return Buffer.concat(this.#parts).toString();
  }

  /** Runs a command inside, as an engine does for a health check. */
  inside(command: readonly string[], env: NodeJS.ProcessEnv = process.env) {
    return spawnSync('nsenter', this.#into(command), { env, encoding: 'utf8', timeout: 30_000 });
  }

  /** The same without waiting for its end; whoever starts it ends it, or it ends with the namespace. */
  start(command: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
    return spawn('nsenter', this.#into(command), { env, stdio: 'ignore' });
  }

  #into = (command: readonly string[]): string[] => [
    ...['--target', `${this.first}`, '--pid', '--mount', `--wd=${process.cwd()}`, '--'],
    ...command,
  ];

  /** Children of process 1 of which nothing but their remains are left. */
  remains(): number {
    return childrenOf(this.first).filter(({ state }) => state === 'Z').length;
  }

  child(): number | undefined {
    return childrenOf(this.first).find(({ state }) => state !== 'Z')?.pid;
  }

  signal(name: NodeJS.Signals, pid = this.first): void {
    process.kill(pid, name);
  }

  async leave(): Promise<void> {
    try {
      if (this.first > 0) this.signal('SIGKILL');
    } catch {
      // It ended by itself.
    }
    await this.ended;
  }
}
