import { existsSync } from 'node:fs';
import { managedService } from '../core/managed-service.ts';
import { advice, Refusal } from '../core/refusal.ts';
import { managersOn, placesOf } from '../core/service-choice.ts';
import type { ServiceMarks } from '../core/service-marks.ts';
import { mayOwn, type ServiceRecord } from '../core/service-record.ts';
import type { ServiceRequest } from '../doors/cli/service.ts';
import { type Candidate, locateService } from '../operations/service-locate.ts';
import { isBrokenHome } from '../operations/service-uninstall.ts';
import {
  findOwn,
  type HomeFacts,
  notInstalled,
  readHome,
  type ServiceWorld,
} from '../operations/service-world.ts';
import type { HomeDoor } from '../ports/services.ts';
import { accountOf, caller } from './accounts.ts';
import { managerOf } from './managers.ts';
import { doorOf, type Place, placeOf, planFor, withoutManagers } from './service-place.ts';

export type Wanted = Pick<ServiceRequest, 'role' | 'scope' | 'runAs' | 'profile' | 'home'>;

/** What the verbs need beside the service. */
export type Rest = Omit<ServiceWorld, 'plan' | 'manager' | 'home'>;

/** The service that is meant, wherever it was installed. */
export async function findService(
  request: Wanted,
  rest: Rest,
  mayBeBroken: boolean,
): Promise<{ readonly world: ServiceWorld; readonly facts: HomeFacts | null }> {
  const who = caller();
  const marks = who.uid === 0 ? await marksOf(request) : null;
  const wish = { ...request, scope: request.scope ?? 'system' } as const;
  const places = placesOf(wish, who, marks);
  for (const { user, home } of places.slice(0, -1)) {
    const place = placeOf({ ...request, home }, await accountOf(user));
    // To ask a home that is not there would make one.
    const seen = existsSync(place.home) ? await lookIn(place, request, true) : null;
    if (seen !== null && seen.found !== null) return worldOf(seen, seen.found, rest);
  }
  const { user, home } = places.at(-1) ?? { user: who.name, home: null };
  const place = placeOf({ ...request, home: request.home ?? home }, await accountOf(user));
  const seen = await lookIn(place, request, mayBeBroken);
  if (seen.found !== null) return worldOf(seen, seen.found, rest);
  const [first] = seen.candidates;
  if (first === undefined) throw withoutManagers();
  // One of another home is not ours to change, and says whose it is.
  for (const candidate of seen.candidates)
    await findOwn({ ...rest, ...candidate, home: seen.home });
  throw notInstalled(first);
}

type Seen = {
  readonly home: HomeDoor;
  readonly facts: HomeFacts | null;
  readonly candidates: readonly Candidate[];
  readonly found: Candidate | null;
};

const worldOf = ({ home, facts }: Seen, found: Candidate, rest: Rest) => ({
  world: { ...rest, ...found, home },
  facts,
});

/** @throws Refusal as the home refuses, and when it has the service where root does not reach it */
async function lookIn(place: Place, request: Wanted, mayBeBroken: boolean): Promise<Seen> {
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
  if (found === null) refuseUnreached(request, place, records);
  return { home, facts, candidates, found };
}

/** It must not be taken for another user's, nor for none. */
function refuseUnreached(
  { role, scope }: Wanted,
  { account }: Place,
  records: readonly ServiceRecord[],
): void {
  const isOwn = ({ manager }: ServiceRecord): boolean =>
    manager === managersOn(process.platform).user;
  const own = records.find((record) => record.role === role && isOwn(record));
  if (own === undefined || scope === 'system' || account.uid === caller().uid) return;
  throw new Refusal(
    'service_unknown',
    `The ${role} of profile "${own.profile}" is a service of user ${account.name}, whose manager root does not reach.`,
    {
      remedy: advice(
        'Type it as that user, without sudo; add --system for the service of the machine.',
      ),
    },
  );
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
