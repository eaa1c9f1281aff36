import type { Job } from '../../src/core/job.ts';
import type { Attempt, Run } from '../../src/core/run.ts';
import { isFinal } from '../../src/core/run.ts';
import type { Store } from '../../src/ports/store.ts';
import type { Claim, Ledger, LedgerAttempt, LedgerJob, LedgerRun } from './evidence.ts';
import { promptJobs } from './jobs.ts';

const page = 1_000;
const profile = 'default';

/**
 * Reads what the scheduler wrote down. Final runs are read once and kept, because a home under torture may prune them; so it is to
 * be asked from time to time.
 */
export class LedgerReader {
  readonly #store: Store;
  readonly #final = new Map<string, LedgerRun>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Takes in what became final since the last look. */
  async look(): Promise<void> {
    for (const run of await this.#newRuns())
      if (isFinal(run.state))
        this.#final.set(run.id, ledgerRun(run, await this.#store.runs.attempts(run.id)));
  }

  async read(jobNames: ReadonlySet<string>): Promise<Ledger> {
    await this.look();
    const open: LedgerRun[] = [];
    for (const run of await this.#store.runs.open(profile, 100_000))
      open.push(ledgerRun(run, await this.#store.runs.attempts(run.id)));
    const jobs: LedgerJob[] = [];
    for (const name of jobNames) {
      const [job] = await this.#store.jobs.byName(profile, name);
      if (job !== undefined) jobs.push(ledgerJob(job));
    }
    return { jobs, runs: [...this.#final.values(), ...open], claims: await this.#claims() };
  }

  /** Newest first, until a whole page is known already. A run decided early may end late, so one known run is not enough. */
  async #newRuns(): Promise<readonly Run[]> {
    const found: Run[] = [];
    let before: string | null = null;
    for (;;) {
      const runs: readonly Run[] = await this.#store.runs.list(profile, { before, limit: page });
      const fresh = runs.filter(({ id }) => !this.#final.has(id));
      found.push(...fresh);
      before = runs.at(-1)?.id ?? null;
      if (runs.length < page || fresh.length === 0) return found;
    }
  }

  async #claims(): Promise<readonly Claim[]> {
    const entries = await this.#store.audit.list(profile, {
      kinds: ['owner.claim', 'owner.preempt'],
      limit: 100_000,
    });
    // Oldest first: each claim raises the epoch by one, and nothing else did.
    return entries.toReversed().map(({ subject, detail }, index) => ({
      epoch: index + 1,
      instanceId: subject,
      pid: Number(detail['pid']),
      grounds: String(detail['grounds']),
    }));
  }
}

function ledgerRun(run: Run, attempts: readonly Attempt[]): LedgerRun {
  const { id, jobId, fireTime, fireTimeEnd, count, cause, state, outcome, reason, endedAt } = run;
  return {
    ...{ id, jobId, fireTime, fireTimeEnd, count, cause, state, outcome, reason, endedAt },
    attempts: attempts.map(ledgerAttempt),
  };
}

function ledgerAttempt(attempt: Attempt): LedgerAttempt {
  const { number, epoch, instanceId, process, provenance, state, outcome, reason, startedAt } =
    attempt;
  const [starter] = provenance.chain;
  return {
    ...{ number, epoch, instanceId, state, outcome, reason },
    process: `${process.pid}:${process.startMark}`,
    startedBy: starter === undefined ? null : `${starter.pid}:${starter.startMark}`,
    didBegin: startedAt !== null,
  };
}

function ledgerJob(job: Job): LedgerJob {
  const { schedule, name, overlap, retries } = job.definition;
  if (schedule.kind !== 'every') throw new Error(`${name} has no interval`);
  return {
    ...{ id: job.id, name, overlap, retries },
    everyMs: schedule.everyMs,
    anchor: schedule.anchor,
    createdAt: job.createdAt,
    // A paused job has nothing due after it was paused.
    decidedUntil: job.nextFireAt ?? job.updatedAt,
    isPrompt: promptJobs.has(name),
  };
}
