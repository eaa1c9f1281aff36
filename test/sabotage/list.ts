import { addresses } from './addresses.ts';
import { agents } from './agents.ts';
import { authority } from './authority.ts';
import { chats } from './chat.ts';
import { crashes } from './crashes.ts';
import { dashboards } from './dashboard.ts';
import { delivery } from './delivery.ts';
import { early } from './early.ts';
import { evening } from './evening.ts';
import { faultScenes } from './fault-scenes.ts';
import { faults } from './faults.ts';
import { http } from './http.ts';
import { httpJobs } from './http-jobs.ts';
import { mcp } from './mcp.ts';
import { ownership } from './ownership.ts';
import { page } from './page.ts';
import { pages } from './pages.ts';
import { peers } from './peers.ts';
import { processes } from './process.ts';
import { readyShells } from './ready.ts';
import type { Sabotage } from './sabotage.ts';
import { secrets } from './secrets.ts';
import { seen } from './seen.ts';
import { services } from './services.ts';
import { torture } from './torture.ts';
import { typed } from './typed.ts';
import { work } from './work.ts';

export const sabotages: readonly Sabotage[] = [
  ...ownership,
  ...peers,
  ...faults,
  ...faultScenes,
  ...crashes,
  ...seen,
  ...services,
  ...torture,
  ...typed,
  ...processes,
  ...early,
  ...readyShells,
  ...evening,
  ...delivery,
  ...addresses,
  ...agents,
  ...authority,
  ...http,
  ...mcp,
  ...httpJobs,
  ...dashboards,
  ...page,
  ...pages,
  ...secrets,
  ...chats,
  ...work,
];

const always = new Set<Sabotage>([...ownership, ...early, ...torture, ...delivery]);
const sampled = sabotages.filter((one) => one.by.usesProgram === true || !always.has(one));

/**
 * Of those that need a program built without the protection, or guard something else than who runs what and how often, every eighth is
 * committed in each run of the tests; all of them by hand.
 */
export const isByHand = (sabotage: Sabotage): boolean => sampled.indexOf(sabotage) % 8 > 0;

/** @throws when there is none of this name */
export function sabotageNamed(name: string): Sabotage {
  const found = sabotages.find((one) => one.name === name);
  if (found === undefined) throw new Error(`There is no sabotage "${name}".`);
  return found;
}
