import { type ReasonCode, Refusal, type Remedy } from '../../core/refusal.ts';
import { storeRemedy } from '../../core/store-remedy.ts';
import type { Log } from '../../ports/log.ts';
import { StoreUnavailable } from '../../ports/store.ts';

/** An answer "no" as it leaves this door: RFC 9457, with our code and what to do now. */
export type Problem = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ReasonCode;
  readonly remedy: Remedy | null;
  readonly details: Readonly<Record<string, unknown>>;
};

export const problemType = 'application/problem+json';

const titles: Readonly<Record<number, string>> = {
  400: 'The question is wrong',
  401: 'Not signed in',
  403: 'Refused',
  404: 'There is no such thing',
  409: 'Not as things are',
  413: 'Too large',
  415: 'Not JSON',
  421: 'Another host was meant',
  422: 'The key was used for something else',
  429: 'Too many requests',
  500: 'It failed',
  503: 'The store cannot answer',
};

/** Codes that say more about the status than the kind of the refusal does. */
const statuses: Partial<Readonly<Record<ReasonCode, number>>> = {
  crontab_unusable: 400,
  deliver_unknown: 400,
  file_invalid: 400,
  name_invalid: 400,
  not_in_this_build: 400,
  schedule_ambiguous: 400,
  schedule_invalid: 400,
  schedule_in_past: 400,
  schedule_never_fires: 400,
  zone_unknown: 400,
  not_found: 404,
  profile_unknown: 404,
  setting_unknown: 404,
  ambiguous: 409,
  already_ended: 409,
  answer_unknown: 409,
  job_changed: 409,
  lease_held: 409,
  name_taken: 409,
  not_running: 409,
  overlap_skip: 409,
  profile_not_empty: 409,
  revision_conflict: 409,
  key_conflict: 422,
  not_signed_in: 401,
  link_unusable: 401,
  host_unknown: 421,
  request_too_large: 413,
  too_many_requests: 429,
};

export function problemOf(refusal: Refusal): Problem {
  const { code, message, remedy, details } = refusal;
  const status = statuses[code] ?? statusOfKind(refusal);
  const title = titles[status] ?? 'Refused';
  return { type: `urn:cronkeeper:${code}`, title, status, detail: message, code, remedy, details };
}

function statusOfKind({ kind, code }: Refusal): number {
  switch (kind) {
    case 'usage':
      return 400;
    case 'refused':
      return 403;
    case 'nothing-will-run':
      return 409;
    case 'failed':
      return code.startsWith('store_') ? 503 : 500;
  }
}

/**
 * What the door says of anything that was thrown. A bug is told to whoever looks after the program, and only that there was one to
 * whoever asked.
 */
export function explain(
  error: unknown,
  asked: { readonly method: string; readonly route: string },
  log: Log,
): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof StoreUnavailable) {
    const { code, message } = error;
    return new Refusal(code, message, { kind: 'failed', remedy: storeRemedy(code), cause: error });
  }
  const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
  log.error('request_failed', { ...asked, error: told });
  const message = 'It failed in a way that nobody foresaw; the log says more.';
  return new Refusal('unforeseen', message, { kind: 'failed' });
}

/** The same as an answer. */
export function problemAnswer(refusal: Refusal): Response {
  const problem = problemOf(refusal);
  const { retryAfterMs } = problem.details;
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: {
      'content-type': problemType,
      'cache-control': 'no-store',
      ...(problem.status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
      ...(typeof retryAfterMs === 'number'
        ? { 'retry-after': String(Math.ceil(retryAfterMs / 1_000)) }
        : {}),
    },
  });
}
