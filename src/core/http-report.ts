import { entryFor, type Place } from './address.ts';
import { readRetryAfter } from './delivery.ts';
import { isExpected } from './http-job.ts';
import { type HttpRequest, mayHaveActed } from './http-request.ts';
import { dayMs, type Instant, secondMs } from './instant.ts';
import type { ReasonCode } from './refusal.ts';
import type { WorkReport } from './work.ts';

const soonestMs = secondMs;
const latestMs = 7 * dayMs;
const longestMessage = 500;

const report = (
  result: WorkReport['result'],
  reason: ReasonCode | null,
  message: string | null,
  notBefore: Instant | null = null,
): WorkReport => ({
  result,
  reason,
  message: message?.slice(0, longestMessage) ?? null,
  notBefore,
  usage: null,
});

/** The run ended without any request that counts. */
export const httpFailed = (reason: ReasonCode, message: string): WorkReport =>
  report('failed', reason, message);

/** A request was not sent, or not answered by what it asked for: known to have failed, unless one before it may have acted. */
export const notReached = (request: HttpRequest, reason: ReasonCode, message: string): WorkReport =>
  report(request.hasActed ? 'unknown' : 'failed', reason, message);

/** A request left, and no whole answer came. */
export const unanswered = (request: HttpRequest, reason: ReasonCode, message: string): WorkReport =>
  report(mayHaveActed(request) ? 'unknown' : 'failed', reason, message);

/** The name led to a private address. */
export const closedAddress = (request: HttpRequest, place: Place): WorkReport =>
  notReached(
    request,
    'address_refused',
    `${place.host} leads to the private address ${place.address}. To allow it, add ${entryFor(place)} to what the job may reach.`,
  );

/**
 * What a whole head says. A gateway that gave up waiting did not answer for the server behind it. Who names a time to come back is asked
 * again then, unless a request before this one may have acted.
 */
export function judgeHead(
  request: HttpRequest,
  expect: string,
  head: { readonly status: number; readonly retryAfter: string | undefined },
  now: Instant,
): WorkReport {
  const { status } = head;
  if (isExpected(expect, status)) return report('succeeded', null, null);
  const said = `The server answered ${status}; expected is ${expect}.`;
  if (status === 504) return unanswered(request, 'http_unanswered', said);
  const asked = readRetryAfter(head.retryAfter ?? null, now);
  if ((status === 429 || status === 503) && asked !== null && !request.hasActed) {
    const afterMs = Math.min(Math.max(asked, soonestMs), latestMs);
    return report('deferred', status === 429 ? 'rate_limited' : 'overloaded', said, now + afterMs);
  }
  return report('failed', 'http_status', said);
}
