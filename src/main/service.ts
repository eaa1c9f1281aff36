import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import { makeClock } from '../adapters/host/clock.ts';
import type { Account } from '../adapters/services/accounts.ts';
import { makeHomeDoor } from '../adapters/services/home-door.ts';
import { managedService } from '../core/managed-service.ts';
import { advice, Refusal } from '../core/refusal.ts';
import { chooseScope, chooseUser, managersOn } from '../core/service-choice.ts';
import { refuseUnfit } from '../core/service-fitness.ts';
import type { ServiceMarks } from '../core/service-marks.ts';
import { planService, type ServicePlan } from '../core/service-plan.ts';
import { mayOwn, type ServiceRole } from '../core/service-record.ts';
import type { CliHost } from '../doors/cli/host.ts';
import type { LogsRequest, ServiceOutcome, ServiceRequest } from '../doors/cli/service.ts';
import { isProfileName } from '../operations/profile-check.ts';
import { controlService, lookAtService } from '../operations/service-control.ts';
import { installService, wishWords } from '../operations/service-install.ts';
import { type Candidate, locateService } from '../operations/service-locate.ts';
import { isBrokenHome, uninstallService } from '../operations/service-uninstall.ts';
import {
  findOwn,
  type HomeFacts,
  notInstalled,
  readHome,
  refuseHindered,
  type ServiceWorld,
} from '../operations/service-world.ts';
import type { HomeDoor, ServiceManager } from '../ports/services.ts';
import { accountOf, caller, pathOf } from './accounts.ts';
import { managerOf } from './managers.ts';
import { lastingNode } from './node.ts';

/** The words that start our own command line. */
const program = (): readonly [string, string] => [
  lastingNode(),
  resolve(process.argv[1] ?? 'cronkeeper'),
];

type Place = { readonly home: string; readonly profile: string | null; readonly account: Account };

export const doorOf = ({ account, home, profile }: Place): HomeDoor =>
  makeHomeDoor(account, program(), { home, profile });

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

type Rest = Omit<ServiceWorld, 'plan' | 'manager' | 'home'>;

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
  const { world, facts } = await find(request, rest, request.verb === 'uninstall');
  const { plan } = world;
  const { verb } = request;
  if (verb === 'uninstall')
    return { kind: 'uninstalled', plan, ...(await uninstallService(world, facts)) };
  if (verb === 'start' || verb === 'stop' || verb === 'restart')
    return { kind: 'controlled', plan, ...(await controlService(world, verb)) };
  return { kind: 'controlled', plan, ...(await lookAtService(world)) };
}

type Wanted = Pick<ServiceRequest, 'role' | 'scope' | 'runAs' | 'profile' | 'home'>;

/** The service that is meant, wherever it was installed. */
async function find(
  request: Wanted,
  rest: Rest,
  mayBeBroken: boolean,
): Promise<{ readonly world: ServiceWorld; readonly facts: HomeFacts | null }> {
  const who = caller();
  const marks = who.uid === 0 ? await marksOf(request) : null;
  const wish = { ...request, scope: request.scope ?? 'system' } as const;
  // A service that is there says itself whose it is.
  const name = request.runAs === null && marks !== null ? marks.user : chooseUser(wish, who);
  const account = await accountOf(name);
  const place = placeOf({ ...request, home: request.home ?? marks?.home ?? null }, account);
  const home = doorOf(place);
  const facts: HomeFacts | null = await readHome(home).catch((error: unknown) => {
    if (mayBeBroken && isBrokenHome(error)) return null;
    throw error;
  });
  const profile = facts?.status.profile ?? request.profile ?? 'default';
  const records = facts?.records ?? [];
  const schedules = records.some((record) => record.role === request.role && mayOwn(record));
  const candidates = await candidatesFor({ ...request, schedules }, place, profile);
  const found = await locateService(candidates, records);
  const [first] = candidates;
  if (found !== null) return { world: { ...rest, ...found, home }, facts };
  if (first === undefined) throw withoutManagers();
  // One of another home is not ours to change, and says whose it is.
  for (const candidate of candidates) await findOwn({ ...rest, ...candidate, home });
  throw notInstalled(first);
}

/** To whom the service of the machine belongs, by its own marks. */
async function marksOf(request: Wanted): Promise<ServiceMarks | null> {
  const account = { name: '', uid: 0, gid: 0, folder: '/', shell: '/bin/sh' };
  const place = { account, home: '/', profile: request.profile };
  const candidates = await candidatesFor(
    { ...request, scope: 'system' },
    place,
    request.profile ?? 'default',
  );
  for (const { plan, manager } of candidates) {
    const found = await manager.find(managedService(plan));
    if (found.kind === 'ours' && found.marks.role === request.role) return found.marks;
  }
  return null;
}

async function candidatesFor(
  { role, scope, schedules = false }: Wanted & { readonly schedules?: boolean },
  place: Place,
  profile: string,
): Promise<readonly Candidate[]> {
  const scopes = scope === null ? (['system', 'user'] as const) : [scope];
  const candidates: Candidate[] = [];
  for (const each of scopes) {
    const manager = managerOf(managersOn(process.platform)[each]);
    if (manager === null || (each === 'user' && place.account.uid !== caller().uid)) continue;
    // Only a runner can be a timer.
    for (const isTimer of role === 'runner' ? [false, true] : [false]) {
      const about = { role, isTimer, schedules, scope: each };
      const plan = await planFor(about, place, profile);
      candidates.push({ plan, manager });
    }
  }
  return candidates;
}

export function placeOf(
  { home, profile }: Pick<Wanted, 'home' | 'profile'>,
  account: Account,
): Place {
  return {
    account,
    profile,
    home: home === null ? `${account.folder}/.cronkeeper` : resolve(home),
  };
}

export async function planFor(
  about: {
    readonly role: ServiceRole;
    readonly isTimer: boolean;
    readonly scope: 'system' | 'user';
    /** Of a dashboard. */
    readonly schedules?: boolean;
    readonly port?: number | null;
  },
  { account, home }: Place,
  profile: string,
): Promise<ServicePlan> {
  const [node, bundle] = program();
  return planService({
    manager: managersOn(process.platform)[about.scope],
    role: about.role,
    isTimer: about.isTimer,
    schedules: about.schedules === true,
    port: about.port ?? null,
    profile,
    user: account.name,
    userFolder: account.folder,
    home,
    node,
    bundle,
    path: await pathOf(account),
  });
}

const withoutManagers = (): Refusal =>
  new Refusal(
    'service_manager_absent',
    'This platform has no service manager that is known here.',
    {
      remedy: advice('Keep it running yourself: cronkeeper runner'),
    },
  );

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
  const { world } = await find(request, { ...common, signal, tell }, true);
  const { lines, follows } = request;
  yield* world.manager.logs(world.plan, { lines, follows, signal });
}
