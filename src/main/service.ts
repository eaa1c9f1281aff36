import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import manifest from '../../package.json' with { type: 'json' };
import { makeClock } from '../adapters/host/clock.ts';
import { managedService } from '../core/managed-service.ts';
import { advice, Refusal } from '../core/refusal.ts';
import { chooseScope, chooseUser, managersOn } from '../core/service-choice.ts';
import { refuseUnfit } from '../core/service-fitness.ts';
import type { CliHost } from '../doors/cli/host.ts';
import type { LogsRequest, ServiceOutcome, ServiceRequest } from '../doors/cli/service.ts';
import { isProfileName } from '../operations/profile-check.ts';
import { controlService, lookAtService } from '../operations/service-control.ts';
import { installService, wishWords } from '../operations/service-install.ts';
import { uninstallService } from '../operations/service-uninstall.ts';
import { readHome, refuseHindered } from '../operations/service-world.ts';
import type { ServiceManager } from '../ports/services.ts';
import { accountOf, caller } from './accounts.ts';
import { managerOf } from './managers.ts';
import { findService, type Rest, type Wanted } from './service-find.ts';
import { doorOf, placeOf, planFor, withoutManagers } from './service-place.ts';

/** Carries out one verb about a service. */
export async function runService(
  host: CliHost,
  request: ServiceRequest,
  tell: (line: string) => Promise<void>,
): Promise<ServiceOutcome> {
  refuseUnknown(request);
  const hangup = new AbortController();
  const end = (): void => hangup.abort();
  // A connection that breaks in the middle must not leave half of it.
  process.once('SIGHUP', end);
  try {
    const signal = AbortSignal.any([host.signal, hangup.signal]);
    const common = { clock: makeClock(), version: manifest.version, launcher: host.program };
    const rest = { ...common, signal, tell };
    if (request.verb === 'install') return await install(request, rest);
    return await change(request, rest);
  } finally {
    process.off('SIGHUP', end);
  }
}

/** The name of a profile becomes part of the names of files: what cannot be one goes no further. */
function refuseUnknown({ profile }: Pick<Wanted, 'profile'>): void {
  if (profile === null || isProfileName(profile)) return;
  throw new Refusal('name_invalid', 'That cannot be the name of a profile.', {
    kind: 'usage',
    remedy: advice('A name has at most 64 letters, digits, ".", "_" or "-".'),
  });
}

async function install(request: ServiceRequest, rest: Rest): Promise<ServiceOutcome> {
  const who = caller();
  const scope = chooseScope(request, who);
  const account = await accountOf(chooseUser(request, who));
  const place = placeOf(request, account);
  if (request.isDryRun) {
    const profile = request.profile ?? 'default';
    const plan = await planFor({ ...request, scope }, place, profile);
    refuseUnfit(plan);
    return { kind: 'planned', plan, files: managedService(plan).files };
  }
  const name = managersOn(process.platform)[scope];
  const manager = requireManager(managerOf(name));
  const home = doorOf(place);
  const hindrance = await manager.hindrance();
  // Who cannot install here is told so, whatever the home may say.
  const facts = await readHome(home).catch((error: unknown) => {
    if (hindrance !== null) return null;
    throw error;
  });
  const profile = facts?.status.profile ?? request.profile ?? 'default';
  const plan = await planFor({ ...request, scope }, place, profile);
  const world = { ...rest, plan, manager, home };
  if (facts === null) {
    await refuseHindered(world, 'install', wishWords(request));
    throw withoutManagers();
  }
  const { appoints, reason } = request;
  const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
  const programChangedAt = changedAt(plan.program);
  const wish = { appoints, reason, hash, programChangedAt };
  const installed = await installService(world, facts, wish);
  return { kind: 'installed', plan, ...installed };
}

/** Of the files among these words the newest change; a package that is unpacked over another one has new files. */
function changedAt(program: readonly string[]): number | null {
  const files = program
    .filter((word) => word.startsWith('/'))
    .map((path) => statSync(path, { throwIfNoEntry: false }))
    .filter((about) => about?.isFile());
  const newest = Math.max(...files.map((about) => about?.ctimeMs ?? 0));
  return Number.isFinite(newest) ? Math.floor(newest) : null;
}

async function change(request: ServiceRequest, rest: Rest): Promise<ServiceOutcome> {
  const { world, facts } = await findService(request, rest, request.verb === 'uninstall');
  const { plan } = world;
  const { verb } = request;
  if (verb === 'uninstall')
    return { kind: 'uninstalled', plan, ...(await uninstallService(world, facts)) };
  if (verb === 'start' || verb === 'stop' || verb === 'restart')
    return { kind: 'controlled', plan, ...(await controlService(world, verb)) };
  return { kind: 'controlled', plan, ...(await lookAtService(world)) };
}

function requireManager(manager: ServiceManager | null): ServiceManager {
  if (manager === null) throw withoutManagers();
  return manager;
}

/** The lines that the service of a role wrote. */
export async function* readServiceLogs(host: CliHost, request: LogsRequest): AsyncIterable<string> {
  refuseUnknown(request);
  const tell = async (): Promise<void> => {};
  const { signal } = host;
  const common = { clock: makeClock(), version: manifest.version, launcher: host.program };
  const { world } = await findService(request, { ...common, signal, tell }, true);
  const { lines, follows } = request;
  yield* world.manager.logs(world.plan, { lines, follows, signal });
}
