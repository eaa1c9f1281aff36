import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { StampJob } from './scheduler.ts';

/** What a scheduler in a process of its own can be asked; each question is answered when it is done. */
export type Served = {
  open(): Promise<void> | void;
  arm(jobs: readonly StampJob[]): Promise<void> | void;
  /** Stores so many jobs that do nothing, runs them all, and answers how many milliseconds they took. */
  drain?(count: number): Promise<number>;
  close?(): Promise<void> | void;
};

type Question =
  | { readonly ask: 'open' }
  | { readonly ask: 'arm'; readonly jobs: readonly StampJob[] }
  | { readonly ask: 'drain'; readonly count: number };

/** Answers questions from standard input until it closes: the other half of `child.ts`. */
export async function serve(served: Served): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const said = await answer(served, JSON.parse(line)).then(
      (value) => ({ answer: value ?? null }),
      (error: unknown) => ({ error: error instanceof Error ? error.message : String(error) }),
    );
    process.stdout.write(`${JSON.stringify(said)}\n`);
  }
  const late = setTimeout(() => process.exit(1), 5_000);
  await served.close?.();
  clearTimeout(late);
  process.exit(0);
}

async function answer(served: Served, question: Question): Promise<unknown> {
  switch (question.ask) {
    case 'open':
      return served.open();
    case 'arm':
      return served.arm(question.jobs);
    case 'drain':
      if (served.drain === undefined) throw new Error('it cannot be drained');
      return served.drain(question.count);
  }
}

/** Program and file of the stamp, as the bench hands them over. */
export const stampWords: readonly [program: string, file: string] = [
  process.env['STAMP_PROGRAM'] ?? '/bin/true',
  process.env['STAMP_FILE'] ?? '',
];

/** Starts the stamp as a job of a Node program would, and resolves when it has ended. */
export function runStamp(label: string): Promise<void> {
  const [program, file] = stampWords;
  return new Promise((resolve, reject) => {
    const child = spawn(program, [file, label], { stdio: 'ignore' });
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`the stamp ended with ${code}`)),
    );
  });
}
