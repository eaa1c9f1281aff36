import type { z } from 'zod';
import type { Job } from '../core/job.ts';
import { advice, Refusal } from '../core/refusal.ts';
import type { JobCreation, SameKey } from '../ports/jobs.ts';
import type { WarningAnswer } from './answers.ts';
import { commandIn } from './commands.ts';
import { jobsAddInput } from './inputs.ts';
import { jobAnswer } from './job-answer.ts';
import { readDefinition } from './job-fields.ts';
import { beginRemedy, beginWarning, whyNotBegin } from './look-at-command.ts';
import { type OwnMaking, quotaReached, readMaking } from './making.ts';
import { creationOf, newJobOf } from './new-job.ts';
import { type OperationContext, operation } from './operation.ts';
import { jobsAddOutput } from './outputs.ts';
import { pokeAll } from './poke.ts';
import { ensureProfile, requireProfile } from './profile-check.ts';
import { readinessAnswer, readJobReadiness, readReadiness } from './readiness.ts';
import { sayingOf, understoodJob } from './schedule-answer.ts';

type Input = z.output<typeof jobsAddInput>;

/**
 * Stores a job that fires from now on. The answer says whether it will run, and whether its command could begin; `strict` stores nothing
 * otherwise. Asked again under the same key it answers the first job, whatever became of that, and reads no time anew.
 */
export const jobsAdd = operation({
  name: 'jobs.add',
  summary: 'Add a job',
  input: jobsAddInput,
  output: jobsAddOutput,
  scope: 'edit',
  async handle(context, input) {
    const making = await readMaking(context);
    // Before what was asked is judged: the time that it names may have passed since it was asked first.
    const earlier = await askedBefore(context, input);
    const { job, notes } =
      earlier === null ? await newJob(context, input, making) : { job: earlier, notes: [] };
    // A job that has ended had its time; there is nothing left that could be promised of it.
    const isStrict = input.strict && job.state !== 'done';
    if (isStrict) await requireProfile(context, 'nothing-will-run');
    const isNewProfile = await ensureProfile(context);
    const view = await readReadiness(context);
    const readiness = readJobReadiness(view, job);
    if (isStrict && !readiness.willRun) {
      throw new Refusal(readiness.code, `Nothing was stored: ${readiness.message}.`, {
        kind: 'nothing-will-run',
        remedy: readiness.remedy,
        details: { readiness: readinessAnswer(readiness) },
      });
    }
    const patience = isStrict ? 'patient' : 'brief';
    const hindrance = await whyNotBegin(context, view, job.definition, patience);
    if (isStrict && hindrance !== null) {
      throw new Refusal(hindrance.code, `Nothing was stored: ${hindrance.message}`, {
        kind: 'nothing-will-run',
        remedy: beginRemedy(hindrance, job.definition, context.profile),
      });
    }
    const namesakes = await context.store.jobs.byName(context.profile, job.definition.name);
    const { stored, created } =
      earlier === null
        ? await store(context, input, job, making)
        : { stored: earlier, created: false };
    if (created) await pokeAll(context);
    const said = await sayingOf(context);
    return {
      job: jobAnswer(stored, said),
      created,
      understood: understoodJob(stored, said, notes),
      readiness: readinessAnswer(readJobReadiness(view, stored)),
      warnings: [
        ...view.warnings,
        ...(hindrance === null ? [] : [beginWarning(hindrance, job.definition, context.profile)]),
        ...(isNewProfile ? [newProfileWarning(context.profile)] : []),
        ...(created && namesakes.length > 0 ? [namesakeWarning(stored)] : []),
      ],
    };
  },
});

async function newJob(
  context: OperationContext,
  input: Input,
  making: OwnMaking,
): Promise<{ readonly job: Job; readonly notes: readonly string[] }> {
  const { definition, notes } = await readDefinition(context, input, null, {
    isPaused: input.paused,
    isWhole: true,
  });
  const pause = input.paused ? { reason: input.pausedReason ?? null } : null;
  return { job: newJobOf(context, definition, pause, making), notes };
}

async function store(
  context: OperationContext,
  input: Input,
  job: Job,
  { quota }: OwnMaking,
): Promise<{ readonly stored: Job; readonly created: boolean }> {
  const key = keyOf(context, input);
  const written = await context.store.jobs.create(creationOf(context, job, key, quota));
  if (written.kind === 'created') return { stored: job, created: true };
  if (written.kind === 'quota-reached') throw quotaReached(written.jobs);
  return { stored: await firstOf(context, written), created: false };
}

/** The job that was made under this key; null when there is no key, or it is free. */
async function askedBefore(context: OperationContext, input: Input): Promise<Job | null> {
  const key = keyOf(context, input);
  const same = key === null ? null : await context.store.jobs.underKey(context.profile, key);
  return same === null ? null : firstOf(context, same);
}

const keyOf = (context: OperationContext, input: Input): JobCreation['key'] =>
  input.key === undefined ? null : { key: input.key, content: contentOf(context, input) };

/** @throws Refusal `key_conflict` when that was something else, or is no longer there */
async function firstOf(
  { store: { jobs }, profile }: OperationContext,
  { jobId, sameContent }: SameKey,
): Promise<Job> {
  const first = await jobs.get(profile, jobId);
  if (first !== null && sameContent) return first;
  const used = sameContent ? 'used' : 'used with other content,';
  const since = first === null ? ', which was removed since' : '';
  throw new Refusal(
    'key_conflict',
    `The key was ${used} for the job ${jobId}${since}. Nothing was stored.`,
    {
      remedy:
        first === null
          ? advice('To add the job anew, use another key.')
          : commandIn(profile, `show ${jobId}`),
      details: { jobId },
    },
  );
}

/** What was asked, in words rather than in what they mean at this moment, so that a repeated "in 2 hours" is the same. */
const contentOf = (context: OperationContext, input: Input): string =>
  sortedJson({
    ...input,
    key: null,
    strict: null,
    zone: context.zone,
    base: context.cwd?.() ?? null,
  });

const newProfileWarning = (profile: string): WarningAnswer => ({
  code: 'profile_unknown',
  message: `There was no profile "${profile}"; it was made for this job.`,
  remedy: commandIn(profile, 'list'),
});

const namesakeWarning = ({ id, profile, definition }: Job): WarningAnswer => ({
  code: 'ambiguous',
  message: `There is another job named "${definition.name}"; use ids to tell them apart.`,
  remedy: commandIn(profile, `show ${id}`),
});

/** Equal for equal contents, whatever the order of their keys. */
const sortedJson = (value: Readonly<Record<string, unknown>>): string =>
  JSON.stringify(
    Object.entries(value)
      .filter(([, part]) => part !== undefined)
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );
