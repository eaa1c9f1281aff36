import { fireTimes } from '../../src/core/fire-times.ts';
import type { Instant } from '../../src/core/instant.ts';
import type { Job, JobDefinition } from '../../src/core/job.ts';
import type { Run } from '../../src/core/run.ts';
import type { Store } from '../../src/ports/store.ts';

/** A stretch of time in which a job was enabled under one definition: its fire times from `from` to `until` must be decided. */
type Period = {
  readonly definition: JobDefinition;
  readonly from: Instant;
  readonly until: Instant | null;
};

const mostTimes = 200_000;

/** What people did to jobs, as it was acknowledged: from it follows which occurrences must have a decision. */
export class JobHistory {
  readonly #periods = new Map<string, Period[]>();
  readonly #definitions = new Map<string, JobDefinition>();
  readonly #removed = new Set<string>();

  get jobIds(): readonly string[] {
    return [...this.#periods.keys()];
  }

  added(job: Job): void {
    this.#periods.set(job.id, []);
    this.#begin(job);
  }

  #begin(job: Job): void {
    this.#definitions.set(`${job.id}/${job.revision}`, job.definition);
    if (job.state !== 'enabled' || job.nextFireAt === null) return;
    const { definition, nextFireAt } = job;
    this.#periods.get(job.id)?.push({ definition, from: nextFireAt, until: null });
  }

  /** A change that was acknowledged at `now`; it was computed from `before`, as the store had it. */
  changed(before: Job, after: Job | null, now: Instant): void {
    const periods = this.#periods.get(before.id) ?? [];
    const last = periods.at(-1);
    // The period of a job that is done has ended by itself.
    if (last !== undefined && last.until === null && before.nextFireAt !== null)
      periods[periods.length - 1] = { ...last, until: Math.max(before.nextFireAt - 1, now) };
    if (after === null) this.#removed.add(before.id);
    else this.#begin(after);
  }

  /** What contradicts "exactly one decision for every occurrence", and "no removed job comes back". */
  async judge(store: Store): Promise<readonly string[]> {
    const faults: string[] = [];
    for (const id of this.#periods.keys()) {
      const job = await store.jobs.get('default', id);
      if ((job === null) !== this.#removed.has(id))
        faults.push(`job ${id} ${job === null ? 'is lost' : 'was removed and is back'}`);
      const rows = await store.runs.list('default', { jobId: id, limit: mostTimes });
      faults.push(...this.#judgeJob(id, job, rows));
    }
    return faults;
  }

  #judgeJob(id: string, job: Job | null, rows: readonly Run[]): readonly string[] {
    const faults: string[] = [];
    const decided = new Map<Instant, string[]>();
    for (const row of rows) {
      if (row.fireTime === null) continue;
      const definition = this.#definitions.get(`${id}/${row.jobRevision}`);
      if (definition === undefined) {
        faults.push(`run ${row.id} names revision ${row.jobRevision}, which never was`);
        continue;
      }
      const times = timesOf(definition, row.fireTime, row.fireTimeEnd ?? row.fireTime);
      if (times.length !== row.count)
        faults.push(`run ${row.id} counts ${row.count} occurrences, not ${times.length}`);
      for (const at of times)
        decided.set(at, [...(decided.get(at) ?? []), `${row.state} ${row.id}`]);
    }
    const latest = Math.max(...decided.keys());
    for (const at of this.#expected(id, job, latest)) {
      const by = decided.get(at) ?? [];
      if (by.length !== 1) faults.push(`${id} ${iso(at)} was decided ${by.length} times: ${by}`);
      decided.delete(at);
    }
    for (const [at, by] of decided) faults.push(`${id} ${iso(at)} was not due, but is ${by}`);
    return faults;
  }

  #expected(id: string, job: Job | null, latest: Instant): ReadonlySet<Instant> {
    const expected = new Set<Instant>();
    for (const { definition, from, until } of this.#periods.get(id) ?? []) {
      // A job that is done has no next time; what it decided last ends its period.
      const end = until ?? (job?.nextFireAt ?? latest + 1) - 1;
      for (const at of timesOf(definition, from, end)) expected.add(at);
    }
    return expected;
  }
}

function timesOf(definition: JobDefinition, from: Instant, until: Instant): readonly Instant[] {
  const { times } = fireTimes(definition.schedule, from - 1, until, mostTimes);
  return times.filter((at) => definition.endAt === null || at < definition.endAt);
}

const iso = (at: Instant): string => new Date(at).toISOString();
