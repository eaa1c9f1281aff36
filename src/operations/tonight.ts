import type { z } from 'zod';
import { type EveningView, expectations, verdictOf } from '../core/evening.ts';
import { hourMs, type Instant, toIso } from '../core/instant.ts';
import type { Job } from '../core/job.ts';
import { assessOutlook, type OwnerOutlook } from '../core/outlook.ts';
import { maxProbedJobs } from '../core/probe.ts';
import { expectedOf, type Upcoming } from '../core/upcoming.ts';
import { askOwner, type OwnerAnswer } from './ask-owner.ts';
import { groupObstacles, jobLines, noteAnswer, verdictAnswer } from './evening-answer.ts';
import { tonightInput } from './inputs.ts';
import type { OperationContext } from './operation.ts';
import { tonightOutput } from './outputs-evening.ts';
import { profileOperation } from './profile-check.ts';
import { type ProfileView, readinessAnswer, readReadiness } from './readiness.ts';
import { badValue, readTime } from './values.ts';

const usualMs = 12 * hourMs;
const longestMs = 7 * 24 * hourMs;
const page = 500;

/** Will tonight go well? The owner looks now, where it would run the jobs; nothing is taken for granted. */
export const tonight = profileOperation({
  name: 'tonight',
  summary: 'Say whether every job of the next hours will run',
  input: tonightInput,
  output: tonightOutput,
  scope: 'read',
  handle: (context, input) => lookAhead(context, input.until),
});

async function lookAhead(
  context: OperationContext,
  text: string | undefined,
): Promise<z.output<typeof tonightOutput>> {
  const now = context.clock.now().wall;
  const until = text === undefined ? now + usualMs : await readUntil(context, text, now);
  // The jobs are read before the owner is asked, so that it looks at every one of them.
  const upcoming = await upcomingJobs(context, now, until);
  const [view, outlook, machine] = await Promise.all([
    readReadiness(context),
    context.outlook.look(),
    context.machine.facts(),
  ]);
  const asksOwner = upcoming.length > 0 && view.readiness.willRun;
  const answer = asksOwner ? await askOwner(context, view) : null;
  const notes = assessOutlook({ outlook, machine, owner: ownerOutlook(view) }, { now, until });
  const evening: EveningView = {
    now,
    until,
    readiness: view.readiness,
    findings: answer?.kind === 'answered' ? answer.findings : null,
    notes,
  };
  const expected = expectations(upcoming, evening);
  return {
    profile: context.profile,
    from: toIso(now),
    until: toIso(until),
    verdict: verdictAnswer(verdictOf(expected)),
    readiness: readinessAnswer(view.readiness),
    ...groupObstacles(expected, { readiness: view.readiness, notes }),
    ...jobLines(expected),
    paused: (await context.store.jobs.counts(context.profile)).paused,
    outlook: {
      notes: notes.map(noteAnswer),
      unknown: [...outlook.unknown, ...(machine.disk === null ? ['free disk'] : [])],
    },
    probe: probeAnswer(answer),
    warnings: [...view.warnings],
  };
}

async function readUntil(context: OperationContext, text: string, now: Instant): Promise<Instant> {
  const until = await readTime(context, { field: 'until', text, now, sign: 1 });
  if (until > now && until <= now + longestMs) return until;
  throw badValue('until', 'until: it must lie ahead, by 7 days at most.');
}

/** Every enabled job with occurrences in the stretch, the next one first. A page at a time. */
async function upcomingJobs(
  { store, profile }: OperationContext,
  now: Instant,
  until: Instant,
): Promise<readonly Upcoming[]> {
  const upcoming: Upcoming[] = [];
  let after: string | null = null;
  for (let read = 0; read < maxProbedJobs; read += page) {
    const jobs: readonly Job[] = await store.jobs.list(profile, {
      after,
      limit: page,
      state: 'enabled',
    });
    upcoming.push(...jobs.flatMap((job) => expectedOf(job, now, until) ?? []));
    after = jobs.at(-1)?.id ?? null;
    if (jobs.length < page) break;
  }
  return upcoming.sort((one, other) => one.first - other.first);
}

function ownerOutlook({ profile, readiness, lease, services }: ProfileView): OwnerOutlook {
  const service = lease.holder?.provenance.service ?? null;
  const isTimer = readiness.code === 'will_run_by_timer';
  const own = services.installed.find(({ record }) =>
    isTimer ? record.isTimer : record.manager === service?.manager && record.unit === service.unit,
  );
  const isEnabled = own?.state.kind !== 'known' || own.state.isEnabled;
  if (isTimer) return { profile, manager: own?.record.manager ?? 'crontab', isEnabled };
  return { profile, manager: service?.manager ?? null, isEnabled };
}

const probeAnswer = (answer: OwnerAnswer | null): z.output<typeof tonightOutput>['probe'] => {
  if (answer === null) return { state: 'not-asked', receipt: null, at: null, message: null };
  const { receipt } = answer;
  return answer.kind === 'answered'
    ? { state: 'answered', receipt, at: toIso(answer.findings.at), message: null }
    : { state: 'unanswered', receipt, at: null, message: answer.message };
};
