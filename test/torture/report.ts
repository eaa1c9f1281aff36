import { toIso } from '../../src/core/instant.ts';
import { type Figures, percentile } from './checker.ts';
import type { Evidence } from './evidence.ts';
import type { Field } from './field.ts';
import type { Result } from './torture.ts';
import { faultsAround, type Violation } from './verdict.ts';

const mostTold = 20;
const linesAround = 15;
/** Violations this close to each other share what the log says. */
const sameMomentMs = 5_000;

/** What is needed to understand violations: the rows, and what the instances logged around them. */
export function tellViolations(
  violations: readonly Violation[],
  evidence: Evidence,
  field: Field,
): readonly string[] {
  const lines: string[] = [];
  const told: number[] = [];
  const log = violations.length === 0 ? [] : field.logLines(200_000);
  for (const { kind, what, boot, run } of violations.slice(0, mostTold)) {
    lines.push(`VIOLATION ${kind}: ${what}`);
    if (run !== null) lines.push(...aboutRun(evidence, run));
    if (boot === null || told.some((other) => Math.abs(other - boot) < sameMomentMs)) continue;
    told.push(boot);
    lines.push(...faultsAround(evidence, boot).map((text) => `    fault ${text}`));
    const at = wallOf(evidence, boot);
    const near = log
      .filter((line) => line.slice(7, 31) <= at)
      .filter((line, index, all) => eventOf(line) !== eventOf(all[index - 1] ?? ''))
      .slice(-linesAround);
    lines.push(...near.map((line) => `    ${line.slice(0, 260)}`));
  }
  if (violations.length > mostTold) lines.push(`and ${violations.length - mostTold} more`);
  return lines;
}

/** What is the same in lines that only repeat themselves. */
const eventOf = (line: string): string => /"event":"[^"]*","pid":\d+/.exec(line)?.[0] ?? line;

const wallOf = (evidence: Evidence, boot: number): string =>
  toIso(Math.round(boot + evidence.wallMinusBoot) + 500);

function aboutRun(evidence: Evidence, id: string): readonly string[] {
  const run = evidence.ledger.runs.find((one) => one.id === id);
  const begins = evidence.testimony.begins.filter((begin) => begin.run === id);
  return [
    `    row ${JSON.stringify(run)}`,
    ...begins.map(
      (begin) => `    witness ${wallOf(evidence, begin.boot)} ${JSON.stringify(begin)}`,
    ),
  ];
}

/** The report for people. */
export function reportLines({ seed, figures, scenarios, violations, skipped }: Result): string[] {
  const lines = [
    `seed ${seed}: ${figures.runs} runs, ${figures.kills} kills, ${figures.pauses} pauses, ${figures.epochs} epochs, ${violations.length} violations`,
    `faults: ${sorted(figures.faults)}`,
    `scenarios: ${scenarios.map(({ name, figures: { runs } }) => `${name} ${runs}`).join(', ')}`,
    spreadLine('start minus fire time in health (goal p99 25 ms)', figures.latenessMs),
    spreadLine('takeover after SIGKILL (goal p99 250 ms)', figures.takeoverMs),
    spreadLine('recovery (gate p99 5000 ms)', recoveryTimes(figures)),
    `slowest recoveries: ${slowest(figures)}`,
    spreadLine('on their way when the lease changed hands', figures.inFlightMs),
    `readiness: ${figures.answers} answers, wrong for at most ${Math.max(0, ...figures.wrongMs)} ms`,
  ];
  const kinds = Object.entries(Object.groupBy(violations, ({ kind }) => kind));
  lines.push(
    kinds.length === 0
      ? 'no violations'
      : `VIOLATIONS: ${kinds.map(([kind, list]) => `${list?.length ?? 0} ${kind}`).join(', ')}`,
  );
  for (const line of skipped) lines.push(`skipped: ${line}`);
  return lines;
}

const recoveryTimes = ({ recoveries }: Figures): readonly number[] =>
  recoveries.map(({ ms }) => ms);

const slowest = ({ recoveries }: Figures): string =>
  recoveries
    .toSorted((one, other) => other.ms - one.ms)
    .slice(0, 8)
    .map(({ after, ms }) => `${Math.round(ms)} ms after ${after}`)
    .join('; ');

const sorted = (counts: Figures['faults']): string =>
  Object.entries(counts)
    .sort(([, one], [, other]) => other - one)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');

function spreadLine(what: string, values: readonly number[]): string {
  const at = (share: number): string => `${Math.round(percentile(values, share))} ms`;
  return `${what}: ${values.length} times, p50 ${at(0.5)}, p99 ${at(0.99)}, max ${at(1)}`;
}

/** The report for machines: every list of numbers as its spread. */
export function reportJson(result: Result): string {
  const { seed, figures, violations, skipped } = result;
  const spread = (values: readonly number[]) => ({
    count: values.length,
    p50: percentile(values, 0.5),
    p99: percentile(values, 0.99),
    max: percentile(values, 1),
  });
  const { latenessMs, takeoverMs, recoveries, inFlightMs, wrongMs, ...counts } = figures;
  const spreads = {
    latenessMs: spread(latenessMs),
    takeoverMs: spread(takeoverMs),
    recoveryMs: spread(recoveries.map(({ ms }) => ms)),
    inFlightMs: spread(inFlightMs),
    wrongMs: spread(wrongMs),
  };
  return JSON.stringify({ seed, ...counts, ...spreads, violations, skipped }, null, 2);
}
