import type { Claim, Delivery, DeliveryState, Sent } from '../core/delivery.ts';
import type { Incident, IncidentKind, Owed } from '../core/incident.ts';
import type { Instant } from '../core/instant.ts';
import type { AuditEntry } from './audit.ts';

export type DeliveryFilter = {
  readonly runId?: string;
  readonly states?: readonly DeliveryState[];
  readonly target?: string;
  /** Only what nobody has read. */
  readonly isUnread?: boolean;
  /** Owed before this delivery (exclusive), for paging newest first. */
  readonly before?: string | null;
  readonly limit: number;
};

export type Outstanding = {
  /** Tries that have begun and have no answer. */
  readonly sending: readonly Delivery[];
  /** The earliest two for each recipient, 500 at most, the earliest first: one with a thousand of them hides nobody else's. */
  readonly due: readonly Delivery[];
  /** When the earliest is to be tried, due or not; null when none is owed. */
  readonly nextTryAt: Instant | null;
};

/**
 * What is owed to whom. Rows are made by every write that makes a run final, in the same transaction: `jobs.change`, `runs.fire`,
 * `runs.acceptRequests`, `runs.settle`. What goes to the inbox is delivered by being written. Any instance may deliver the rest.
 */
export type OutboxStore = {
  /** What there is to do. Of what is due by `until` a process that may not execute is not told what goes to a program. */
  look(
    profile: string,
    which: { readonly until: Instant; readonly mayExecute: boolean },
  ): Promise<Outstanding>;
  /** Begins a try of a delivery as it was seen: one instance gets it, with its number of tries raised; everybody else gets null. */
  claim(seen: Pick<Delivery, 'id' | 'tries'>, claim: Claim): Promise<Delivery | null>;
  /**
   * What became of a try. Only the try that is named may say it, and one that counts as lost may still say better. A delivery that was
   * not taken and will not be tried again opens an incident of its recipient, one that arrived closes it. Answers false when nothing was written.
   */
  record(delivery: Delivery, sent: Sent): Promise<boolean>;
  /**
   * Fails what is owed since before `owedBefore` to the recipient of this delivery, the earliest 500 looked through, as `giveUp` in `core`
   * says it. Pings always; anything else only where messages are known not to arrive, because an incident of that recipient is open:
   * what nobody was alive to send gets a try. Answers how many.
   */
  giveUp(late: Delivery, owedBefore: Instant, at: Instant): Promise<number>;
  /** Opens an incident with its alerts, unless one of its kind, subject and cause is open. One caller gets true. */
  openIncident(incident: Incident, alerts: readonly Owed[]): Promise<boolean>;
  /** Ends an incident with these alerts. One caller gets true. */
  closeIncident(incident: Incident, at: Instant, alerts: readonly Owed[]): Promise<boolean>;
  /** Incidents that are open. */
  incidents(profile: string, kind: IncidentKind): Promise<readonly Incident[]>;
  /** Jobs that failed and have not succeeded since, by their ids: at most so many, the oldest job first. */
  failing(profile: string, limit: number): Promise<readonly string[]>;
  /** Newest first. */
  list(profile: string, filter: DeliveryFilter): Promise<readonly Delivery[]>;
  get(profile: string, id: string): Promise<Delivery | null>;
  unread(profile: string): Promise<number>;
  /** Marks what lies in the inbox as read: these, or all up to the newest that was seen. Answers how many were unread. */
  markRead(
    profile: string,
    which: { readonly ids: readonly string[] } | { readonly upTo: string },
    at: Instant,
  ): Promise<number>;
  /** Owes a failed or unknown delivery once more, because a person asked for it. Answers false when it is neither. */
  again(profile: string, id: string, at: Instant, entry: AuditEntry): Promise<boolean>;
  /** How many were not delivered since then, and how many that are owed were tried in vain. */
  troubles(
    profile: string,
    since: Instant,
  ): Promise<{ readonly failed: number; readonly unknown: number; readonly waiting: number }>;
};
