import type { Instant } from './instant.ts';
import { type ReasonCode, reasonCodes } from './refusal.ts';
import type { Outcome } from './run.ts';
import type { WorkReport } from './work.ts';

/** What a report means for the attempt whose worker left it. */
export type WorkEnd = {
  readonly outcome: Outcome;
  readonly reason: ReasonCode | null;
  readonly message: string | null;
  /** There is nothing to deliver: its gate was closed. */
  readonly isSilent: boolean;
  readonly deferredUntil: Instant | null;
};

const outcomes: Readonly<Record<WorkReport['result'], Outcome>> = {
  succeeded: 'succeeded',
  failed: 'failed',
  skipped: 'succeeded',
  deferred: 'failed',
  unknown: 'unknown',
};

const isResult = (value: unknown): value is WorkReport['result'] =>
  typeof value === 'string' && Object.hasOwn(outcomes, value);

const longestMessage = 500;

/** Reads the text of a report. Null for anything else: then how the worker's process ended has to do. */
export function readWorkEnd(text: string): WorkEnd | null {
  const report = parsed(text);
  if (report === null) return null;
  const { result, reason, message, notBefore } = report;
  if (!isResult(result)) return null;
  return {
    outcome: outcomes[result],
    reason: reasonCodes.find((code) => code === reason) ?? null,
    message: typeof message === 'string' ? message.slice(0, longestMessage) : null,
    isSilent: result === 'skipped',
    deferredUntil:
      result === 'deferred' && Number.isSafeInteger(notBefore) ? Number(notBefore) : null,
  };
}

function parsed(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}
