import type { Instant } from './instant.ts';
import type { Maker } from './maker.ts';

/** What may be done, each including those before it. */
export const scopes = ['read', 'operate', 'edit', 'admin'] as const;

export type Scope = (typeof scopes)[number];

/**
 * How somebody came to be let in by a door: a `link` is spent once and becomes a `session` of a browser; a `token` is for programs.
 */
export const credentialKinds = ['link', 'session', 'token'] as const;

export type CredentialKind = (typeof credentialKinds)[number];

/** A right to ask. Its secret is known to whoever was given it; the store knows a digest of it. */
export type Credential = {
  readonly id: string;
  readonly kind: CredentialKind;
  /** Unique among the tokens; what the audit log calls its user. */
  readonly name: string;
  readonly scope: Scope;
  /** Null: every profile of the home, and the home itself. */
  readonly profiles: readonly string[] | null;
  readonly createdAt: Instant;
  readonly createdBy: string;
  /** Null: until it is revoked. */
  readonly expiresAt: Instant | null;
  /** When it was last seen, a minute older at most; null when never. */
  readonly usedAt: Instant | null;
};

/** Printed for the person who sits at the machine: time enough to open a browser, none to be found in a log later. */
export const linkValidMs = 10 * 60_000;
/** A browser that was not seen for so long has to come with a new link; longer than a weekend with a closed laptop. */
export const sessionIdleMs = 7 * 24 * 3_600_000;
export const sessionValidMs = 30 * 24 * 3_600_000;

export const includesScope = (had: Scope, wanted: Scope): boolean =>
  scopes.indexOf(had) >= scopes.indexOf(wanted);

/** Whether the credential counts now. A session also ends when nobody used it for long. */
export function isCurrent(credential: Credential, now: Instant): boolean {
  const { kind, expiresAt, usedAt, createdAt } = credential;
  if (expiresAt !== null && now >= expiresAt) return false;
  return kind !== 'session' || now - (usedAt ?? createdAt) < sessionIdleMs;
}

/** What is asked for, in words of access: which scope, and where. `home` is everything that belongs to no profile. */
export type Wanted = {
  readonly scope: Scope;
  readonly where: { readonly profile: string } | 'home';
};

/** `scope` and `profile` name what is missing. */
export function judgeAccess(
  { scope, profiles }: Pick<Credential, 'scope' | 'profiles'>,
  wanted: Wanted,
): 'granted' | 'scope' | 'profile' {
  if (!includesScope(scope, wanted.scope)) return 'scope';
  if (profiles === null) return 'granted';
  if (wanted.where === 'home') return 'profile';
  return profiles.includes(wanted.where.profile) ? 'granted' : 'profile';
}

/** The text that is handed to a person or a program. The prefix lets scanners of leaked secrets find it. */
export const credentialText = (id: string, secret: string): string => `ck_${id}_${secret}`;

/** Whether a text has the form of one; everything else is not worth a look into the store. */
export const isCredentialText = (text: string): boolean =>
  /^ck_[0-7][0-9A-HJKMNP-TV-Z]{25}_[A-Za-z0-9_-]{43}$/.test(text);

/**
 * Whom what is done with it is put down to: a browser was let in by the person at the machine, a token with every right stands for the
 * person who made it, any other is a program's.
 */
export const makerOf = (credential: Pick<Credential, 'kind' | 'name' | 'scope'>): Maker => ({
  kind: credential.kind !== 'token' || credential.scope === 'admin' ? 'person' : 'agent',
  name: actorOf(credential),
  run: null,
});

/** How the audit log calls who came in with it. */
export const actorOf = ({ kind, name }: Pick<Credential, 'kind' | 'name'>): string =>
  kind === 'token' ? `http:${name}` : 'http:link';
