import { mayRun } from './authority.ts';
import type { Delivery, DeliveryEvent, DeliveryKind } from './delivery.ts';
import type { Instant } from './instant.ts';
import type { Job } from './job.ts';
import type { ReasonCode } from './refusal.ts';
import type { Outcome, Run } from './run.ts';
import { type PingSignal, pingUrl, sentTo } from './target.ts';

export type IncidentKind = 'failed' | 'missed' | 'refused' | 'owner_absent' | 'undelivered';

/**
 * Something that is wrong from `openedAt` on, until it is right again. Told once when it begins, and once when it ends, to the same
 * targets, across restarts. What happens again meanwhile is nothing new.
 */
export type Incident = {
  readonly id: string;
  readonly profile: string;
  readonly kind: IncidentKind;
  /** A job, a recipient of messages, or empty: the profile. */
  readonly subject: string;
  /** Another cause is another incident. */
  readonly cause: string;
  readonly targets: readonly string[];
  readonly openedAt: Instant;
};

/** A delivery that is owed from now on. */
export type Owed = Pick<
  Delivery,
  | 'id'
  | 'profile'
  | 'kind'
  | 'event'
  | 'target'
  | 'runId'
  | 'jobId'
  | 'jobName'
  | 'title'
  | 'text'
  | 'createdAt'
>;

/** A run that became final, as far as it matters to those who are told. */
export type FinalRun = Pick<
  Run,
  'id' | 'profile' | 'jobId' | 'jobName' | 'state' | 'outcome' | 'reason' | 'message' | 'count'
> & {
  readonly exitCode: number | null;
  readonly endedAt: Instant;
  /** Its output says that there is nothing to tell. */
  readonly isSilent: boolean;
};

/** What a job says about who is told. */
export type Tells = {
  readonly deliver: readonly string[];
  readonly onFailure: readonly string[];
  readonly ping: string | null;
};

/**
 * Whom a job tells as it is now. One that may not run sends nothing: its targets were never approved, and a program or a server among
 * them would be reached by a change alone. What its runs end with is told here.
 */
export const tellsOf = (job: Pick<Job, 'authority' | 'definition'>): Tells =>
  mayRun(job) ? job.definition : { deliver: ['inbox'], onFailure: [], ping: null };

/** What the end of a run changes for those who are told. */
export type Telling = {
  readonly deliveries: readonly Owed[];
  /** The incident that it opens, if none of its kind, subject and cause is open. */
  readonly opens: Incident | null;
  readonly closes: readonly Incident[];
};

export const nothingToTell: Telling = { deliveries: [], opens: null, closes: [] };

/** Somebody did this on purpose, or another occurrence served in its place: nobody is alarmed. */
const excused: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  'cancelled_by_request',
  'replaced',
  'coalesced',
  'job_removed',
  'job_paused',
  'job_changed',
  'job_done',
  'superseded',
  'restored',
]);

/** Not the job's fault, so one alert for the whole profile is enough. */
const ofProfile: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  'owner_absent',
  'asleep',
  'clock_step',
]);

export type Verdict = 'good' | 'bad' | 'excused';

/** What the end of a run means to those who are told. */
export function verdictOf({
  state,
  outcome,
  reason,
}: Pick<Run, 'state' | 'outcome' | 'reason'>): Verdict {
  if (state === 'skipped' || (reason !== null && excused.has(reason))) return 'excused';
  return state === 'ended' && outcome === 'succeeded' ? 'good' : 'bad';
}

/**
 * What is owed when a run becomes final. A success owes its result to the targets of the job and ends the incidents of the job; anything
 * else opens an incident and owes an alert, unless the same is known already.
 *
 * @param tells null when the job was removed
 * @param alerts where alerts go when the job names no target of its own
 * @param open incidents of this job and of its profile that are open
 */
export function tellEnd(
  run: FinalRun,
  tells: Tells | null,
  alerts: readonly string[],
  open: readonly Incident[],
): Telling {
  const verdict = verdictOf(run);
  if (verdict === 'excused') return nothingToTell;
  return verdict === 'good' ? tellSuccess(run, tells, open) : tellFailure(run, tells, alerts, open);
}

function tellSuccess(run: FinalRun, tells: Tells | null, open: readonly Incident[]): Telling {
  const results = run.isSilent ? [] : sentTo(tells?.deliver ?? []);
  const broken = open.filter(({ kind }) => kind === 'failed' || kind === 'refused');
  const told = sentTo(broken.flatMap(({ targets }) => targets));
  const title = `${run.jobName} succeeded`;
  return {
    deliveries: [
      ...results.map((target, n) => owed(run, `r${n}`, { kind: 'result', target, title })),
      ...told.map((target, n) =>
        owed(run, `a${n}`, {
          kind: 'alert',
          event: 'recovered',
          target,
          title: `${run.jobName} works again`,
        }),
      ),
      ...pings(run, tells, 'success'),
    ],
    opens: null,
    closes: open,
  };
}

function tellFailure(
  run: FinalRun,
  tells: Tells | null,
  alerts: readonly string[],
  open: readonly Incident[],
): Telling {
  const kind = incidentKindOf(run);
  const cause = run.reason ?? 'failed';
  const own = sentTo(tells?.onFailure ?? []);
  const isNamed = (tells?.onFailure ?? []).length > 0;
  const subject =
    !isNamed && kind === 'missed' && ofProfile.has(run.reason ?? 'lost') ? '' : run.jobId;
  const targets = isNamed ? own : sentTo(alerts);
  const isKnown = open.some(
    (one) => one.kind === kind && one.subject === subject && one.cause === cause,
  );
  const ended = kind === 'missed' ? [] : pings(run, tells, { exitCode: run.exitCode });
  if (isKnown) return { deliveries: ended, opens: null, closes: [] };
  const { id, profile, endedAt } = run;
  return {
    deliveries: [
      ...targets.map((target, n) =>
        owed(run, `a${n}`, { kind: 'alert', event: kind, target, title: failureTitle(run) }),
      ),
      ...ended,
    ],
    opens: { id, profile, kind, subject, cause, targets, openedAt: endedAt },
    closes: [],
  };
}

const incidentKindOf = ({ state }: FinalRun): 'failed' | 'missed' | 'refused' =>
  state === 'missed' || state === 'refused' ? state : 'failed';

const endWords: Readonly<Record<Outcome, string>> = {
  succeeded: 'succeeded',
  failed: 'failed',
  timed_out: 'ran too long and was ended',
  cancelled: 'was ended before it was done',
  unknown: 'began, and nobody knows how it ended',
};

function failureTitle({ jobName, state, outcome, count }: FinalRun): string {
  if (state === 'refused') return `${jobName} was refused`;
  if (state === 'missed')
    return count > 1 ? `${jobName} was missed ${count} times` : `${jobName} was missed`;
  return `${jobName} ${endWords[outcome ?? 'failed']}`;
}

function pings(run: FinalRun, tells: Tells | null, signal: PingSignal): readonly Owed[] {
  const url = pingUrl(tells?.ping ?? '', signal, run.id);
  if (url === null) return [];
  return [owed(run, 'p', { kind: 'ping', target: `ping:${url}`, title: `ping of ${run.jobName}` })];
}

type Said = {
  readonly kind: DeliveryKind;
  readonly event?: DeliveryEvent;
  readonly target: string;
  readonly title: string;
};

function owed(run: FinalRun, suffix: string, said: Said): Owed {
  return {
    event: verdictOf(run) === 'good' ? 'succeeded' : incidentKindOf(run),
    ...said,
    id: `${run.id}.${suffix}`,
    profile: run.profile,
    runId: run.id,
    jobId: run.jobId,
    jobName: run.jobName,
    text: textOf(run),
    createdAt: run.endedAt,
  };
}

function textOf({ message, reason, exitCode }: FinalRun): string {
  if (message !== null) return message;
  if (exitCode !== null && exitCode !== 0) return `Exit code ${exitCode}.`;
  return reason === null ? '' : `${reason.replaceAll('_', ' ')}.`;
}

/** An alert about a profile or a recipient, for each of the incident's targets. */
export const alertsOf = (
  incident: Pick<Incident, 'id' | 'profile' | 'targets'>,
  said: {
    readonly event: DeliveryEvent;
    readonly title: string;
    readonly text: string;
    readonly at: Instant;
  },
): readonly Owed[] =>
  sentTo(incident.targets).map((target, n) => ({
    id: `${incident.id}.${said.event}.${n}`,
    profile: incident.profile,
    kind: 'alert',
    event: said.event,
    target,
    runId: null,
    jobId: null,
    jobName: null,
    title: said.title,
    text: said.text,
    createdAt: said.at,
  }));
