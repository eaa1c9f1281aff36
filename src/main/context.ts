import { makeTargetCheck } from '../adapters/channels/target-check.ts';
import { makeDocuments } from '../adapters/documents/documents.ts';
import { makeHermesWatch } from '../adapters/hermes/hermes.ts';
import { makeMachine } from '../adapters/host/machine.ts';
import { runAround } from '../adapters/host/run-around.ts';
import { makeRunEnvironments } from '../adapters/host/run-environments.ts';
import { secrets } from '../adapters/host/secrets.ts';
import { daemonZone } from '../adapters/host/zone.ts';
import { makeOutlookProbe } from '../adapters/outlook/probe.ts';
import { makeProvenanceReader } from '../adapters/provenance/probe.ts';
import { makeRecords } from '../adapters/services/records.ts';
import type { Maker } from '../core/maker.ts';
import { loadCronWords, loadInstantReader } from '../core/natural-language.ts';
import { zoneNameOf } from '../core/time-zone.ts';
import type { CliHost, OpenContext, Place } from '../doors/cli/host.ts';
import type { OperationContext } from '../operations/operation.ts';
import type { ModelAssistants } from '../ports/assistant.ts';
import type { SecretKeeper } from '../ports/secrets.ts';
import type { Settings } from '../ports/settings.ts';
import { type Base, openBase } from './base.ts';
import { currentFolder } from './folder.ts';
import { serviceReportsOf } from './managers.ts';
import { makeOutputReader } from './output.ts';
import { currentUser } from './user.ts';

/** `-p`, then CRONKEEPER_PROFILE, then `profile use`, then `default`. */
export function profileOf(base: Base, named: string | null, env: CliHost['env']): string {
  if (named !== null) return named;
  const fromEnvironment = env['CRONKEEPER_PROFILE'];
  return fromEnvironment === undefined || fromEnvironment === ''
    ? base.config.profile
    : fromEnvironment;
}

/** Opens the home and all that an operation may use of it. */
export async function openContext(place: Place): Promise<OpenContext> {
  const base = await openBase(place.home ?? undefined);
  const profile = profileOf(base, place.profile, process.env);
  await base.store.profiles.ensure('default', base.clock.now().wall, 'cli');
  return { context: contextOf(base, profile), close: () => base.close() };
}

/** Who types: a person, unless it is a command of a run, whatever that says of itself. */
export function makerHere(): Maker {
  const run = runAround(process.env, process.pid);
  return { kind: run === null ? 'person' : 'agent', name: `cli:${currentUser().name}`, run };
}

/** What operations may use, asked for by the person at the command line. */
export function contextOf(base: Base, profile: string): OperationContext {
  return {
    profile,
    get actor() {
      return `cli:${currentUser().name}`;
    },
    // Asked only by those who need it: it means to look into the ancestors of this process.
    get maker() {
      return makerHere();
    },
    zone: base.config.zone,
    cwd: currentFolder,
    get userFolder() {
      return currentUser().folder;
    },
    get cronZone() {
      return zoneNameOf(daemonZone(process.env) ?? '');
    },
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
    documents: makeDocuments(),
    language: { instantReader: loadInstantReader, cronWords: loadCronWords },
    settings: settingsOf(base),
    machine: makeMachine(base.home.path),
    foreign: makeHermesWatch({ clock: base.clock, environment: process.env }),
    services: serviceReportsOf(base.home.path),
    targets: makeTargetCheck(base.config.allowed),
    outlook: makeOutlookProbe(base.clock),
    environments: makeRunEnvironments({ home: base.home.path, own: process.env }),
    secrets,
    secretKeeper: secretsOf(base),
    assistants: assistantsOf(base),
  };
}

/** What few verbs use is loaded by those that do, so that the others need not wait for it. */
function settingsOf({ config: { path } }: Base): Settings {
  const settings = async () => (await import('./settings.ts')).makeSettings(path);
  return {
    path,
    list: async () => (await settings()).list(),
    find: async (name) => (await settings()).find(name),
    set: async (name, text) => (await settings()).set(name, text),
  };
}

function secretsOf(base: Base): SecretKeeper {
  const keeper = async () => (await import('./secrets.ts')).secretKeeperOf(base);
  return {
    list: async () => (await keeper()).list(),
    sourceOf: async (name) => (await keeper()).sourceOf(name),
    resolve: async (names) => (await keeper()).resolve(names),
    set: async (name, value) => (await keeper()).set(name, value),
  };
}

const assistantsOf = (base: Base): ModelAssistants => ({
  open: async (tell) => (await import('./assistants.ts')).assistantsOf(base).open(tell),
});
