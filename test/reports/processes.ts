import { type ChildProcess, spawn } from 'node:child_process';

/** Processes of a story, each the leader of a group, as an application and what it started are. */
export class Cast {
  /** Of every process that was ever started. */
  readonly names = new Map<number, string>();
  readonly #alive = new Map<string, ChildProcess>();

  start(name: string, argv: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
    const [program = '', ...args] = argv;
    const child = spawn(program, args, {
      env,
      detached: true,
      stdio: 'ignore',
    });
    this.names.set(child.pid ?? 0, name);
    this.#alive.set(name, child);
    return child;
  }

  /** Closes the application: everything in its group is killed, as when its window is closed or the laptop loses power. */
  async close(name: string): Promise<void> {
    const child = this.#alive.get(name);
    if (child?.pid === undefined) throw new Error(`${name} was not started`);
    this.#alive.delete(name);
    const gone = new Promise((resolve) => child.once('exit', resolve));
    process.kill(-child.pid, 'SIGKILL');
    await gone;
  }

  async closeAll(): Promise<void> {
    for (const name of [...this.#alive.keys()]) await this.close(name);
  }
}

export const sleep = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));
