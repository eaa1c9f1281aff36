import { fireTimes } from '../core/fire-times.ts';
import type { Instant } from '../core/instant.ts';
import type { Job, JobDefinition } from '../core/job.ts';
import { whyItRests } from '../core/readiness.ts';
import { Refusal } from '../core/refusal.ts';
import { understood } from '../core/schedule-words.ts';
import { shellWord } from '../core/shell-word.ts';
import { runsLeft } from '../core/upcoming.ts';
import { commandIn } from './commands.ts';
import { jobsNamedLike, lookForJob } from './find-job.ts';
import { jobsNextInput } from './inputs.ts';
import { type OperationContext, operation } from './operation.ts';
import { jobsNextOutput } from './outputs.ts';
import { nextFireAnswer, type Saying, sayingOf, understoodAnswer } from './schedule-answer.ts';
import { readZone, understandText } from './schedule-reading.ts';

type Times = Pick<JobDefinition, 'schedule' | 'startAt' | 'endAt'>;

/** Of a job, or of a schedule that nobody stored. A job's name wins over the same words as a schedule. */
export const jobsNext = operation({
  name: 'jobs.next',
  summary: 'Show when a job or a schedule fires next',
  input: jobsNextInput,
  output: jobsNextOutput,
  scope: 'read',
  async handle(context, { subject, count, tz }) {
    const zone = tz === undefined ? context.zone : readZone(tz);
    const job = await lookForJob(context, subject);
    const { times, notes } = await timesOf(context, subject, zone, job);
    const said = { ...(await sayingOf(context)), zone };
    const rest = job === null ? null : whyItRests(job);
    const left = job === null ? null : runsLeft(job, said.now);
    const wanted = rest === null ? Math.min(count, left ?? count) : 0;
    const next = nextFires(times, said, wanted);
    return {
      job: job === null ? null : { id: job.id, name: job.definition.name },
      understood: understoodAnswer(times, said, notes, rest === null ? left : 0),
      next,
      keptBy: rest ?? (job !== null && next.length === 0 ? lastIsDue : null),
    };
  },
});

const lastIsDue = {
  code: 'job_done',
  message: 'Its last occurrence is due now; after that it has none left.',
  remedy: null,
} as const;

async function timesOf(
  context: OperationContext,
  subject: string,
  zone: string,
  job: Job | null,
): Promise<{ readonly times: Times; readonly notes: readonly string[] }> {
  if (job !== null) return { times: job.definition, notes: [] };
  const { schedule, notes } = await understandText(context, subject, zone, null).catch(
    async (error: unknown) => {
      throw await withNearJob(context, subject, error);
    },
  );
  return { times: { schedule, startAt: null, endAt: null }, notes };
}

/** What is no schedule may be the name of a job with a wrong letter. */
async function withNearJob(
  context: OperationContext,
  subject: string,
  error: unknown,
): Promise<unknown> {
  if (!(error instanceof Refusal) || error.code !== 'schedule_invalid') return error;
  const [near] = await jobsNamedLike(context, subject);
  if (near === undefined) return error;
  const { code, message, kind, details } = error;
  return new Refusal(code, `${message} Did you mean the job "${near}"?`, {
    kind,
    details,
    cause: error,
    remedy: commandIn(context.profile, `next ${shellWord(near)}`),
  });
}

const farAway: Instant = Date.UTC(9990, 0, 1);

/** Longer lists than one answer of the core are put together from several. */
function nextFires(times: Times, said: Saying, count: number): ReturnType<typeof nextFireAnswer>[] {
  const { schedule, startAt, endAt } = times;
  const first = startAt === null ? said.now : Math.max(said.now, startAt - 1);
  const until = endAt === null ? farAway : endAt - 1;
  const wanted = fireTimes(schedule, first, until, count).times;
  const found: ReturnType<typeof nextFireAnswer>[] = [];
  for (let from = first; found.length < wanted.length; ) {
    const { next } = understood(schedule, from, said.words, said.zone);
    const last = next.at(-1);
    if (last === undefined) break;
    found.push(...next.map(nextFireAnswer));
    from = last.at;
  }
  return found.slice(0, wanted.length);
}
