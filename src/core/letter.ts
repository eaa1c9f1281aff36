import type { Delivery } from './delivery.ts';
import { isFinal, type Run } from './run.ts';

/** Bytes of an output that go with a result, from its beginning, and with an alert, from its end. */
export const resultBytes = 64 * 1024;
export const alertBytes = 4 * 1024;

/** Which bytes of the output of its run a delivery needs; null when it tells none. */
export function outputNeeded(
  delivery: Pick<Delivery, 'kind' | 'event'>,
  run: Pick<Run, 'state' | 'outputBytes'> | null,
): { readonly fromByte: number; readonly maxBytes: number; readonly isCut: boolean } | null {
  const bytes = run?.outputBytes ?? 0;
  if (delivery.kind === 'ping' || delivery.event === 'recovered') return null;
  if (run === null || bytes === 0 || !isFinal(run.state)) return null;
  if (delivery.kind === 'result')
    return { fromByte: 0, maxBytes: resultBytes, isCut: bytes > resultBytes };
  const fromByte = Math.max(0, bytes - alertBytes);
  return { fromByte, maxBytes: alertBytes, isCut: fromByte > 0 };
}

/** A result is the output, byte for byte; an alert says what happened, then shows how the output ended. */
export function letterText(delivery: Pick<Delivery, 'kind' | 'text'>, output: string): string {
  if (delivery.kind === 'result') return output === '' ? delivery.text : output;
  return output === '' ? delivery.text : `${delivery.text}\n\n${output}`.trim();
}
