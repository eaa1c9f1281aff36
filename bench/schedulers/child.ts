import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const answerWithinMs = 60_000;

/** A Node program that is told one JSON line at a time and answers each with one. */
export type Child = {
  readonly pid: number;
  /** @throws Error when it answers with one, ends, or takes longer than a minute */
  ask(question: object): Promise<unknown>;
  stop(): Promise<void>;
};

/** Starts a Node program; the end of what it says on standard error is shown when it fails. */
export function startChild(
  program: string,
  { folder, name, env }: { folder: string; name: string; env?: Readonly<Record<string, string>> },
): Child {
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, ...env },
    stdio: 'pipe',
    cwd: folder,
  });
  let tail = '';
  child.stderr.on('data', (part: Buffer) => {
    tail = (tail + part.toString()).slice(-2_000);
  });
  const answers = createInterface({ input: child.stdout });
  const nextAnswer = (): Promise<string> =>
    new Promise((resolve, reject) => {
      const fail = (why: string): void => reject(new Error(`${name} ${why} ${tail}`.trim()));
      const late = setTimeout(
        () => fail(`did not answer within ${answerWithinMs} ms`),
        answerWithinMs,
      );
      const ended = (): void => fail('ended before it answered');
      child.once('exit', ended);
      answers.once('line', (line) => {
        clearTimeout(late);
        child.off('exit', ended);
        resolve(line);
      });
    });
  return {
    pid: child.pid ?? 0,
    async ask(question) {
      const answer = nextAnswer();
      child.stdin.write(`${JSON.stringify(question)}\n`);
      const said: { readonly error?: string; readonly answer?: unknown } = JSON.parse(await answer);
      if (said.error !== undefined) throw new Error(`${name}: ${said.error}`);
      return said.answer;
    },
    stop: () => end(child),
  };
}

/** Closing its standard input asks it to end; ten seconds later it is made to. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.stdin?.end();
  const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(late);
}
