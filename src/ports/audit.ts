import type { Instant } from '../core/instant.ts';

/** One line of the append-only audit log. `subject` is an id; `detail` is JSON. */
export type AuditEntry = {
  readonly profile: string;
  readonly at: Instant;
  readonly actor: string;
  readonly kind: string;
  readonly subject: string;
  readonly detail: Readonly<Record<string, unknown>>;
};

export type RecordedAuditEntry = AuditEntry & { readonly sequence: number };

export type AuditStore = {
  append(entry: AuditEntry): Promise<void>;
  /** Newest first; `kinds` are prefixes such as `owner.`. */
  list(
    profile: string,
    filter: {
      readonly kinds?: readonly string[];
      readonly limit: number;
      readonly before?: number;
    },
  ): Promise<readonly RecordedAuditEntry[]>;
};
