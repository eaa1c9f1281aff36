import { toIso } from '../core/instant.ts';
import type { Job } from '../core/job.ts';
import { overdueLimitMs } from '../core/readiness.ts';
import { advice } from '../core/refusal.ts';
import type { Run } from '../core/run.ts';
import { isReasonToDefer } from '../core/settlement.ts';
import type { StatusAnswer, WarningAnswer } from './answers.ts';
import { backendsOf } from './backends.ts';
import { commandIn } from './commands.ts';
import { deliveryWarnings } from './delivery-warnings.ts';
import { driftWarnings } from './drift.ts';
import { examineAll } from './examine.ts';
import { findForeign, foreignAnswer } from './foreign.ts';
import type { OperationContext } from './operation.ts';
import { appointmentAnswer, holderAnswer, isoOrNull } from './present.ts';
import { inEveryProfile, requireProfile } from './profile-check.ts';
import { type ProfileView, readinessAnswer, readJobReadiness, readReadiness } from './readiness.ts';
import { serviceAnswer } from './service-answer.ts';
import { instanceAnswer } from './standing.ts';

/** How many rows are read to count what waits; more is counted as this many. */
const maxCounted = 10_000;
/** Among how many enabled jobs unmet requirements are looked for. */
const maxChecked = 1_000;
const maxNamed = 3;
/** More is counted as this many: where everything fails, the number is not the news. */
const maxFailing = 100;

export type Statuses = StatusAnswer | { readonly profiles: readonly StatusAnswer[] };

/**
 * Will jobs run; who runs them; what is next; what is wrong and what mends it. In a file without schemas, because `status` is asked
 * more often than anything else and loading the schemas takes longer than the answer.
 */
export async function answerStatus(
  context: OperationContext,
  allProfiles: boolean,
): Promise<Statuses> {
  await requireProfile(context);
  if (!allProfiles) return statusOf(context);
  return { profiles: await inEveryProfile(context, statusOf) };
}

export async function statusOf(context: OperationContext): Promise<StatusAnswer> {
  const { store, profile } = context;
  const view = await examineAll(context, await readReadiness(context));
  const [foreign, requests, open] = await Promise.all([
    findForeign(context, view),
    store.requests.waiting(profile, maxCounted),
    store.runs.open(profile, maxCounted),
  ]);
  const isHeld = view.lease.holder !== null && view.check.kind !== 'dead';
  return {
    profile,
    readiness: readinessAnswer(view.readiness),
    appointment: appointmentAnswer(view.appointment),
    holder: isHeld ? holderAnswer(view.lease, view.now) : null,
    instances: [
      ...view.instances.map((instance) => instanceAnswer(instance, view)),
      ...foreign.schedulers.map((scheduler) => foreignAnswer(scheduler, view.now)),
    ],
    foreignTimers: [...foreign.timers],
    backends: backendsOf(view, foreign),
    jobs: await jobsOf(context, view),
    services: view.services.installed.map((report) => serviceAnswer(report, view)),
    requestsWaiting: requests.filter(
      ({ kind, expiresAt }) => kind !== 'probe' && expiresAt > view.now,
    ).length,
    running: open.filter(({ state }) => state === 'running').length,
    deferred: open.filter(({ notBefore }) => notBefore > view.now).flatMap(deferredAnswer),
    unread: await store.outbox.unread(profile),
    warnings: [
      ...view.warnings,
      ...(await driftWarnings(context, view)),
      ...(await deliveryWarnings(context)),
      ...(await jobWarnings(context, view)),
    ],
  };
}

/** A run that waits for its retry is none: its reason is how the try before it ended. */
function deferredAnswer(run: Run): StatusAnswer['deferred'] {
  const { id, jobId, jobName, reason, message, notBefore } = run;
  if (reason === null || !isReasonToDefer(reason)) return [];
  const job = { id: jobId, name: jobName };
  return [{ run: id, job, until: toIso(notBefore), reason, message: message ?? '' }];
}

async function jobsOf(
  { store, profile }: OperationContext,
  view: ProfileView,
): Promise<StatusAnswer['jobs']> {
  const [counts, due, failing, [nextFireAt = null]] = await Promise.all([
    store.jobs.counts(profile),
    store.jobs.due(profile, view.now, maxCounted),
    store.outbox.failing(profile, maxFailing),
    store.jobs.nextFireTimes(profile, 1),
  ]);
  const [next] = nextFireAt === null ? [] : await store.jobs.due(profile, nextFireAt, 1);
  const named = await Promise.all(
    failing.slice(0, maxNamed).map((id) => store.jobs.get(profile, id)),
  );
  return {
    ...counts,
    failing: failing.length,
    failingJobs: named.flatMap((job) =>
      job === null ? [] : [{ id: job.id, name: job.definition.name }],
    ),
    overdue: due.filter((job) => lateBy(job, view) > overdueLimitMs).length,
    nextFireAt: isoOrNull(nextFireAt),
    nextJob: next === undefined ? null : { id: next.id, name: next.definition.name },
    oldestOverdueMs: view.overdueMs,
  };
}

const lateBy = ({ nextFireAt }: Job, { now }: ProfileView): number => now - (nextFireAt ?? now);

async function jobWarnings(
  context: OperationContext,
  view: ProfileView,
): Promise<readonly WarningAnswer[]> {
  const warnings: WarningAnswer[] = [];
  if (view.overdueMs > overdueLimitMs) {
    const due = await context.store.jobs.due(context.profile, view.now, maxNamed + 1);
    warnings.push({
      code: view.readiness.willRun ? 'concurrency_limit' : view.readiness.code,
      message: `Jobs are overdue since ${toIso(view.now - view.overdueMs)}: ${named(due)}.`,
      remedy:
        view.readiness.remedy ??
        advice(`See what keeps them: ${commandIn(context.profile, 'runs').text}`),
    });
  }
  const unmet = await unmetJobs(context, view);
  if (unmet.length > 0) {
    warnings.push({
      code: 'capability_missing',
      message: `The owner does not have what these jobs need: ${named(unmet)}. Their occurrences are refused.`,
      remedy: advice(
        `See what is missing, for each of them: ${commandIn(context.profile, 'why JOB').text}`,
      ),
    });
  }
  return warnings;
}

/** Enabled jobs with a requirement that the holder is known not to meet. */
export async function unmetJobs(
  { store, profile }: OperationContext,
  view: ProfileView,
): Promise<readonly Job[]> {
  if (!view.readiness.willRun) return [];
  const jobs = await store.jobs.list(profile, {
    after: null,
    limit: maxChecked,
    state: 'enabled',
  });
  return jobs.filter(
    (job) =>
      job.definition.requirements.length > 0 &&
      readJobReadiness(view, job).code === 'capability_missing',
  );
}

function named(jobs: readonly Job[]): string {
  const names = jobs.slice(0, maxNamed).map(({ definition }) => definition.name);
  return jobs.length > maxNamed ? `${names.join(', ')} and more` : names.join(', ');
}
