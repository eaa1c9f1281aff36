import type { Result } from './torture.ts';

/** So long at p99. Of fewer than a hundred that would be the slowest, which is another promise: then one may take longer. */
const recoveryMs = 5_000;

/** Why a result is not good enough; none when it is. */
export function faultsOf({ violations, figures, scenarios }: Result): readonly string[] {
  const faults = violations.map(({ kind, what }) => `${kind}: ${what}`);
  const slow = figures.recoveries
    .filter(({ ms }) => ms > recoveryMs)
    .map(({ ms }) => Math.round(ms));
  if (slow.length > Math.max(1, figures.recoveries.length / 100))
    faults.push(`recovery took ${slow.join(', ')} ms`);
  // Nothing was proven where nothing happened.
  for (const { name, figures: own } of scenarios) {
    if (own.runs < 10) faults.push(`${name}: only ${own.runs} runs`);
    if (Object.keys(own.faults).length === 0) faults.push(`${name}: no fault was injected`);
    if (own.answers === 0) faults.push(`${name}: readiness was never asked`);
  }
  return faults;
}
