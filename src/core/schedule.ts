import type { Instant } from './instant.ts';

/**
 * When a job fires.
 * - `at`: once, at that instant.
 * - `every`: at `anchor + n * everyMs` for every integer n; does not drift with run time and ignores zones.
 * - `cron`: five fields, or six with seconds first, in a zone; canonical text (upper-case names are numbers).
 */
export type Schedule =
  | { readonly kind: 'at'; readonly at: Instant }
  | { readonly kind: 'every'; readonly everyMs: number; readonly anchor: Instant }
  | { readonly kind: 'cron'; readonly expression: string; readonly zone: string };

/** What an answer shows about a schedule, so that nobody has to guess how it was understood. */
export type Understood = {
  readonly kind: Schedule['kind'];
  /** Text that is understood as the same schedule when typed again. */
  readonly canonical: string;
  /** In plain English: "at 09:00, Monday through Friday". */
  readonly words: string;
  /** IANA name; the zone in which times are shown for `at` and `every`. */
  readonly zone: string;
  /** At most five, ascending. */
  readonly next: readonly NextFire[];
};

/** `local` is ISO 8601 with offset in the schedule's zone; `dst` says in words how a clock change moved or doubled it, else null. */
export type NextFire = {
  readonly at: Instant;
  readonly local: string;
  readonly dst: string | null;
};
