import type { Request } from '../core/request.ts';
import { requestsListInput } from './inputs.ts';
import type { OperationContext } from './operation.ts';
import { requestsListOutput } from './outputs.ts';
import { requestAnswer } from './present.ts';
import { profileOperation } from './profile-check.ts';

/** Oldest first: the order in which the owner takes them. Probes are no business of people. */
export const requestsList = profileOperation({
  name: 'requests.list',
  summary: 'List requests that wait for the owner',
  input: requestsListInput,
  output: requestsListOutput,
  scope: 'read',
  async handle(context, { limit }) {
    const now = context.clock.now().wall;
    const waiting = await context.store.requests.waiting(context.profile, limit);
    const shown = waiting.filter(({ kind, expiresAt }) => kind !== 'probe' && expiresAt > now);
    return {
      requests: await Promise.all(
        shown.map(async (request) => ({
          ...requestAnswer(request, await jobOf(context, request)),
          actor: request.actor,
        })),
      ),
    };
  },
});

async function jobOf(
  { store, profile }: OperationContext,
  { jobId }: Request,
): Promise<{ readonly id: string; readonly name: string } | null> {
  if (jobId === null) return null;
  const job = await store.jobs.get(profile, jobId);
  return { id: jobId, name: job?.definition.name ?? jobId };
}
