import type { z } from 'zod';
import { searchedTexts } from '../core/action-words.ts';
import { toIso } from '../core/instant.ts';
import type { Job } from '../core/job.ts';
import type { RunGlimpse } from '../core/run.ts';
import { findJob } from './find-job.ts';
import { jobInput, jobsListInput } from './inputs.ts';
import { jobAnswer } from './job-answer.ts';
import type { OperationContext } from './operation.ts';
import { jobsListOutput, jobsShowOutput } from './outputs.ts';
import { isoOrNull, runAnswers } from './present.ts';
import { inEveryProfile, profileOperation, refusePlace } from './profile-check.ts';
import { readinessAnswer, readJobReadiness, readReadiness } from './readiness.ts';
import { sayingOf, understoodJob } from './schedule-answer.ts';

type ListInput = z.output<typeof jobsListInput>;
type Listed = z.output<typeof jobsListOutput>['jobs'][number];

const lastRunsShown = 10;
const recentRunsShown = 10;

export const jobsList = profileOperation({
  name: 'jobs.list',
  summary: 'List jobs',
  input: jobsListInput,
  output: jobsListOutput,
  scope: 'read',
  async handle(context, input) {
    if (!input.allProfiles) return listProfile(context, input);
    refusePlace(input.after);
    const own = await listProfile(context, input);
    const lists = await inEveryProfile(context, async (other) =>
      other.profile === context.profile ? own : listProfile(other, input),
    );
    return {
      jobs: lists.flatMap(({ jobs }) => jobs),
      next: null,
      more: lists.some(({ more }) => more),
      readiness: own.readiness,
      profiles: lists.flatMap(({ profiles }) => profiles),
      warnings: lists.flatMap(({ warnings }) => warnings),
    };
  },
});

async function listProfile(
  context: OperationContext,
  input: ListInput,
): Promise<z.output<typeof jobsListOutput>> {
  const { profile } = context;
  const { jobs, next } = await readPage(context, input);
  const said = await sayingOf(context);
  const { readiness, warnings } = await readReadiness(context);
  const answer = readinessAnswer(readiness);
  const ids = jobs.map(({ id }) => id);
  const latest = await context.store.runs.latestOf(profile, ids, lastRunsShown);
  return {
    jobs: jobs.map((job) => ({
      ...jobAnswer(job, said),
      lastRuns: (latest.get(job.id) ?? []).map(glimpseAnswer),
    })),
    next,
    more: next !== null,
    readiness: answer,
    profiles: [{ profile, readiness: answer }],
    warnings: [...warnings],
  };
}

/** Of a search through very many jobs one answer looks at this many pages; `next` leads on. */
const pagesSearched = 20;

async function readPage(
  { store, profile }: OperationContext,
  { state, search = '', after, limit }: ListInput,
): Promise<{ readonly jobs: readonly Job[]; readonly next: string | null }> {
  const words = search.toLowerCase().split(/\s+/);
  // The store knows one text; the longest word leaves the least to look through.
  const like = words.reduce((one, other) => (other.length > one.length ? other : one));
  const filter = { ...(state === undefined ? {} : { state }), like };
  const found: Job[] = [];
  let last = after;
  for (let pages = 0; pages < pagesSearched; pages += 1) {
    // One more than asked for tells whether the list goes on.
    const page = await store.jobs.list(profile, { ...filter, after: last, limit: limit + 1 });
    for (const job of page) {
      const isFound = hasAll(job, words);
      if (isFound && found.length === limit) return { jobs: found, next: last };
      if (isFound) found.push(job);
      last = job.id;
    }
    if (page.length <= limit) return { jobs: found, next: null };
  }
  return { jobs: found, next: last };
}

/** Looks at what a person sees of a job and would search for; the words may come in any order. */
function hasAll({ id, definition }: Job, words: readonly string[]): boolean {
  const texts = [definition.name, id, ...searchedTexts(definition.action)].map((text) =>
    text.toLowerCase(),
  );
  return words.every((word) => texts.some((text) => text.includes(word)));
}

const glimpseAnswer = ({
  id,
  fireTime,
  state,
  outcome,
  reason,
  decidedAt,
}: RunGlimpse): Listed['lastRuns'][number] => ({
  id,
  fireTime: isoOrNull(fireTime),
  state,
  outcome,
  reason,
  decidedAt: toIso(decidedAt),
});

export const jobsShow = profileOperation({
  name: 'jobs.show',
  summary: 'Show one job with its recent runs',
  input: jobInput,
  output: jobsShowOutput,
  scope: 'read',
  async handle(context, input) {
    const job = await findJob(context, input.job);
    const view = await readReadiness(context);
    const said = await sayingOf(context);
    const filter = { jobId: job.id, limit: recentRunsShown };
    return {
      job: jobAnswer(job, said),
      understood: understoodJob(job, said, []),
      readiness: readinessAnswer(readJobReadiness(view, job)),
      recent: await runAnswers(context, await context.store.runs.list(context.profile, filter)),
      warnings: [...view.warnings],
    };
  },
});
