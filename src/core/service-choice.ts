import type { Manager } from './provenance.ts';
import { advice, Refusal } from './refusal.ts';
import type { ServiceRole } from './service-record.ts';

/** Who asks for a service, and what they said about it. */
export type ServiceWish = {
  readonly role: ServiceRole;
  /** `--system` or `--user`; null when neither was typed. */
  readonly scope: 'system' | 'user' | null;
  readonly runAs: string | null;
};

export type Caller = {
  readonly uid: number;
  readonly name: string;
  /** SUDO_USER; null without sudo. */
  readonly sudoUser: string | null;
};

/** Where services are for the whole machine, and for one user. */
export type Managers = { readonly system: Manager; readonly user: Manager };

export const managersOn = (platform: string): Managers =>
  platform === 'darwin'
    ? { system: 'launchd-daemon', user: 'launchd-agent' }
    : { system: 'systemd-system', user: 'systemd-user' };

/** Root means the machine, anybody else their own manager, unless they say so. */
export const chooseScope = ({ scope }: ServiceWish, { uid }: Caller): 'system' | 'user' =>
  scope ?? (uid === 0 ? 'system' : 'user');

/**
 * As whom the service runs: who was named, else who used sudo, else who asks. Root only when root is named.
 *
 * @throws Refusal `usage` when nobody is named and root asks, or when a service of a user is to run as somebody else
 */
export function chooseUser(wish: ServiceWish, caller: Caller): string {
  const { runAs } = wish;
  const isOwn = chooseScope(wish, caller) === 'user';
  if (isOwn && caller.uid === 0 && runAs !== 'root')
    throw usage(
      'A service of a user is installed by that user, and this is root.',
      'Type it without sudo, or install it for the machine: --system --run-as USER.',
    );
  if (isOwn && runAs !== null && runAs !== caller.name)
    throw usage(
      `A service of user ${caller.name} cannot run as ${runAs}.`,
      'Install it for the machine: --system --run-as USER, through sudo.',
    );
  if (runAs !== null) return runAs;
  if (caller.uid !== 0) return caller.name;
  if (caller.sudoUser !== null && caller.sudoUser !== 'root') return caller.sudoUser;
  throw usage(
    'Nobody said as whom the service shall run, and root is never assumed.',
    'Name the user whose jobs it runs: --run-as USER.',
  );
}

/** Where a service that was installed is looked for: as this user, in this home; null for the user's usual one. */
export type ServicePlace = { readonly user: string; readonly home: string | null };

/**
 * Where to look for the service that is meant, the likeliest first. Who used sudo and named neither a profile nor a home means their own
 * one, whatever profile it is of: another user's may have the usual name on this machine. Else the marks of what lies there say whose it is.
 *
 * @param marks of the service of the machine under the name that was asked for; null when there is none, or when root does not ask
 * @throws Refusal as `chooseUser`
 */
export function placesOf(
  wish: ServiceWish & { readonly profile: string | null; readonly home: string | null },
  caller: Caller,
  marks: ServicePlace | null,
): readonly ServicePlace[] {
  if (wish.runAs !== null || marks === null) {
    const user = chooseUser(wish, caller);
    return [{ user, home: marks !== null && marks.user === user ? marks.home : null }];
  }
  const { sudoUser } = caller;
  const isOwnMeant = wish.profile === null && wish.home === null;
  return isOwnMeant && sudoUser !== null && sudoUser !== 'root'
    ? [{ user: sudoUser, home: null }, marks]
    : [marks];
}

const usage = (message: string, remedy: string): Refusal =>
  new Refusal('usage', message, { kind: 'usage', remedy: advice(remedy) });
