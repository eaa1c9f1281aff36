import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Answer, Order, Progress } from './worker.ts';

const worker = fileURLToPath(new URL('worker.ts', import.meta.url));
/** Each run leaves its modules in the memory of the process. */
const runsPerProcess = 150;

export type Ending = Pick<Answer, 'said' | 'ran' | 'tookMs'> & {
  readonly kind: Answer['kind'] | 'timeout';
};

/** One process at a time that runs test files with mutants; ends by itself what takes too long. */
export class Bench {
  #child: ChildProcess | null = null;
  #runs = 0;

  /** @param limitMs how long each of the test files may take */
  async run(
    tests: readonly string[],
    mutant: Order['mutant'],
    limitMs: readonly number[],
  ): Promise<Ending> {
    if (this.#runs >= runsPerProcess) this.close();
    this.#child ??= fork(worker, {
      execArgv: ['--max-old-space-size=1500', '--no-warnings'],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const child = this.#child;
    this.#runs += 1;
    const order: Order = { number: this.#runs, tests, mutant };
    return new Promise((resolve) => {
      const finish = (ending: Ending): void => {
        clearTimeout(late);
        child.removeAllListeners();
        if (ending.kind === 'timeout' || ending.said === gone) this.close();
        resolve(ending);
      };
      const arm = (test: number): NodeJS.Timeout =>
        setTimeout(
          () => finish({ kind: 'timeout', said: tests[test] ?? '', ran: 0, tookMs: [] }),
          limitMs[test],
        );
      let late = arm(0);
      child.on('message', (told: Answer | Progress) => {
        if (!('done' in told)) return finish(told);
        clearTimeout(late);
        if (told.done < tests.length) late = arm(told.done);
      });
      child.once('exit', () => finish({ kind: 'red', said: gone, ran: 0, tookMs: [] }));
      child.send(order);
    });
  }

  close(): void {
    this.#child?.kill('SIGKILL');
    this.#child = null;
    this.#runs = 0;
  }
}

const gone = 'the process ended';
