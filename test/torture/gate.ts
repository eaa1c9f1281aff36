import { percentile } from './checker.ts';
import type { Result } from './torture.ts';

const recoveryP99Ms = 5_000;

/** Why a result is not good enough; none when it is. */
export function faultsOf({ violations, figures, scenarios }: Result): readonly string[] {
  const faults = violations.map(({ kind, what }) => `${kind}: ${what}`);
  const p99 = percentile(
    figures.recoveries.map(({ ms }) => ms),
    0.99,
  );
  if (p99 > recoveryP99Ms) faults.push(`recovery took ${Math.round(p99)} ms at p99`);
  // Nothing was proven where nothing happened.
  for (const { name, figures: own } of scenarios) {
    if (own.runs < 10) faults.push(`${name}: only ${own.runs} runs`);
    if (Object.keys(own.faults).length === 0) faults.push(`${name}: no fault was injected`);
    if (own.answers === 0) faults.push(`${name}: readiness was never asked`);
  }
  return faults;
}
