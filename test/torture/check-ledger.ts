import type { Evidence, LedgerJob, LedgerRun } from './evidence.ts';
import { type Violation, violation } from './verdict.ts';

/** Judges the ledger by itself: every occurrence decided once, nothing left open. */
export function checkLedger({ ledger }: Evidence): readonly Violation[] {
  const byJob = Map.groupBy(ledger.runs, ({ jobId }) => jobId);
  const found: Violation[] = [];
  for (const job of ledger.jobs) found.push(...checkDecisions(job, byJob.get(job.id) ?? []));
  for (const { id, state } of ledger.runs)
    if (state === 'queued' || state === 'running')
      found.push(violation('stuck', `a run is ${state} for ever`, { run: id }));
  return found;
}

/** Fire times as numbers in a row, so that a year of them is two numbers. */
type Stretch = { readonly from: number; readonly until: number; readonly run: LedgerRun };

function checkDecisions(job: LedgerJob, runs: readonly LedgerRun[]): readonly Violation[] {
  const number = (at: number): number => (at - job.anchor) / job.everyMs;
  const timeOf = (index: number): string =>
    new Date(job.anchor + index * job.everyMs).toISOString();
  const found: Violation[] = [];
  const stretches: Stretch[] = [];
  for (const run of runs) {
    if (run.fireTime === null) continue;
    const from = number(run.fireTime);
    const until = number(run.fireTimeEnd ?? run.fireTime);
    if (!Number.isInteger(from) || !Number.isInteger(until) || until - from + 1 !== run.count)
      found.push(
        violation('silent', `${job.name}: a row says ${run.count} from ${from} to ${until}`, {
          run: run.id,
        }),
      );
    stretches.push({ from, until, run });
  }
  stretches.sort((one, other) => one.from - other.from);
  let next = Math.floor(number(job.createdAt)) + 1;
  for (const { from, until, run } of stretches) {
    if (from > next)
      found.push(
        violation('silent', `${job.name}: nobody decided ${timeOf(next)} to ${timeOf(from - 1)}`, {
          run: run.id,
        }),
      );
    if (from < next)
      found.push(
        violation('duplicate', `${job.name}: ${timeOf(from)} was decided twice`, { run: run.id }),
      );
    next = Math.max(next, until + 1);
  }
  const last = Math.ceil(number(job.decidedUntil)) - 1;
  if (next <= last)
    found.push(
      violation('silent', `${job.name}: nobody decided ${timeOf(next)} to ${timeOf(last)}`),
    );
  return found;
}
