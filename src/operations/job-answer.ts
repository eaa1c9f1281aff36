import { actionWords } from '../core/action-words.ts';
import { unapproved } from '../core/authority.ts';
import { defaultGraceMs } from '../core/fire-times.ts';
import { toIso } from '../core/instant.ts';
import type { Action, Job, JobDefinition } from '../core/job.ts';
import { requirementText } from '../core/requirement-check.ts';
import type { JobAnswer } from './answers.ts';
import { isoOrNull } from './present.ts';
import { type Saying, scheduleAnswer } from './schedule-answer.ts';
import { catchUpText } from './values.ts';

export function jobAnswer(job: Job, said: Saying): JobAnswer {
  const { definition, authority } = job;
  const { approval } = authority;
  return {
    id: job.id,
    profile: job.profile,
    name: definition.name,
    revision: job.revision,
    state: job.state,
    pausedReason: job.pausedReason,
    madeBy: authority.madeBy,
    unapproved: [...unapproved(job)],
    approval: approval === null ? null : { by: approval.by, at: toIso(approval.at) },
    schedule: scheduleAnswer(definition.schedule, said),
    ...actionAnswer(definition.action),
    cwd: definition.cwd,
    env: Object.keys(definition.env),
    deliver: [...definition.deliver],
    onFailure: [...definition.onFailure],
    ping: definition.ping,
    catchUp: catchUpText(definition.catchUp),
    graceMs: definition.graceMs ?? defaultGraceMs(definition.schedule, said.now),
    overlap: definition.overlap,
    timeoutMs: definition.timeoutMs,
    noOutputTimeoutMs: definition.noOutputTimeoutMs,
    retries: definition.retries,
    retryDelayMs: definition.retryDelayMs,
    onLoss: definition.onLoss,
    require: definition.requirements.map(requirementText),
    jitterMs: definition.jitterMs,
    startAt: isoOrNull(definition.startAt),
    endAt: isoOrNull(definition.endAt),
    maxRuns: definition.maxRuns,
    outputLimit: definition.outputLimit,
    scheduledRuns: job.scheduledRuns,
    nextFireAt: isoOrNull(job.nextFireAt),
    createdAt: toIso(job.createdAt),
    updatedAt: toIso(job.updatedAt),
  };
}

type ActionAnswer = Pick<JobAnswer, 'kind' | 'does' | 'command' | 'shell' | 'agent' | 'http'>;

function actionAnswer(action: Action): ActionAnswer {
  const none = { command: [], shell: false, agent: null, http: null };
  const does = actionWords(action);
  switch (action.kind) {
    case 'command':
      return { ...none, kind: 'command', does, command: [...action.argv], shell: action.shell };
    case 'agent': {
      const { prompt, agent, model, tools, contextFrom, gate, limits } = action;
      return {
        ...none,
        kind: 'agent',
        does,
        agent: {
          prompt,
          name: agent,
          model,
          tools: [...tools],
          contextFrom: [...contextFrom],
          gate,
          maxTokens: limits.tokens,
          maxCost: limits.costMicroUsd === null ? null : limits.costMicroUsd / 1_000_000,
          maxToolCalls: limits.toolCalls,
        },
      };
    }
    case 'http': {
      const { method, url, headers, body, expect, allow, maxBytes } = action;
      const http = { method, url, expect, maxBytes, allow: [...allow] };
      return {
        ...none,
        kind: 'http',
        does,
        http: { ...http, headers: Object.keys(headers), hasBody: body !== null },
      };
    }
  }
}

/** For the audit log: everything but what may be secret: values of variables and headers, and what is sent. */
export const auditedDefinition = (
  definition: JobDefinition,
): Readonly<Record<string, unknown>> => ({
  ...definition,
  env: Object.keys(definition.env),
  action: auditedAction(definition.action),
});

function auditedAction(action: Action): unknown {
  if (action.kind !== 'http') return action;
  const { headers, body, ...rest } = action;
  return { ...rest, headers: Object.keys(headers), hasBody: body !== null };
}

/** Names of the parts in which two definitions differ. */
export function differingParts(one: JobDefinition, other: JobDefinition): readonly string[] {
  const parts = new Map(Object.entries(other));
  return Object.entries(one)
    .filter(([part, value]) => JSON.stringify(value) !== JSON.stringify(parts.get(part)))
    .map(([part]) => part);
}
