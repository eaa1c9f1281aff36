import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { AgentWork } from '../../src/core/work.ts';
import { type Fields, record } from './records.ts';

const program = fileURLToPath(new URL('../../src/main/worker.ts', import.meta.url));

/** A worker loads the libraries of models: what was compiled once is kept, so that the next ones load twice as fast. */
const compiled = fileURLToPath(new URL('../../node_modules/.cache/worker', import.meta.url));

/** Far more than any of these needs; a worker that hangs is ended. */
const longestMs = 60_000;

export type WorkerEnd = {
  readonly code: number | null;
  /** What a person reads. */
  readonly output: string;
  readonly errors: string;
  /** Null when it left none. */
  readonly report: Fields | null;
  readonly transcript: readonly Fields[];
  /** The transcript as it stands in the file. */
  readonly raw: string;
  /** Where it worked. */
  readonly folder: string;
  readonly cwd: string;
};

/** An agent's work in which nothing is set but what is told. */
export const agentWork = (told: Partial<AgentWork> = {}): AgentWork => ({
  kind: 'agent',
  prompt: 'Say hello.',
  agent: 'built-in',
  model: 'fake/fake-1',
  tools: [],
  limits: { tokens: null, costMicroUsd: null, toolCalls: null },
  context: [],
  gate: null,
  ...told,
});

export const noLimits = { tokens: null, costMicroUsd: null, toolCalls: null } as const;

export type Worker = {
  readonly pid: number;
  /** An empty working folder. */
  readonly cwd: string;
  readonly folder: string;
  kill(signal: NodeJS.Signals): void;
  /** As it stands in the file now. */
  transcript(): string;
  readonly ended: Promise<WorkerEnd>;
};

/** Starts the worker as a process, as a wrapper does: with its work in a file and what it may know in its environment. */
export function startWorker(
  t: TestContext,
  work: unknown,
  env: Readonly<Record<string, string>> = {},
  files: Readonly<Record<string, string>> = {},
): Worker {
  const top = mkdtempSync(join(tmpdir(), 'cronkeeper-worker-'));
  t.after(() => rmSync(top, { recursive: true, force: true }));
  const folder = join(top, 'attempt');
  const cwd = join(top, 'place');
  for (const one of [folder, cwd]) mkdirSync(one, { mode: 0o700 });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  const path = join(folder, 'work.json');
  writeFileSync(path, JSON.stringify(work), { mode: 0o600 });
  const child = spawn(process.execPath, [program], {
    cwd,
    env: {
      PATH: process.env['PATH'] ?? '/usr/bin:/bin',
      HOME: cwd,
      CRONKEEPER_WORK: path,
      CRONKEEPER_WORK_HOME: folder,
      NODE_COMPILE_CACHE: compiled,
      ...hook,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: longestMs,
    killSignal: 'SIGKILL',
  });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const end = async (): Promise<WorkerEnd> => {
    const [code]: readonly unknown[] = await once(child, 'close');
    const left = join(folder, 'report.json');
    const raw = readIfThere(join(folder, 'transcript.jsonl'));
    return {
      code: typeof code === 'number' ? code : null,
      output,
      errors,
      report: existsSync(left) ? record(JSON.parse(readFileSync(left, 'utf8'))) : null,
      transcript: raw
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => record(JSON.parse(line))),
      raw,
      folder,
      cwd,
    };
  };
  if (child.pid === undefined) throw new Error('The worker was not started.');
  return {
    pid: child.pid,
    cwd,
    folder,
    kill: (signal) => child.kill(signal),
    transcript: () => readIfThere(join(folder, 'transcript.jsonl')),
    ended: end(),
  };
}

/** A sabotage comes as a hook of the loader. */
const hook = Object.fromEntries(
  ['NODE_OPTIONS', 'SABOTAGE'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  }),
);

export const readIfThere = (path: string): string =>
  existsSync(path) ? readFileSync(path, 'utf8') : '';

export const runWorker = (...order: Parameters<typeof startWorker>): Promise<WorkerEnd> =>
  startWorker(...order).ended;
