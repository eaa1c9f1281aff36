import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { advice, Refusal } from '../core/refusal.ts';
import type { CliHost, Sink } from '../doors/cli/host.ts';
import { sinkOf } from '../doors/cli/sink.ts';
import { currentFolder } from './folder.ts';

/** What few verbs ask for is loaded by those that do. */
const errands = () => import('./errands.ts');
const crontab = () => import('../adapters/host/crontab.ts');

async function* stdinLines(signal: AbortSignal): AsyncIterable<string> {
  yield* (await errands()).stdinLines(signal);
}

/** The process that a command line lives in. What it imports, every command waits for. */
export function makeCliHost(
  version: string,
  processes: Pick<
    CliHost,
    | 'runProcess'
    | 'runDashboard'
    | 'runMcp'
    | 'restore'
    | 'service'
    | 'openSetup'
    | 'serviceLogs'
    | 'serviceRecords'
  >,
): CliHost {
  const stop = new AbortController();
  let stderr: Sink | null = null;
  process.once('SIGINT', () => stop.abort());
  process.once('SIGTERM', () => stop.abort());
  return {
    get program() {
      return launcherOf(process.argv[1]);
    },
    version,
    env: process.env,
    absolute: (path) => resolve(isAbsolute(path) ? '/' : currentFolder(), path),
    stdout: sinkOf(process.stdout),
    stdoutIsTty: process.stdout.isTTY === true,
    // Streams are opened when they are asked for: most commands need but one.
    get stderr() {
      stderr ??= sinkOf(process.stderr);
      return stderr;
    },
    get stderrIsTty() {
      return process.stderr.isTTY === true;
    },
    get stdinIsTty() {
      return process.stdin.isTTY === true;
    },
    get questions() {
      return this.stdinIsTty && this.stderrIsTty
        ? async () => (await import('../doors/cli/prompts.ts')).prompts
        : null;
    },
    // A terminal that does not know its width says 0.
    columns: process.stdout.columns || undefined,
    signal: stop.signal,
    context: async (place) => (await import('./context.ts')).openContext(place),
    useProfile: forPeople('profile use', async (place, name) =>
      (await errands()).useProfile(place, name),
    ),
    crontab: {
      read: async () => (await crontab()).readCrontab(),
      write: async (text) => (await crontab()).writeCrontab(text),
    },
    outside: async (place) => (await errands()).outside(place),
    mend: async (place, what) => (await import('./mending.ts')).mend(place, what),
    readFile: async (path) => (await errands()).readText(path),
    readStdin: async () => (await errands()).readStdin(),
    stdinLines: () => stdinLines(stop.signal),
    isExecutable: async (path) => (await errands()).isExecutable(path),
    editText: async (text, use) => (await errands()).editText(text, use),
    ...processes,
    restore: forPeople('restore', processes.restore),
    service: (request, tell) =>
      request.verb === 'status'
        ? processes.service(request, tell)
        : forPeople(`service ${request.verb}`, processes.service)(request, tell),
    openSetup: forPeople('setup', processes.openSetup),
  };
}

/** What a unit can execute: the launcher beside the bundle, because the bundle is no program by itself. */
function launcherOf(script: string | undefined): string {
  if (script === undefined) return 'cronkeeper';
  const launcher = join(dirname(script), '..', 'bin', 'cronkeeper');
  return existsSync(launcher) ? launcher : script;
}

/** What is no operation, and changes who may what all the same: no command of a run may do it. */
const forPeople =
  <Args extends readonly unknown[], T>(what: string, act: (...args: Args) => Promise<T>) =>
  async (...args: Args): Promise<T> => {
    const { makerHere } = await import('./context.ts');
    const { run } = makerHere();
    if (run === null) return act(...args);
    throw new Refusal(
      'authority_exceeded',
      `Only a person may ask for ${what}; this was asked inside the run ${run}.`,
      { remedy: advice('Ask the person who owns this home to do it.') },
    );
  };
