import type { Begin, Evidence, Fault } from './evidence.ts';
import { probeJob } from './jobs.ts';

export const violationKinds = [
  'duplicate',
  'silent',
  'unauthorised',
  'stale-start',
  'two-holders',
  'early',
  'late',
  'orphan',
  'stuck',
  'overlap',
  'phantom',
  'lost-run',
  'unrecorded',
  'unrecovered',
  'lost-lease',
  'lie',
  'complaint',
  'torn-witness',
] as const;
export type ViolationKind = (typeof violationKinds)[number];

/** A contradiction between the sources. */
export type Violation = {
  readonly kind: ViolationKind;
  readonly what: string;
  /** About when, on the boot clock; null when it has no time. */
  readonly boot: number | null;
  readonly run: string | null;
};

export const violation = (
  kind: ViolationKind,
  what: string,
  at: { readonly boot?: number; readonly run?: string } = {},
): Violation => ({ kind, what, boot: at.boot ?? null, run: at.run ?? null });

/** What the nemeses did around a moment, for people who look into it. */
export const faultsAround = ({ faults }: Evidence, boot: number): readonly string[] =>
  faults
    .filter(({ from, until }) => from <= boot + 1_000 && until >= boot - 10_000)
    .map(({ name, from, until, detail }) => {
      const [begin, end] = [from - boot, until - boot].map((ms) => `${Math.round(ms)} ms`);
      return `${name} (${detail}) from ${begin} to ${end} of this`;
    });

/** What the home's wall clock said at this boot time, compared with the true one. */
export function offsetAt(evidence: Evidence, boot: number): number {
  let ms = 0;
  for (const step of evidence.clockOffsets) if (step.boot <= boot) ms = step.ms;
  return ms;
}

/** How late a start was, on the home's own wall clock; null for requests. */
export const latenessOf = (evidence: Evidence, begin: Begin): number | null =>
  begin.fireTime === null ? null : begin.wall + offsetAt(evidence, begin.boot) - begin.fireTime;

/** From where recovery is counted: the end of the fault, or when a standby was entitled to take over if that was earlier. */
export const recoveryFrom = ({ until, entitledAt, quietMs }: Fault): number =>
  Math.min(until, entitledAt ?? until) + quietMs;

/** How long after a fault its effects excuse lateness. */
const aftermathMs = 5_000;

/** Whether a fault or its aftermath overlaps this stretch of time. */
export const isExcused = (evidence: Evidence, from: number, until: number): boolean =>
  evidence.faults.some(
    (fault) =>
      fault.from <= until && Math.max(fault.until, recoveryFrom(fault)) + aftermathMs >= from,
  );

/** Starts of the probe, by boot time. */
export const probeStarts = (evidence: Evidence): readonly Begin[] =>
  evidence.testimony.begins
    .filter(({ job, fireTime }) => job === probeJob && fireTime !== null)
    .sort((one, other) => one.boot - other.boot);
