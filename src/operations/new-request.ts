import type { Request, RequestKind } from '../core/request.ts';
import type { OperationContext } from './operation.ts';

/** A request to the owner, waiting and valid from now on for so long; about the profile as a whole unless a job is added. */
export function newRequest(
  { ids, clock, profile, actor }: OperationContext,
  kind: RequestKind,
  validMs: number,
): Request {
  const now = clock.now().wall;
  return {
    id: ids.next(),
    profile,
    kind,
    jobId: null,
    runId: null,
    retryOf: null,
    actor,
    state: 'waiting',
    reason: null,
    message: null,
    createdAt: now,
    expiresAt: now + validMs,
    answeredAt: null,
  };
}
