import {
  type Credential,
  credentialText,
  isCredentialText,
  sessionValidMs,
} from '../../core/access.ts';
import { command, Refusal } from '../../core/refusal.ts';
import type { OperationContext } from '../../operations/operation.ts';

/** What a browser is told of who it is. */
export type SessionAnswer = {
  readonly actor: string;
  readonly kind: string;
  readonly scopes: readonly string[];
  readonly profiles: readonly string[];
  readonly profile: string;
  readonly version: string;
  readonly csrf: null;
};

/**
 * Spends a link. It is gone then, whatever becomes of the answer.
 *
 * @returns the text of the cookie
 * @throws Refusal `link_unusable` when it was spent, is too old, or never was
 */
export async function spendLink(context: OperationContext, link: unknown): Promise<string> {
  const { store, clock, ids, secrets, profile } = context;
  const now = clock.now().wall;
  const secret = secrets.make();
  const id = ids.next();
  const text = credentialText(id, secret);
  if (typeof link !== 'string' || !isCredentialText(link)) throw unusable();
  const found = await store.access.find(secrets.digest(link));
  if (found === null) throw unusable();
  const credential: Credential = {
    ...found,
    id,
    kind: 'session',
    createdAt: now,
    expiresAt: now + sessionValidMs,
    usedAt: now,
  };
  const made = { credential, digest: secrets.digest(text) };
  const isSpent = await store.access.spend(secrets.digest(link), now, made, {
    profile,
    at: now,
    actor: 'http:link',
    kind: 'access.signed_in',
    subject: id,
    detail: { link: found.id, linkMadeBy: found.createdBy },
  });
  if (!isSpent) throw unusable();
  return text;
}

const unusable = (): Refusal =>
  new Refusal(
    'link_unusable',
    'This link was used, is older than ten minutes, or never was one. A fresh one: cronkeeper dashboard link',
    { remedy: command('cronkeeper dashboard link') },
  );

/** Forgets the session of a browser that signs out; a token stays. */
export async function signOut(context: OperationContext, caller: Credential): Promise<void> {
  if (caller.kind !== 'session') return;
  await context.store.access.revoke(caller.id, {
    profile: context.profile,
    at: context.clock.now().wall,
    actor: context.actor,
    kind: 'access.signed_out',
    subject: caller.id,
    detail: {},
  });
}

/** Path is the whole door: the page is not below the API. `Strict`: no page of another site ever sends it. */
export function cookieLine(name: string, text: string | null, isSecure: boolean): string {
  const age = text === null ? 0 : Math.floor(sessionValidMs / 1_000);
  const secure = isSecure ? '; Secure' : '';
  return `${name}=${text ?? ''}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${age}${secure}`;
}
