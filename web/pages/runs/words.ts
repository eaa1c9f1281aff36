import type { AttemptAnswer, RunAnswer } from '../../../src/operations/answers.ts';
import { spanWords } from '../../parts/moment.ts';

export const causeWords: Readonly<Record<RunAnswer['cause'], string>> = {
  schedule: 'on schedule',
  'catch-up': 'caught up',
  request: 'on request',
  retry: 'retry',
};

/** From here on a start is called late. */
const onTimeMs = 5_000;

export const isLate = ({ latenessMs }: Pick<RunAnswer, 'latenessMs'>): boolean =>
  (latenessMs ?? 0) > onTimeMs;

/** `on time`, `+12 s`: how long after its time a run began. */
export function latenessWords(latenessMs: number): string {
  return latenessMs < 1_000 ? 'on time' : `+${spanWords(latenessMs)}`;
}

/** When it was to happen, or was asked for. */
export const placeOf = (run: RunAnswer): string | null =>
  run.fireTime ?? run.decidedAt ?? run.startedAt;

/** The last part of a service, as people call it: `cronkeeper-default.service`. */
const serviceWords = (service: string): string => service.split('/').at(-1) ?? service;

/** The process that ran it: its service, else the last word of its command, which is its role. */
export const byWords = ({ provenance, host }: AttemptAnswer): string => {
  const [self] = provenance.chain;
  if (provenance.service !== null) return serviceWords(provenance.service);
  return self === undefined ? host : `${self.command.split(' ').at(-1) ?? ''} ${self.pid}`;
};
