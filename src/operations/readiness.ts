import type { Appointment } from '../core/appointment.ts';
import { judgeEligibility } from '../core/eligibility.ts';
import type { Instance } from '../core/instance.ts';
import { type Instant, toIso } from '../core/instant.ts';
import type { Job } from '../core/job.ts';
import type { Lease } from '../core/lease.ts';
import type { Readiness, ReadinessView } from '../core/readiness.ts';
import { assessJobReadiness, assessReadiness } from '../core/readiness.ts';
import { checkRequirement } from '../core/requirement-check.ts';
import { maxTicks } from '../core/tick-period.ts';
import type { ReadinessAnswer, WarningAnswer } from './answers.ts';
import { checkHolder } from './holder-check.ts';
import type { OperationContext } from './operation.ts';
import { findRivals } from './rivals.ts';

/** Rows of instances that cannot be seen from here count for this long after they were last written. */
const unseenLimitMs = 90_000;

/** What was found out about a profile at one moment, and the judgement of it. */
export type ProfileView = Omit<ReadinessView, 'ineligible' | 'successors'> & {
  /** The living ones, oldest first. */
  readonly instances: readonly Instance[];
  /** Rows of instances whose process is gone. */
  readonly gone: readonly Instance[];
  readonly readiness: Readiness;
  /** `several_schedulers`, when somebody executes or tries to who may not. */
  readonly warnings: readonly WarningAnswer[];
};

/** What it takes to find out. */
export type ReadinessContext = Pick<
  OperationContext,
  'profile' | 'store' | 'clock' | 'processes' | 'neighbours' | 'services'
>;

/** Finds out whether the jobs of the profile will run. Takes about a second at most, when somebody does not answer. */
export async function readReadiness(
  context: ReadinessContext,
  profile = context.profile,
): Promise<ProfileView> {
  const { store, clock } = context;
  const [appointment, { lease, check }, rows, due, installed] = await Promise.all([
    store.appointments.current(profile),
    readHolder(context, profile),
    store.instances.list(profile),
    store.jobs.due(profile, clock.now().wall, 1),
    context.services.read(profile),
  ]);
  const now = clock.now().wall;
  const firstFireAt = due[0]?.nextFireAt ?? null;
  const overdueMs = firstFireAt === null ? 0 : Math.max(0, now - firstFireAt);
  const instances = rows.filter((row) => isThere(context, row, now));
  const ineligible = instances.filter((row) => wouldButMayNot(appointment, row));
  const ticks = rows
    .filter((row) => row.role === 'timer' && !wouldButMayNot(appointment, row))
    .map((instance) => ({ at: instance.seenAt, instance }))
    .sort((one, other) => other.at - one.at)
    .slice(0, maxTicks);
  const successors = instances.filter((row) => isSuccessor(appointment, lease, row));
  const found = {
    profile,
    now,
    appointment,
    lease,
    check,
    overdueMs,
    ineligible,
    successors,
    ticks,
    services: { hasManager: context.services.hasManager(), installed },
  };
  return {
    ...found,
    instances: instances.sort((one, other) => one.startedAt - other.startedAt),
    gone: rows.filter(({ process }) => context.processes.life(process) === 'dead'),
    readiness: assessReadiness(found),
    warnings: await findRivals(context, { profile, appointment, lease, instances }),
  };
}

/** The lease, and what was found out about who holds it: an answer about somebody who left it meanwhile counts for nothing. */
async function readHolder(
  context: ReadinessContext,
  profile: string,
): Promise<Pick<ReadinessView, 'lease' | 'check'>> {
  const { leases } = context.store;
  const lease = await leases.read(profile);
  const check = await checkHolder(lease, context);
  if (check.kind === 'answered' && check.epoch === lease.epoch) return { lease, check };
  const latest = await leases.read(profile);
  if (latest.epoch === lease.epoch && (latest.holder === null) === (lease.holder === null))
    return { lease, check };
  return { lease: latest, check: await checkHolder(latest, context) };
}

function isThere(context: ReadinessContext, row: Instance, now: Instant): boolean {
  const life = context.processes.life(row.process);
  return life === 'alive' || (life === 'unknowable' && now - row.seenAt <= unseenLimitMs);
}

const wouldButMayNot = (appointment: Appointment, row: Instance): boolean =>
  row.standing !== 'foreign' && judgeEligibility(appointment, row).kind === 'ineligible';

/** A tick that does not hold is about to end. */
const isSuccessor = (appointment: Appointment, lease: Lease, row: Instance): boolean =>
  row.id !== lease.holder?.instanceId &&
  row.role !== 'timer' &&
  row.standing !== 'foreign' &&
  judgeEligibility(appointment, row).kind === 'eligible';

/** Whether somebody is there who takes a request now. */
export const hasLiveOwner = ({ readiness, check }: ProfileView): boolean =>
  check.kind === 'answered' || (readiness.willRun && readiness.code === 'will_run');

/** Will this one job run? Requirements that only a probe can tell are left to the owner. */
export function readJobReadiness(view: ProfileView, job: Job): Readiness {
  const executor = executorOf(view);
  if (executor === null) return assessJobReadiness(view.readiness, job, null);
  const { role, provenance, channels } = executor;
  return assessJobReadiness(view.readiness, job, {
    channels,
    unmet: ({ definition }) =>
      definition.requirements.flatMap((requirement) => {
        // The environment of the owner cannot be seen from here.
        if (requirement.kind === 'env') return [];
        const process = { role, provenance, channels, env: definition.env };
        const result = checkRequirement(requirement, process);
        return result === 'probe' || result.kind === 'met' ? [] : [result.message];
      }),
  });
}

/** What is known of the process that would run the jobs: the holder, or the newest tick when a timer runs them. */
function executorOf(view: ProfileView): Pick<Instance, 'role' | 'provenance' | 'channels'> | null {
  if (view.readiness.code === 'will_run_by_timer') return view.ticks[0]?.instance ?? null;
  const { holder } = view.lease;
  if (holder === null) return null;
  const row = view.instances.find(({ id }) => id === holder.instanceId);
  return { role: holder.role, provenance: holder.provenance, channels: row?.channels ?? [] };
}

export function readinessAnswer(readiness: Readiness): ReadinessAnswer {
  const { by, ...rest } = readiness;
  return { ...rest, by: by === null ? null : { ...by, since: toIso(by.since) } };
}
