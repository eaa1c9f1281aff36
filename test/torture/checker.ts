import { checkLedger } from './check-ledger.ts';
import { checkOutside, findLies, recoveryMs } from './check-outside.ts';
import { checkRuns, staleMs } from './check-runs.ts';
import type { Evidence } from './evidence.ts';
import { isExcused, latenessOf, probeStarts, type Violation } from './verdict.ts';

/** How long it took until the job each second ran on time again after a fault. */
export type Recovery = { readonly after: string; readonly ms: number };

/** Numbers of one scenario, or of several put together. */
export type Figures = {
  readonly runs: number;
  readonly kills: number;
  readonly pauses: number;
  readonly faults: Readonly<Record<string, number>>;
  /** Of the job each second while all was well, in milliseconds from fire time to its first act. */
  readonly latenessMs: readonly number[];
  readonly recoveries: readonly Recovery[];
  readonly takeoverMs: readonly number[];
  /** Starts that were on their way when the lease changed hands. */
  readonly inFlightMs: readonly number[];
  readonly answers: number;
  /** How long answers to "will it run?" were wrong. */
  readonly wrongMs: readonly number[];
  readonly epochs: number;
};

export type Verdict = { readonly violations: readonly Violation[]; readonly figures: Figures };

/**
 * Judges the witness against the ledger and the nemeses. Pure: the same evidence, the same verdict.
 * Nothing that it says depends on the wall clock of the home, which nemeses set.
 */
export function judge(evidence: Evidence): Verdict {
  return {
    violations: [...checkRuns(evidence), ...checkLedger(evidence), ...checkOutside(evidence)],
    figures: measure(evidence),
  };
}

function measure(evidence: Evidence): Figures {
  const { faults, testimony } = evidence;
  const sum = (of: (fault: Evidence['faults'][number]) => number): number =>
    faults.reduce((total, fault) => total + of(fault), 0);
  const byName: Record<string, number> = {};
  for (const { name } of faults) byName[name] = (byName[name] ?? 0) + 1;
  const starts = probeStarts(evidence);
  const lateness = starts.flatMap((begin) => {
    const late = latenessOf(evidence, begin) ?? 0;
    return isExcused(evidence, begin.boot - Math.max(0, late), begin.boot) ? [] : [late];
  });
  return {
    runs: testimony.begins.length,
    kills: sum(({ kills }) => kills),
    pauses: sum(({ pauses }) => pauses),
    faults: byName,
    latenessMs: lateness,
    recoveries: faults.flatMap((fault) => {
      const ms = recoveryMs(evidence, fault, starts);
      return ms === null ? [] : [{ after: `${fault.name} (${fault.detail})`, ms }];
    }),
    takeoverMs: faults.flatMap((fault) => fault.takeoverMs ?? []),
    inFlightMs: testimony.begins.map((begin) => staleMs(evidence, begin)).filter((ms) => ms > 0),
    answers: evidence.answers.length,
    wrongMs: findLies(evidence).map(({ ms }) => ms),
    epochs: evidence.ledger.claims.length,
  };
}

/** The figures of several scenarios together. */
export function addFigures(all: readonly Figures[]): Figures {
  const sum = (of: (one: Figures) => number): number =>
    all.reduce((total, one) => total + of(one), 0);
  const faults: Record<string, number> = {};
  for (const one of all)
    for (const [name, count] of Object.entries(one.faults))
      faults[name] = (faults[name] ?? 0) + count;
  return {
    runs: sum(({ runs }) => runs),
    kills: sum(({ kills }) => kills),
    pauses: sum(({ pauses }) => pauses),
    faults,
    latenessMs: all.flatMap(({ latenessMs }) => latenessMs),
    recoveries: all.flatMap(({ recoveries }) => recoveries),
    takeoverMs: all.flatMap(({ takeoverMs }) => takeoverMs),
    inFlightMs: all.flatMap(({ inFlightMs }) => inFlightMs),
    answers: sum(({ answers }) => answers),
    wrongMs: all.flatMap(({ wrongMs }) => wrongMs),
    epochs: sum(({ epochs }) => epochs),
  };
}

/** The value below which this share of the values lies; 0 of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}
