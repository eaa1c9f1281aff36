import type { Credential } from '../core/access.ts';
import type { Instant } from '../core/instant.ts';
import type { AuditEntry } from './audit.ts';

/** Makes secrets and their digests. A digest can be kept; the secret is shown once and never kept. */
export type Secrets = {
  /** 256 bits of chance as 43 letters. */
  make(): string;
  /** SHA-256 in hexadecimal. Without salt: what is digested is itself chance. */
  digest(text: string): string;
};

/** Links, sessions and tokens. Every method is atomic; the digest is all that is known of a secret. */
export type AccessStore = {
  /** `taken`: another token that counts has this name, compared without regard to case. What expired is removed in passing. */
  add(credential: Credential, digest: string, entry: AuditEntry): Promise<'added' | 'taken'>;
  /** Whether it still counts is for the caller to judge. */
  find(digest: string): Promise<Credential | null>;
  /** Takes the link away and makes the session in its place; false when there is no such link that counts at `now`. */
  spend(
    linkDigest: string,
    now: Instant,
    session: { readonly credential: Credential; readonly digest: string },
    entry: AuditEntry,
  ): Promise<boolean>;
  markUsed(id: string, at: Instant): Promise<void>;
  /** Sessions and tokens, oldest first, at most `limit`. */
  list(limit: number): Promise<readonly Credential[]>;
  /** Those of these ids that still exist. */
  existing(ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** The one that was taken away, null when there was none. */
  revoke(id: string, entry: AuditEntry): Promise<Credential | null>;
};
