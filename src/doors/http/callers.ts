import type { IncomingMessage } from 'node:http';
import {
  type Credential,
  isCredentialText,
  isCurrent,
  judgeAccess,
  type Wanted,
} from '../../core/access.ts';
import type { Instant } from '../../core/instant.ts';
import { command, Refusal } from '../../core/refusal.ts';
import type { OperationContext } from '../../operations/operation.ts';
import { StoreUnavailable } from '../../ports/store.ts';

type Access = Pick<OperationContext, 'store' | 'clock' | 'secrets'>;

/** How much older the time of the last use may be than the last use: it is no reason for a write at each request. */
const usedEveryMs = 60_000;

/** Another port of the same address is another door but the same cookies, so the name tells which. */
export const cookieName = (profile: string, port: number): string => `ck_${profile}_${port}`;

/** Who asks: by a token in the header for programs, by the cookie of a session for a browser. Null when nobody who counts. */
export async function callerOf(
  { store, clock, secrets }: Access,
  headers: IncomingMessage['headers'],
  cookie: string,
): Promise<Credential | null> {
  const { authorization } = headers;
  // A header that is wrong is not mended by a cookie: whoever sent it meant it.
  const kind = authorization === undefined ? 'session' : 'token';
  const text =
    authorization === undefined
      ? cookieOf(headers.cookie ?? '', cookie)
      : (/^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? null);
  if (text === null || !isCredentialText(text)) return null;
  const found = await store.access.find(secrets.digest(text));
  const now = clock.now().wall;
  if (found === null || found.kind !== kind || !isCurrent(found, now)) return null;
  if (now - (found.usedAt ?? 0) >= usedEveryMs) await markUsed(store, found.id, now);
  return found;
}

/** While nothing can be written, what can be read is still answered; a session only seems to be in disuse meanwhile. */
async function markUsed({ access }: Access['store'], id: string, now: Instant): Promise<void> {
  try {
    await access.markUsed(id, now);
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
  }
}

function cookieOf(header: string, name: string): string | null {
  for (const part of header.split(';')) {
    const cut = part.indexOf('=');
    if (cut > 0 && part.slice(0, cut).trim() === name) return part.slice(cut + 1).trim();
  }
  return null;
}

/** @throws Refusal `scope_missing` that says which right would do */
export function refuseBeyond(credential: Credential, wanted: Wanted): void {
  const judgement = judgeAccess(credential, wanted);
  if (judgement === 'granted') return;
  const { scope, where } = wanted;
  const place = where === 'home' ? 'all profiles' : `profile "${where.profile}"`;
  const had =
    judgement === 'scope'
      ? `may "${credential.scope}" only`
      : `is for ${(credential.profiles ?? []).map((name) => `"${name}"`).join(', ')} only`;
  throw new Refusal(
    'scope_missing',
    `This needs the scope "${scope}" for ${place}; "${credential.name}" ${had}.`,
    { details: { scope, profile: where === 'home' ? null : where.profile } },
  );
}

export const notSignedIn = (): Refusal =>
  new Refusal(
    'not_signed_in',
    'Nobody is let in without a link or a token. Whoever can read the home on that machine gets a fresh link there by: cronkeeper dashboard link',
    { remedy: command('cronkeeper dashboard link') },
  );
