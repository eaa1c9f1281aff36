import type { z } from 'zod';
import { usualLimits } from '../core/agent.ts';
import { formatDuration } from '../core/duration.ts';
import { usualHttp } from '../core/http-job.ts';
import { toIso } from '../core/instant.ts';
import { type Action, definitionDefaults, type Job, type JobDefinition } from '../core/job.ts';
import { requirementText } from '../core/requirement-check.ts';
import { canonicalText } from '../core/schedule-words.ts';
import { contextNames, needsId } from './context-names.ts';
import { nothingInput } from './inputs.ts';
import { exportOutput } from './outputs.ts';
import { type PresentJobs, readPresentJobs } from './present-jobs.ts';
import { profileOperation } from './profile-check.ts';
import { catchUpText } from './values.ts';

type LeftOut = z.output<typeof exportOutput>['withoutValues'][number];

/**
 * The jobs as a file that, applied here, changes nothing. Variables are named without their values, which may be secret; a name
 * alone keeps the value that the job has. Jobs that are done are left out.
 */
export const exportJobs = profileOperation({
  name: 'export',
  summary: 'Write the jobs as a file for apply',
  input: nothingInput,
  output: exportOutput,
  scope: 'read',
  async handle(context) {
    const present = await readPresentJobs(context);
    const kept = present.all.filter(({ state }) => state !== 'done');
    const jobs = kept.map((job) => exported(job, present));
    const text = await context.documents.write({ version: 1, jobs });
    return { text, jobs: jobs.length, withoutValues: kept.flatMap(leftOut) };
  },
});

/** The names whose values stay behind; nothing of a job without any. */
function leftOut({ definition: { name, env, action } }: Job): readonly LeftOut[] {
  const variables = Object.keys(env);
  const headers = action.kind === 'http' ? Object.keys(action.headers) : [];
  return variables.length + headers.length === 0 ? [] : [{ name, variables, headers }];
}

/** Only what differs from the defaults. */
function exported(job: Job, present: PresentJobs): Readonly<Record<string, unknown>> {
  const { definition, state } = job;
  const { name, schedule, action, cwd, env } = definition;
  const names = Object.keys(env);
  return {
    name,
    ...(needsId(name, present) ? { id: job.id } : {}),
    when: canonicalText(schedule),
    ...exportedAction(action, present),
    cwd,
    ...(names.length > 0 ? { env: names } : {}),
    ...(state === 'paused' ? { paused: true } : {}),
    ...unusual(definition),
  };
}

function exportedAction(action: Action, present: PresentJobs): Readonly<Record<string, unknown>> {
  switch (action.kind) {
    case 'command':
      return action.shell ? { shell: action.argv[0] } : { command: action.argv };
    case 'agent': {
      const { prompt, agent, model, tools, gate, limits } = action;
      const contextFrom = contextNames(action.contextFrom, present);
      const { tokens, costMicroUsd, toolCalls } = limits;
      const usual = usualLimits(agent);
      return {
        prompt,
        agent,
        ...(model === null ? {} : { model }),
        ...(tools.length === 0 ? {} : { tools }),
        ...(contextFrom.length === 0 ? {} : { contextFrom }),
        ...(gate === null ? {} : { gate }),
        ...(tokens === usual.tokens ? {} : { maxTokens: tokens ?? 'none' }),
        ...(costMicroUsd === null ? {} : { maxCost: costMicroUsd / 1_000_000 }),
        ...(toolCalls === usual.toolCalls ? {} : { maxToolCalls: toolCalls ?? 'none' }),
      };
    }
    case 'http': {
      const { method, url, body, expect, allow, maxBytes } = action;
      // Values of headers may be secret: a name alone keeps the value that the job has.
      const headers = Object.keys(action.headers);
      return {
        http: `${method} ${url}`,
        ...(headers.length === 0 ? {} : { headers }),
        ...(body === null ? {} : { body }),
        ...(expect === usualHttp.expect ? {} : { expect }),
        ...(allow.length === 0 ? {} : { allow }),
        ...(maxBytes === usualHttp.maxBytes ? {} : { maxBytes }),
      };
    }
  }
}

/** An empty list would be read as one that says nothing. */
const listed = (list: readonly string[]): readonly string[] =>
  list.length === 0 ? ['none'] : list;

function unusual(definition: JobDefinition): Readonly<Record<string, unknown>> {
  const { catchUp, requirements, startAt, endAt } = definition;
  const usual: Partial<JobDefinition> = definitionDefaults;
  const differs = (part: keyof JobDefinition): boolean =>
    JSON.stringify(definition[part]) !== JSON.stringify(usual[part]);
  const duration = (ms: number | null): string => (ms === null ? 'none' : formatDuration(ms));
  const all: readonly (readonly [keyof JobDefinition, string, unknown])[] = [
    ['deliver', 'deliver', listed(definition.deliver)],
    ['onFailure', 'onFailure', definition.onFailure],
    ['ping', 'ping', definition.ping ?? 'none'],
    ['catchUp', 'catchUp', catchUpText(catchUp)],
    ['graceMs', 'grace', duration(definition.graceMs)],
    ['overlap', 'overlap', definition.overlap],
    ['timeoutMs', 'timeout', duration(definition.timeoutMs)],
    ['noOutputTimeoutMs', 'noOutputTimeout', duration(definition.noOutputTimeoutMs)],
    ['retries', 'retries', definition.retries],
    ['retryDelayMs', 'retryDelay', duration(definition.retryDelayMs)],
    ['onLoss', 'onLoss', definition.onLoss],
    ['requirements', 'require', requirements.map(requirementText)],
    ['jitterMs', 'jitter', duration(definition.jitterMs)],
    ['startAt', 'start', startAt === null ? 'none' : toIso(startAt)],
    ['endAt', 'end', endAt === null ? 'none' : toIso(endAt)],
    ['maxRuns', 'maxRuns', definition.maxRuns],
    ['outputLimit', 'outputLimit', definition.outputLimit],
  ];
  return Object.fromEntries(
    all.filter(([part]) => differs(part)).map(([, key, value]) => [key, value]),
  );
}
