import type { z } from 'zod';
import type * as access from '../src/operations/access-answers.ts';
import type * as answers from '../src/operations/answers.ts';
import type * as chat from '../src/operations/chat-answers.ts';
import type * as delivery from '../src/operations/delivery-answers.ts';
import type * as inputs from '../src/operations/inputs.ts';
import type * as outputs from '../src/operations/outputs.ts';
import type * as evening from '../src/operations/outputs-evening.ts';
import type { timelineOutput } from '../src/operations/outputs-timeline.ts';
import type { whySchema } from '../src/operations/why-answer.ts';
import { ask, type Method } from './http.ts';

/** One question that the door answers. The types are those of the operation; at run time it is an address. */
export type Route<Input, Answer> = {
  readonly method: Method;
  /** Below `/api/v1`; `{name}` is filled from the input. */
  readonly path: string;
  /** The answer shows a secret: it is kept nowhere, so no key can bring it back. */
  readonly isSecret?: true;
  /** Never there: it carries the types. */
  readonly types?: { readonly take: (input: Input) => void; readonly answer: Answer };
};

export type InputOf<R> = R extends Route<infer Input, unknown> ? Input : never;
export type AnswerOf<R> = R extends Route<never, infer Answer> ? Answer : never;

const route = <Input extends z.ZodType, Output extends z.ZodType>(
  method: Method,
  path: string,
): Route<z.input<Input>, z.output<Output>> => ({ method, path });

type In = typeof inputs;
type Out = typeof outputs;
type Nothing = In['nothingInput'];

/** Everything that the page asks. */
export const routes = {
  jobs: route<In['jobsListInput'], Out['jobsListOutput']>('GET', '/jobs'),
  job: route<In['jobInput'], Out['jobsShowOutput']>('GET', '/jobs/{job}'),
  addJob: route<In['jobsAddInput'], Out['jobsAddOutput']>('POST', '/jobs'),
  previewJob: route<In['jobsPreviewInput'], Out['jobsPreviewOutput']>('POST', '/jobs/preview'),
  editJob: route<In['jobsEditInput'], Out['jobsEditOutput']>('PATCH', '/jobs/{job}'),
  removeJob: route<In['jobsChangeInput'], Out['jobsRemoveOutput']>('DELETE', '/jobs/{job}'),
  pauseJob: route<In['jobsPauseInput'], Out['jobsEditOutput']>('POST', '/jobs/{job}/pause'),
  resumeJob: route<In['jobsChangeInput'], Out['jobsEditOutput']>('POST', '/jobs/{job}/resume'),
  approveJob: route<In['jobsApproveInput'], Out['jobsEditOutput']>('POST', '/jobs/{job}/approve'),
  runJob: route<In['jobsRunInput'], Out['jobsRunOutput']>('POST', '/jobs/{job}/run'),
  why: route<In['jobsWhyInput'], typeof whySchema>('GET', '/jobs/{job}/why'),
  next: route<In['jobsNextInput'], Out['jobsNextOutput']>('GET', '/next'),
  runs: route<In['runsListInput'], Out['runsListOutput']>('GET', '/runs'),
  run: route<In['runInput'], Out['runsShowOutput']>('GET', '/runs/{run}'),
  transcript: route<In['runsTranscriptInput'], Out['runsTranscriptOutput']>(
    'GET',
    '/runs/{subject}/transcript',
  ),
  log: route<In['runsLogsInput'], Out['runsLogsOutput']>('GET', '/runs/{subject}/log'),
  cancelRun: route<In['runInput'], Out['runsCancelOutput']>('POST', '/runs/{run}/cancel'),
  retryRun: route<In['runsRetryInput'], Out['jobsRunOutput']>('POST', '/runs/{run}/retry'),
  status: route<Nothing, (typeof answers)['statusSchema']>('GET', '/status'),
  servicePlan: route<Nothing, Out['servicePlanOutput']>('GET', '/service-plan'),
  tonight: route<In['tonightInput'], (typeof evening)['tonightOutput']>('GET', '/tonight'),
  morning: route<In['morningInput'], (typeof evening)['morningOutput']>('GET', '/morning'),
  timeline: route<In['timelineInput'], typeof timelineOutput>('GET', '/timeline'),
  owner: route<Nothing, Out['ownerShowOutput']>('GET', '/owner'),
  appoint: route<In['ownerAppointInput'], Out['ownerAppointOutput']>('POST', '/owner/appoint'),
  handover: route<Nothing, Out['ownerHandoverOutput']>('POST', '/owner/handover'),
  ownerHistory: route<In['ownerHistoryInput'], Out['ownerHistoryOutput']>('GET', '/owner/history'),
  chat: route<(typeof chat)['chatReadInput'], (typeof chat)['chatReadOutput']>('GET', '/chat'),
  say: route<(typeof chat)['chatSayInput'], (typeof chat)['chatSayOutput']>('POST', '/chat'),
  inbox: route<In['inboxListInput'], (typeof delivery)['inboxListOutput']>('GET', '/inbox'),
  readInbox: route<In['inboxReadInput'], (typeof delivery)['inboxReadOutput']>(
    'POST',
    '/inbox/read',
  ),
  deliveries: route<In['deliveriesListInput'], (typeof delivery)['deliveriesListOutput']>(
    'GET',
    '/deliveries',
  ),
  retryDelivery: route<In['deliveriesRetryInput'], (typeof delivery)['deliveriesRetryOutput']>(
    'POST',
    '/deliveries/{delivery}/retry',
  ),
  requests: route<In['requestsListInput'], Out['requestsListOutput']>('GET', '/requests'),
  tokens: route<Nothing, (typeof access)['accessListOutput']>('GET', '/access/tokens'),
  addToken: {
    ...route<In['accessAddInput'], (typeof access)['accessAddOutput']>('POST', '/access/tokens'),
    isSecret: true,
  },
  revokeToken: route<In['accessRevokeInput'], (typeof access)['accessRevokeOutput']>(
    'DELETE',
    '/access/tokens/{id}',
  ),
} as const;

export type Asking = {
  readonly profile: string;
  readonly key?: string | undefined;
  readonly signal?: AbortSignal;
};

/** Asks the door one of `routes`. @throws Problem */
export function call<Input extends object, Answer>(
  { method, path, isSecret }: Route<Input, Answer>,
  input: Input,
  { profile, key, signal }: Asking,
): Promise<Answer> {
  const rest = new Map<string, unknown>(Object.entries(input));
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = rest.get(name);
    rest.delete(name);
    return encodeURIComponent(String(value));
  });
  const said = Object.fromEntries(rest);
  const inQuery = method === 'GET' || method === 'DELETE';
  return ask<Answer>({
    method,
    path: filled,
    query: inQuery ? { ...said, profile } : { profile },
    ...(inQuery ? {} : { body: said }),
    key: isSecret === true ? undefined : key,
    signal,
  });
}

/** The part of an address that changes of the same kind make stale: `jobs` for all below `/jobs`. */
export const subjectOf = ({ path }: { readonly path: string }): string => path.split('/')[1] ?? '';
