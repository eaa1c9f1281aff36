import { resolve } from 'node:path';
import type { Account } from '../adapters/services/accounts.ts';
import { makeHomeDoor } from '../adapters/services/home-door.ts';
import { advice, Refusal } from '../core/refusal.ts';
import { managersOn } from '../core/service-choice.ts';
import { planService, type ServicePlan } from '../core/service-plan.ts';
import type { ServiceRole } from '../core/service-record.ts';
import type { HomeDoor } from '../ports/services.ts';
import { caller, pathOf } from './accounts.ts';
import { homePath } from './config.ts';
import { lastingNode } from './node.ts';

/** The words that start our own command line. */
const program = (): readonly [string, string] => [
  lastingNode(),
  resolve(process.argv[1] ?? 'cronkeeper'),
];

/** A home, and as whom it is asked. */
export type Place = {
  readonly home: string;
  readonly profile: string | null;
  readonly account: Account;
};

export const doorOf = ({ account, home, profile }: Place): HomeDoor =>
  makeHomeDoor(account, program(), { home, profile });

/** Without a name it is the home that every other command of the user means; the environment here tells only of who typed this. */
export function placeOf(
  { home, profile }: Pick<Place, 'profile'> & { readonly home: string | null },
  account: Account,
): Place {
  // Some sudo keep the HOME of whoever typed it.
  const isOwn = account.uid === caller().uid && caller().sudoUser === null;
  if (home !== null || isOwn)
    return { account, profile, home: homePath(home ?? undefined, process.env) };
  return { account, profile, home: usualHome(account) };
}

export const usualHome = ({ folder }: Account): string => `${folder}/.cronkeeper`;

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

export const withoutManagers = (): Refusal =>
  new Refusal(
    'service_manager_absent',
    'This platform has no service manager that is known here.',
    {
      remedy: advice('Keep it running yourself: cronkeeper runner'),
    },
  );
