import type { Appointment } from './appointment.ts';
import { whyUnapproved } from './authority.ts';
import { judgeEligibility, ruleWords } from './eligibility.ts';
import type { Instance } from './instance.ts';
import type { Instant } from './instant.ts';
import type { Job } from './job.ts';
import type { Holder, Lease } from './lease.ts';
import type { Role } from './provenance.ts';
import type { ReasonCode, Remedy } from './refusal.ts';
import { advice, command, profileOption } from './refusal.ts';
import { requirementText } from './requirement-check.ts';
import { timerOf } from './service-record.ts';
import { gatewayInstead, ownerRemedy, type ServicesView, startRemedy } from './start-remedy.ts';
import { storeRemedy } from './store-remedy.ts';
import { findTimer, type RunningTimer, stoppedTimer, type TimerTicks } from './timer-readiness.ts';

/** Why a scheduling loop cannot do its work at the moment. It tries again by itself. */
export type Trouble = { readonly code: ReasonCode; readonly message: string };

/** What was found out about the holder at the moment of the question. */
export type HolderCheck =
  | { readonly kind: 'none' }
  /** Its process is the recorded one, and its scheduling loop answered with this epoch (null: it does not trust its term now). */
  | {
      readonly kind: 'answered';
      readonly epoch: number | null;
      readonly overdueMs: number;
      readonly trouble?: Trouble;
    }
  /** Its process is alive, but its scheduling loop did not answer in time. */
  | { readonly kind: 'silent' }
  | { readonly kind: 'dead' }
  /** On another host or in another pid namespace; only its stored heartbeat can be seen. */
  | { readonly kind: 'remote'; readonly heartbeatAgeMs: number };

export type ReadinessView = {
  readonly profile: string;
  readonly now: Instant;
  readonly appointment: Appointment;
  readonly lease: Lease;
  readonly check: HolderCheck;
  /** By how much the oldest due and undecided occurrence is late; 0 when none. */
  readonly overdueMs: number;
  /** Alive instances that would like to schedule but may not. */
  readonly ineligible: readonly Instance[];
  /** Alive instances that may own and do not at this moment. */
  readonly successors: readonly Instance[];
  readonly ticks: TimerTicks;
  readonly services: ServicesView;
};

/** The honest answer to "will it run, by whom, and what could stop it?" The same object in every answer. */
export type Readiness = {
  readonly willRun: boolean;
  readonly code: ReasonCode;
  readonly message: string;
  readonly remedy: Remedy | null;
  readonly by: ReadinessBy | null;
};

export type ReadinessBy = {
  readonly instanceId: string;
  readonly role: Role;
  readonly pid: number;
  readonly host: string;
  readonly service: string | null;
  readonly level: string;
  readonly since: Instant;
};

/** An occurrence may be undecided for this long before readiness turns bad. */
export const overdueLimitMs = 5_000;

const processRemedy = advice(
  'Look at the limits on processes and memory of this user and this machine. It goes on by itself when a process can be made.',
);

/** Will the jobs of this profile run? */
export function assessReadiness(view: ReadinessView): Readiness {
  const { lease, check } = view;
  const { holder } = lease;
  if (holder === null || check.kind === 'none' || check.kind === 'dead') return absent(view);
  // It drains as soon as it hears of the appointment, so it is not the one who will run what is due next.
  if (!isAppointed(view.appointment, holder)) return absent(view);
  const by = {
    instanceId: holder.instanceId,
    role: holder.role,
    pid: holder.process.pid,
    host: holder.host,
    service: holder.provenance.service?.unit ?? null,
    level: holder.provenance.level,
    since: holder.since,
  };
  const who = `${holder.role} (pid ${holder.process.pid} on ${holder.host})`;
  if (check.kind === 'silent') {
    return stalled(
      view,
      by,
      `The ${who} owns the profile, but its scheduling loop does not answer.`,
    );
  }
  if (check.kind === 'remote') {
    if (check.heartbeatAgeMs > lease.ttlMs + overdueLimitMs) {
      return stalled(
        view,
        by,
        `The ${who} has not renewed its lease for ${seconds(check.heartbeatAgeMs)}.`,
      );
    }
  } else if (check.trouble !== undefined) {
    const { code, message } = check.trouble;
    const remedy =
      code === 'start_failed'
        ? processRemedy
        : (storeRemedy(code) ?? startRemedy(view.profile, view.services));
    return { willRun: false, code, message: `The ${who} cannot work: ${message}`, remedy, by };
  } else if (check.epoch !== lease.epoch) {
    // A tick that is about to end leaves what is due next to the next one.
    const timer = holder.role === 'timer' ? findTimerOf(view) : null;
    if (timer !== null) return byTimer(timer);
    return stalled(view, by, `The ${who} answers, but does not hold the lease at this moment.`);
  }
  const overdueMs =
    check.kind === 'answered' ? Math.max(check.overdueMs, view.overdueMs) : view.overdueMs;
  if (overdueMs > overdueLimitMs) {
    return stalled(
      view,
      by,
      `The ${who} answers, but the oldest due job has waited for ${seconds(overdueMs)}.`,
    );
  }
  return { willRun: true, code: 'will_run', message: `The ${who} runs them.`, remedy: null, by };
}

const isAppointed = (appointment: Appointment, { role, provenance }: Holder): boolean =>
  judgeEligibility(appointment, { role, schedules: true, provenance }).kind === 'eligible';

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;

const stalled = (view: ReadinessView, by: ReadinessBy, message: string): Readiness => ({
  willRun: false,
  code: 'owner_stalled',
  message,
  remedy: advice(
    `Look at it: cronkeeper doctor${profileOption(view.profile)}. A standby takes over by itself after ${seconds(view.lease.ttlMs)}${view.appointment.rule.kind === 'auto' ? '; a new runner does too' : ''}.`,
  ),
  by,
});

function absent(view: ReadinessView): Readiness {
  const { profile, appointment } = view;
  // It runs them whether or not somebody else is about to take the profile.
  const timer = findTimerOf(view);
  if (timer !== null) return byTimer(timer);
  const [successor] = view.successors;
  if (successor !== undefined) {
    return {
      willRun: false,
      code: 'owner_absent',
      message: `nobody owns profile "${profile}" at this moment; ${successor.role} pid ${successor.process.pid} can take over`,
      remedy: advice(`Look again in a moment: cronkeeper status${profileOption(profile)}`),
      by: null,
    };
  }
  if (appointment.rule.kind === 'auto') {
    return {
      willRun: false,
      code: 'owner_absent',
      message: `no scheduler is active for profile "${profile}"${stoppedWords(view.services)}`,
      remedy: startRemedy(profile, view.services),
      by: null,
    };
  }
  const others = view.ineligible
    .map(({ role, process }) => `${role} pid ${process.pid}`)
    .join(', ');
  const aside = others === '' ? '' : `; ${others} may not run it`;
  return {
    willRun: false,
    code: 'owner_absent',
    message: `the owner of profile "${profile}" is ${ruleWords(appointment)}, and it is not running${aside}`,
    remedy: ownerRemedy(profile, appointment.rule.choices, view.services),
    by: null,
  };
}

const findTimerOf = (view: ReadinessView): RunningTimer | null =>
  findTimer({ ...view, installed: view.services.installed });

const byTimer = ({ message, tick }: RunningTimer): Readiness => ({
  willRun: true,
  code: 'will_run_by_timer',
  message,
  remedy: null,
  by:
    tick === null
      ? null
      : {
          instanceId: tick.id,
          role: 'timer',
          pid: tick.process.pid,
          host: tick.host,
          service: tick.provenance.service?.unit ?? null,
          level: tick.provenance.level,
          since: tick.startedAt,
        },
});

function stoppedWords({ installed }: ServicesView): string {
  const timer = stoppedTimer(installed);
  return timer === null ? '' : `; ${timerOf(timer.record.unit)} is not armed`;
}

/** What keeps a job from firing that lies in the job itself: it is paused, has ended, or waits for approval. */
export function whyItRests(job: Job): Pick<Readiness, 'code' | 'message' | 'remedy'> | null {
  if (job.state === 'paused') {
    return {
      code: 'job_paused',
      message:
        job.pausedReason === null ? 'The job is paused.' : `The job is paused: ${job.pausedReason}`,
      remedy: command(`cronkeeper resume ${job.id}${profileOption(job.profile)}`),
    };
  }
  if (job.state === 'done')
    return { code: 'job_done', message: 'The job has no occurrences left.', remedy: null };
  const why = whyUnapproved(job);
  return why === null
    ? null
    : {
        code: why.code,
        message: `${why.message}.`,
        remedy: command(`cronkeeper approve ${job.id}${profileOption(job.profile)}`),
      };
}

/** Will this one job run? The profile's readiness, narrowed by the job's own state and requirements. */
export function assessJobReadiness(
  profile: Readiness,
  job: Job,
  holder: {
    readonly channels: readonly string[];
    readonly unmet: (job: Job) => readonly string[];
  } | null,
): Readiness {
  const rest = whyItRests(job);
  if (rest !== null) return { ...profile, willRun: false, ...rest };
  if (!profile.willRun)
    return { ...profile, remedy: channelRemedy(job) ?? startRemedyFor(profile, job) };
  if (holder === null) return profile;
  const unmet = holder.unmet(job);
  if (unmet.length === 0) return profile;
  const needs = job.definition.requirements.map(requirementText).join(', ');
  return {
    ...profile,
    willRun: false,
    code: 'capability_missing',
    message: `the owner does not have what this job needs (${needs}): ${unmet.join('; ')}`,
    remedy:
      channelRemedy(job) ??
      advice(
        `Start an owner that meets it, or change it: cronkeeper edit ${job.id} --require …${profileOption(job.profile)}`,
      ),
  };
}

/** Where any scheduler would do for the profile, a job that needs a gateway is told to start that. */
function startRemedyFor(profile: Readiness, job: Job): Remedy | null {
  const needsGateway = job.definition.requirements.some(
    (requirement) => requirement.kind === 'role' && requirement.role === 'gateway',
  );
  return needsGateway ? gatewayInstead(profile.remedy, job.profile) : profile.remedy;
}

/** Whatever is started, no process of this build keeps a channel open. */
function channelRemedy(job: Job): Remedy | null {
  const channel = job.definition.requirements.find(({ kind }) => kind === 'channel');
  if (channel?.kind !== 'channel') return null;
  return advice(
    `This build has no live channels, so nothing that is started has the channel ${channel.channel}, and its occurrences are refused. Change what it needs: cronkeeper edit ${job.id} --require …${profileOption(job.profile)}`,
  );
}
