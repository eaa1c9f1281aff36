import {
  type Credential,
  credentialText,
  isCurrent,
  linkValidMs,
  type Scope,
} from '../core/access.ts';
import { dayMs, type Instant, minuteMs, toIso } from '../core/instant.ts';
import { Refusal } from '../core/refusal.ts';
import type { CredentialAnswer } from './access-answers.ts';
import {
  accessAddOutput,
  accessLinkOutput,
  accessListOutput,
  accessRevokeOutput,
} from './access-answers.ts';
import { commandIn } from './commands.ts';
import { accessAddInput, accessLinkInput, accessRevokeInput, nothingInput } from './inputs.ts';
import { type OperationContext, operation } from './operation.ts';
import { isoOrNull } from './present.ts';
import { profileOperation } from './profile-check.ts';
import { readDuration } from './values.ts';

/** Who may come in through doors that are not the command line: links for browsers, tokens for programs. */

const longestTokenMs = 3_650 * dayMs;
const mostShown = 1_000;

type Made = { readonly credential: Credential; readonly text: string };

async function make(
  context: OperationContext,
  wish: Pick<Credential, 'kind' | 'name' | 'scope' | 'profiles'> & {
    readonly validMs: number | null;
  },
  auditKind: string,
): Promise<Made> {
  const { store, clock, ids, secrets, actor, profile } = context;
  const now = clock.now().wall;
  const id = ids.next();
  const text = credentialText(id, secrets.make());
  const { kind, name, scope, profiles, validMs } = wish;
  const expiresAt = validMs === null ? null : now + validMs;
  const credential: Credential = {
    id,
    kind,
    name,
    scope,
    profiles,
    createdAt: now,
    createdBy: actor,
    expiresAt,
    usedAt: null,
  };
  const added = await store.access.add(credential, secrets.digest(text), {
    profile,
    at: now,
    actor,
    kind: auditKind,
    subject: id,
    detail: { name, scope, profiles, expiresAt: isoOrNull(expiresAt) },
  });
  if (added === 'added') return { credential, text };
  throw new Refusal('name_taken', `There is a token "${name}" already.`, {
    remedy: commandIn(profile, `dashboard token revoke ${quotedName(name)}`),
  });
}

const quotedName = (name: string): string => (/^[\w.-]+$/.test(name) ? name : `"${name}"`);

/** A link lets one browser in, once. Whoever may read the home may have one. */
export const accessLink = operation({
  name: 'access.link',
  summary: 'Make a link that lets one browser in',
  input: accessLinkInput,
  output: accessLinkOutput,
  scope: 'admin',
  async handle(context, input) {
    const addresses = input.url === undefined ? await dashboardsOf(context) : [input.url];
    if (addresses.length === 0) {
      throw new Refusal(
        'not_running',
        'No dashboard of this home is running, so no link leads to one.',
        {
          remedy: commandIn(context.profile, 'dashboard'),
        },
      );
    }
    const wish = { name: 'link', scope: input.scope, profiles: null, validMs: linkValidMs };
    const { credential, text } = await make(context, { ...wish, kind: 'link' }, 'access.link_made');
    return {
      links: addresses.map((address) => `${address}/#link=${text}`),
      addresses,
      scope: credential.scope,
      expiresAt: toIso(credential.createdAt + linkValidMs),
    };
  },
});

/** Where living dashboards of the home are reached, in the order in which they were started; that of the asked profile first. */
async function dashboardsOf({ store, processes, profile }: OperationContext): Promise<string[]> {
  const names = (await store.profiles.list()).map(({ name }) => name);
  const rows = (await Promise.all(names.map((name) => store.instances.list(name)))).flat();
  const living = rows.filter((row) => row.url !== null && processes.life(row.process) === 'alive');
  living.sort((one, other) => one.startedAt - other.startedAt);
  const own = living.filter((row) => row.profile === profile);
  const others = living.filter((row) => row.profile !== profile);
  return [...new Set([...own, ...others].flatMap(({ url }) => url ?? []))];
}

/** The answer is the only place where the token is ever shown. */
export const accessAdd = profileOperation({
  name: 'access.add',
  summary: 'Make a token for a program',
  input: accessAddInput,
  output: accessAddOutput,
  scope: 'admin',
  async handle(context, input) {
    const bounds = { field: 'expires', leastMs: minuteMs, mostMs: longestTokenMs };
    const validMs = input.expires === undefined ? null : readDuration(input.expires, bounds);
    const name = input.name.trim();
    if (!/^[A-Za-z0-9][A-Za-z0-9._ -]{0,63}$/.test(name)) {
      throw new Refusal(
        'name_invalid',
        'A token is named by letters, digits, ".", "_", "-" and spaces, at most 64, a letter or digit first: the audit log calls its user so.',
        { kind: 'usage', details: { field: 'name' } },
      );
    }
    const scope: Scope = input.scope;
    const profiles = input.allProfiles ? null : [context.profile];
    const { credential, text } = await make(
      context,
      { kind: 'token', name, scope, profiles, validMs },
      'access.token_added',
    );
    return { ...credentialAnswer(credential, credential.createdAt), token: text };
  },
});

export const accessList = operation({
  name: 'access.list',
  summary: 'List who may come in: tokens and browsers',
  input: nothingInput,
  output: accessListOutput,
  scope: 'admin',
  async handle({ store, clock }) {
    const now = clock.now().wall;
    const found = await store.access.list(mostShown);
    return {
      credentials: found
        .filter((credential) => isCurrent(credential, now))
        .map((credential) => credentialAnswer(credential, now)),
    };
  },
});

/** Counts at once for every new request; streams that are open end within some seconds. */
export const accessRevoke = operation({
  name: 'access.revoke',
  summary: 'Let a token or a browser in no longer',
  input: accessRevokeInput,
  output: accessRevokeOutput,
  scope: 'admin',
  async handle({ store, clock, actor, profile }, input) {
    const now = clock.now().wall;
    const known = await store.access.list(mostShown);
    const wanted = input.id.trim();
    const found =
      known.find(({ id }) => id === wanted.toUpperCase()) ??
      known.find(
        ({ kind, name }) => kind === 'token' && name.toLowerCase() === wanted.toLowerCase(),
      );
    const entry = { profile, at: now, actor, kind: 'access.revoked' };
    const detail = { name: found?.name ?? null, kind: found?.kind ?? null };
    const revoked =
      found === undefined
        ? null
        : await store.access.revoke(found.id, { ...entry, subject: found.id, detail });
    if (revoked === null) {
      throw new Refusal('not_found', `Nobody comes in by "${wanted.slice(0, 80)}".`, {
        remedy: commandIn(profile, 'dashboard token list'),
      });
    }
    return { revoked: credentialAnswer(revoked, now) };
  },
});

function credentialAnswer(credential: Credential, now: Instant): CredentialAnswer {
  const { id, kind, name, scope, profiles, createdAt, createdBy, expiresAt, usedAt } = credential;
  return {
    id,
    kind,
    name,
    scope,
    profiles: profiles === null ? null : [...profiles],
    createdAt: toIso(createdAt),
    createdBy,
    expiresAt: isoOrNull(expiresAt),
    usedAt: isoOrNull(usedAt),
    isCurrent: isCurrent(credential, now),
  };
}
