import { spawn } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { makeHermesWatch } from '../adapters/hermes/hermes.ts';
import { makeClock } from '../adapters/host/clock.ts';
import { readCrontab, writeCrontab } from '../adapters/host/crontab.ts';
import { makeMachine } from '../adapters/host/machine.ts';
import { runAround } from '../adapters/host/run-around.ts';
import { makeRunEnvironments } from '../adapters/host/run-environments.ts';
import { secrets } from '../adapters/host/secrets.ts';
import { makeOutlookProbe } from '../adapters/outlook/probe.ts';
import { makeProvenanceReader } from '../adapters/provenance/probe.ts';
import { makeRecords } from '../adapters/services/records.ts';
import type { Maker } from '../core/maker.ts';
import { loadCronWords, loadInstantReader } from '../core/natural-language.ts';
import { advice, command, Refusal } from '../core/refusal.ts';
import type { CliHost, OpenContext, Place } from '../doors/cli/host.ts';
import { sinkOf } from '../doors/cli/sink.ts';
import type { Outside } from '../operations/doctor.ts';
import type { OperationContext } from '../operations/operation.ts';
import { assistantsOf } from './assistants.ts';
import { type Base, openBase } from './base.ts';
import { targetCheckOf } from './channels.ts';
import { homePath, makeSettings } from './config.ts';
import { serviceReportsOf } from './managers.ts';
import { makeOutputReader } from './output.ts';
import { secretKeeperOf } from './secrets.ts';
import { currentUser } from './user.ts';

/** `-p`, then CRONKEEPER_PROFILE, then `profile use`, then `default`. */
export function profileOf(base: Base, named: string | null, env: CliHost['env']): string {
  if (named !== null) return named;
  const fromEnvironment = env['CRONKEEPER_PROFILE'];
  return fromEnvironment === undefined || fromEnvironment === ''
    ? base.config.profile
    : fromEnvironment;
}

const unknownProfile = (name: string, names: readonly string[]): Refusal =>
  new Refusal('profile_unknown', `There is no profile "${name.slice(0, 80)}" in this home.`, {
    remedy: command('cronkeeper profile list'),
    details: { profiles: names },
  });

/** The process that a command line lives in. */
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
  process.once('SIGINT', () => stop.abort());
  process.once('SIGTERM', () => stop.abort());
  return {
    program: launcherOf(process.argv[1]),
    version,
    env: process.env,
    cwd: process.cwd(),
    stdout: sinkOf(process.stdout),
    stderr: sinkOf(process.stderr),
    stdoutIsTty: process.stdout.isTTY === true,
    stderrIsTty: process.stderr.isTTY === true,
    stdinIsTty: process.stdin.isTTY === true,
    questions:
      process.stdin.isTTY === true && process.stderr.isTTY === true
        ? async () => (await import('../doors/cli/prompts.ts')).prompts
        : null,
    // A terminal that does not know its width says 0.
    columns: process.stdout.columns || undefined,
    signal: stop.signal,
    context: openContext,
    useProfile: forPeople('profile use', async (place, name) => {
      const base = await openBase(place.home ?? undefined);
      try {
        const names = (await base.store.profiles.list()).map((profile) => profile.name);
        if (name !== 'default' && !names.includes(name)) throw unknownProfile(name, names);
        await makeSettings(base.config.path).set('profile', name);
      } finally {
        await base.close();
      }
    }),
    crontab: { read: readCrontab, write: writeCrontab },
    outside: outsideOf,
    mend: async (place, what) => (await import('./mending.ts')).mend(place, what),
    readFile: (path) => readFile(path, 'utf8'),
    readStdin: () => text(process.stdin),
    stdinLines: () => createInterface({ input: process.stdin, signal: stop.signal }),
    isExecutable: async (path) => {
      try {
        accessSync(path, constants.X_OK);
        return statSync(path).isFile();
      } catch {
        return false;
      }
    },
    editText,
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

async function openContext(place: Place): Promise<OpenContext> {
  const base = await openBase(place.home ?? undefined);
  const profile = profileOf(base, place.profile, process.env);
  await base.store.profiles.ensure('default', base.clock.now().wall, 'cli');
  return { context: contextOf(base, profile), close: () => base.close() };
}

/** Who types: a person, unless it is a command of a run, whatever that says of itself. */
function makerHere(): Maker {
  const run = runAround(process.env, process.pid);
  return { kind: run === null ? 'person' : 'agent', name: `cli:${currentUser().name}`, run };
}

/** What is no operation, and changes who may what all the same: no command of a run may do it. */
const forPeople =
  <Args extends readonly unknown[], T>(what: string, act: (...args: Args) => Promise<T>) =>
  async (...args: Args): Promise<T> => {
    const { run } = makerHere();
    if (run === null) return act(...args);
    throw new Refusal(
      'authority_exceeded',
      `Only a person may ask for ${what}; this was asked inside the run ${run}.`,
      { remedy: advice('Ask the person who owns this home to do it.') },
    );
  };

/** What operations may use, asked for by the person at the command line. */
export function contextOf(base: Base, profile: string): OperationContext {
  const user = currentUser().name;
  return {
    profile,
    actor: `cli:${user}`,
    maker: makerHere(),
    zone: base.config.zone,
    cwd: process.cwd(),
    home: base.home.path,
    version: base.version,
    store: base.store,
    clock: base.clock,
    ids: base.ids,
    processes: base.processes,
    provenances: makeProvenanceReader({
      clock: base.clock,
      machineId: base.processes.self().machineId,
      records: makeRecords(base.home.path).list,
    }),
    neighbours: base.neighbours,
    output: makeOutputReader(base.home.path),
    documents: base.documents,
    language: { instantReader: loadInstantReader, cronWords: loadCronWords },
    settings: makeSettings(base.config.path),
    machine: makeMachine(base.home.path),
    foreign: makeHermesWatch({ clock: base.clock, environment: process.env }),
    services: serviceReportsOf(base.home.path),
    targets: targetCheckOf(base),
    outlook: makeOutlookProbe(base.clock),
    environments: makeRunEnvironments({ home: base.home.path, own: process.env }),
    secrets,
    secretKeeper: secretKeeperOf(base),
    assistants: assistantsOf(base),
  };
}

/** What is known when the home cannot be opened: nothing of it is read. */
async function outsideOf({ profile, home }: Place): Promise<Outside> {
  const path = homePath(home ?? undefined, process.env);
  const machine = await makeMachine(existsSync(path) ? path : null).facts();
  const named = profile ?? process.env['CRONKEEPER_PROFILE'] ?? '';
  return { profile: named === '' ? 'default' : named, machine, now: makeClock().now().wall };
}

async function editText(before: string): Promise<string | null> {
  const editor = process.env['VISUAL'] ?? process.env['EDITOR'] ?? 'vi';
  const folder = mkdtempSync(join(tmpdir(), 'cronkeeper-edit-'));
  const path = join(folder, 'job.yaml');
  try {
    writeFileSync(path, before, { mode: 0o600 });
    const child = spawn('/bin/sh', ['-c', `${editor} "$1"`, 'edit', path], { stdio: 'inherit' });
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', resolve);
    });
    return code === 0 ? readFileSync(path, 'utf8') : null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
