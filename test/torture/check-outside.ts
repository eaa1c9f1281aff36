import type { Answer, Begin, Evidence, Fault, Remnant } from './evidence.ts';
import { latenessOf, probeStarts, recoveryFrom, type Violation, violation } from './verdict.ts';

/** After the end of a run its processes may take ten seconds to end, and be looked for every five. */
const remnantMs = 20_000;
/** A start this late or less is on time. */
const onTimeMs = 1_000;
const unrecoveredMs = 20_000;
const lieMs = 5_000;
/** A job each second runs at least that often while all is well. */
const beatMs = 1_600;

/** Judges what could be seen from outside: processes, changes of hands, recovery, answers. */
export function checkOutside(evidence: Evidence): readonly Violation[] {
  const found: Violation[] = [];
  for (const line of evidence.leftBehind)
    found.push(violation('orphan', `left behind when all was stopped: ${line}`));
  found.push(...checkRemnants(evidence), ...checkChanges(evidence), ...checkFaults(evidence));
  for (const { door, willRun, code, boot, ms } of findLies(evidence))
    if (ms > lieMs) {
      const what = `the ${door} said ${willRun ? 'yes' : 'no'} (${code}) and was wrong for ${ms} ms`;
      found.push(violation('lie', what, { boot }));
    }
  const { torn } = evidence.testimony;
  if (torn > 0) found.push(violation('torn-witness', `${torn} lines are not whole`));
  return found;
}

function checkRemnants(evidence: Evidence): readonly Violation[] {
  const runs = new Map(evidence.ledger.runs.map((run) => [run.id, run]));
  // Of a clock that was set nobody knows when its times were; the latest moment that it could be is taken.
  const leastOffset = Math.min(0, ...evidence.clockOffsets.map(({ ms }) => ms));
  return evidence.remnants.flatMap((remnant: Remnant) => {
    const endedAt = runs.get(remnant.run)?.endedAt ?? null;
    if (endedAt === null) return [];
    const endedBoot = endedAt - leastOffset - evidence.wallMinusBoot;
    const overMs = remnant.boot - endedBoot;
    if (overMs - idleMs(evidence, endedBoot, remnant.boot) <= remnantMs) return [];
    const what = `${remnant.process} lived ${Math.round(overMs)} ms after its run ended: ${remnant.command}`;
    return [violation('orphan', what, { boot: remnant.boot, run: remnant.run })];
  });
}

/** How long, within this stretch, the holder itself was harmed, so that nobody could look. */
const idleMs = ({ faults }: Evidence, from: number, until: number): number =>
  faults
    .filter(({ entitledAt }) => entitledAt !== null)
    .reduce(
      (sum, fault) => sum + Math.max(0, Math.min(fault.until, until) - Math.max(fault.from, from)),
      0,
    );

/** A lease that was not given up changes hands only when its holder and the holder's starter are seen ended. */
function checkChanges(evidence: Evidence): readonly Violation[] {
  return evidence.changes.flatMap(({ boot, epoch, process, before, wasReleased }) => {
    if (wasReleased || process === before.process) return [];
    if (!before.isAlive && !before.isStarterAlive) return [];
    const who = before.isAlive ? 'the holder' : 'the starter';
    const what = `epoch ${epoch} began while ${who} of epoch ${before.epoch} lived`;
    return [violation('two-holders', what, { boot })];
  });
}

function checkFaults(evidence: Evidence): readonly Violation[] {
  const found: Violation[] = [];
  const starts = probeStarts(evidence);
  for (const fault of evidence.faults) {
    const at = { boot: fault.from };
    const told = `${fault.name} (${fault.detail})`;
    if (fault.complaint !== null)
      found.push(violation('complaint', `${told}: ${fault.complaint}`, at));
    if (fault.epochs !== null && fault.epochs[0] !== fault.epochs[1])
      found.push(
        violation('lost-lease', `${told}: epoch ${fault.epochs[0]} became ${fault.epochs[1]}`, at),
      );
    const tookMs = recoveryMs(evidence, fault, starts);
    const watchedMs = evidence.until - recoveryFrom(fault);
    if (tookMs === null ? watchedMs > unrecoveredMs : tookMs > unrecoveredMs)
      found.push(violation('unrecovered', `${told}: ${tookMs ?? 'never'} ms`, at));
  }
  return found;
}

/** From the end of a fault until the probe, whose starts these are, ran on time again; null when it did not. */
export function recoveryMs(
  evidence: Evidence,
  fault: Fault,
  starts: readonly Begin[],
): number | null {
  const from = recoveryFrom(fault);
  const next = starts.find(
    (begin) => begin.boot >= from && (latenessOf(evidence, begin) ?? 0) <= onTimeMs,
  );
  return next === undefined ? null : next.boot - from;
}

export type Lie = {
  readonly door: Answer['door'];
  readonly willRun: boolean;
  readonly code: string;
  readonly boot: number;
  readonly ms: number;
};

/** Stretches of answers that were wrong one after the other at the same door. Only those longer than five seconds are violations. */
export function findLies(evidence: Evidence): readonly Lie[] {
  const lies: Lie[] = [];
  for (const door of ['operation', 'command'] as const) {
    const answers = evidence.answers.filter((answer) => answer.door === door);
    const beats = probeStarts(evidence).map(({ boot }) => boot);
    let first: Answer | null = null;
    for (const answer of answers) {
      if (!isWrong(evidence, answer, beats)) first = null;
      else if (first?.willRun !== answer.willRun) first = answer;
      if (first === null) continue;
      const { willRun, code, boot } = first;
      const lie = { door, willRun, code, boot, ms: Math.round(answer.boot - boot) };
      if (lies.at(-1)?.boot === boot && lies.at(-1)?.door === door) lies.pop();
      lies.push(lie);
    }
  }
  return lies;
}

/** Whether an answer was true at no moment between question and answer. */
const isWrong = (evidence: Evidence, answer: Answer, beats: readonly number[]): boolean =>
  isWrongAt(evidence, answer, beats) &&
  isWrongAt(evidence, { ...answer, boot: answer.from }, beats);

/** Whether an answer contradicts what ran around this moment. */
function isWrongAt(
  evidence: Evidence,
  { boot, willRun }: Pick<Answer, 'boot' | 'willRun'>,
  beats: readonly number[],
): boolean {
  if (isQuiet(evidence, boot)) return false;
  const before = beats.findLast((beat) => beat <= boot) ?? evidence.from;
  const after = beats.find((beat) => beat > boot);
  if (after === undefined && evidence.until - boot < beatMs) return false;
  const nextMs = (after ?? Number.POSITIVE_INFINITY) - boot;
  if (willRun) return nextMs > beatMs && boot - before > beatMs;
  return nextMs <= beatMs && boot - runningSince(beats, boot) > beatMs;
}

/** Since when the probe has run at every beat up to this moment. */
function runningSince(beats: readonly number[], boot: number): number {
  let since = boot;
  for (let at = beats.findLastIndex((beat) => beat <= boot); at >= 0; at -= 1) {
    const beat = beats[at] ?? 0;
    if (since - beat > beatMs) break;
    since = beat;
  }
  return since;
}

/** While a clock that was set back catches up, nothing is due. */
const isQuiet = ({ faults }: Evidence, boot: number): boolean =>
  faults.some(
    ({ quietMs, from, until }) => quietMs > 0 && from <= boot && boot <= until + quietMs + 2_000,
  );
