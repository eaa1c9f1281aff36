import type { JobState } from '../../core/job.ts';
import { Refusal } from '../../core/refusal.ts';
import type { JobChange, JobCreated, JobCreation, JobStore, SameKey } from '../../ports/jobs.ts';
import { record } from './audit.ts';
import { integer, text } from './columns.ts';
import { commit, rollback, type SqlDriver, type SqlSession, type SqlValue } from './driver.ts';
import { limitBatch } from './fence.ts';
import { aboutAll } from './hundred.ts';
import { auditValues, jobOf, jobStateOf, jobValues, nameKey, runValues } from './rows.ts';
import { appendAudit } from './sql/audit.ts';
import * as sql from './sql/jobs.ts';
import { insertDecision } from './sql/runs.ts';
import type { Telling } from './telling.ts';

/** A creation with its rows as they are written: they are made before the lock is taken, which keeps others waiting. */
type Written = JobCreation & {
  readonly row: readonly SqlValue[];
  readonly entryRow: readonly SqlValue[];
};

const writtenOf = (creation: JobCreation): Written => ({
  ...creation,
  row: jobValues(creation.job),
  entryRow: auditValues(creation.entry),
});

async function underKey(
  session: Pick<SqlSession, 'all'>,
  profile: string,
  { key, content }: NonNullable<JobCreation['key']>,
): Promise<SameKey | null> {
  const [known] = await session.all(sql.findKey, [profile, key]);
  if (known === undefined) return null;
  const sameContent = text(known, 'content') === content;
  return { kind: 'same-key', jobId: text(known, 'job_id'), sameContent };
}

/** Takes the key of a new job. Null where it has none or the key was free: then the job is to be written. */
async function knownByKey(session: SqlSession, { job, key }: Written): Promise<SameKey | null> {
  if (key === null) return null;
  const values = [job.profile, key.key, key.content, job.id];
  if ((await session.run(sql.insertKey, values)) !== 0) return null;
  const same = await underKey(session, job.profile, key);
  if (same === null) throw new Error(`The key ${key.key} is neither free nor taken.`);
  return same;
}

async function agentJobs(session: Pick<SqlSession, 'all'>, profile: string): Promise<number> {
  const [found] = await session.all(sql.countAgentJobs, [profile]);
  return found === undefined ? 0 : integer(found, 'jobs');
}

/** Asked of all that are to be written, before the first of them is: what is counted is there whatever becomes of these. */
async function whenFull(
  session: SqlSession,
  creations: readonly Written[],
): Promise<Extract<JobCreated, { kind: 'quota-reached' }> | null> {
  const counted = creations.filter(({ quota }) => quota !== undefined);
  const [first] = counted;
  if (first === undefined) return null;
  const jobs = await agentJobs(session, first.job.profile);
  const isFull = counted.some(({ quota = 0 }, place) => jobs + place >= quota);
  return isFull ? { kind: 'quota-reached', jobs } : null;
}

async function insert(session: SqlSession, { job, quota, row, entryRow }: Written): Promise<void> {
  if (quota !== undefined) await session.run(sql.insertAgentJob, [job.profile, job.id]);
  await session.run(sql.insertJob, row);
  await session.run(appendAudit, entryRow);
}

async function remove(session: SqlSession, change: JobChange): Promise<boolean> {
  const { profile, jobId, seen, entry } = change;
  const values = [profile, jobId, seen.revision, seen.nextFireAt];
  const [removed] = await session.all(sql.deleteJob, values);
  if (removed === undefined) return false;
  await session.run(sql.deleteAgentJob, [profile, jobId]);
  await session.run(sql.rememberRemoved, [profile, jobId, text(removed, 'name_key'), entry.at]);
  await session.run(sql.endRetriesOfRemoved, [profile, jobId, entry.at]);
  await session.run(sql.missQueuedOfRemoved, [profile, jobId, entry.at]);
  return true;
}

/** Answers false, before anything was written, when the job moved on. */
async function write(session: SqlSession, change: JobChange, telling: Telling): Promise<boolean> {
  const { after, seen } = change;
  if (after === null) {
    if (!(await remove(session, change))) return false;
  } else {
    const [, , ...columns] = jobValues(after);
    const values = [change.profile, change.jobId, ...columns, seen.revision, seen.nextFireAt];
    if ((await session.run(sql.updateJob, values)) === 0) return false;
  }
  for (const run of change.decisions) {
    if ((await session.run(insertDecision, runValues(run))) === 1)
      await telling.decided(session, run);
  }
  await record(session, change.entry);
  return true;
}

/** The patterns that find a text in a name and in a definition, where it stands as JSON. */
function patternsOf(like: string): readonly string[] {
  if (like === '') return ['', ''];
  const part = (text: string) => `%${text.replace(/[!%_]/g, '!$&')}%`;
  const written = JSON.stringify(like).slice(1, -1).toLowerCase();
  return [part(nameKey(like)), part(written).replace(/[^\0-\x7f]/gu, otherCase)];
}

/** SQL folds a to z only: in the place of another letter that has a case any is let through. */
const otherCase = (letter: string): string =>
  letter.toUpperCase() === letter.toLowerCase() ? letter : '_';

/** Whether somebody made, since the creation was planned, the job of its id or one of its name. */
async function isMade(session: SqlSession, { job, namesakes }: JobCreation): Promise<boolean> {
  const values = [job.profile, nameKey(job.definition.name), job.id];
  const found = (await session.all(sql.jobsLikeNew, values)).map((row) => text(row, 'id'));
  return found.some((id) => id === job.id || (namesakes !== undefined && !namesakes.has(id)));
}

type Applied = Awaited<ReturnType<JobStore['apply']>>;

async function applyAll(
  session: SqlSession,
  creations: readonly Written[],
  changes: readonly JobChange[],
  telling: Telling,
): Promise<Applied> {
  // All of them before the first is written: they may be namesakes of each other.
  for (const creation of creations) {
    if (await isMade(session, creation)) return { kind: 'stale', jobId: creation.job.id };
  }
  const fresh: Written[] = [];
  for (const creation of creations) {
    const known = await knownByKey(session, creation);
    if (known === null) fresh.push(creation);
    else if (!known.sameContent) return { kind: 'stale', jobId: known.jobId };
  }
  const full = await whenFull(session, fresh);
  if (full !== null) return full;
  for (const creation of fresh) await insert(session, creation);
  for (const change of changes) {
    if (!(await write(session, change, telling))) return { kind: 'stale', jobId: change.jobId };
  }
  return { kind: 'applied' };
}

export function jobStore(driver: SqlDriver, telling: Telling): JobStore {
  /** Where the page before ended; a page that follows an unknown job would silently skip or repeat. */
  async function placeAfter(profile: string, id: string | null): Promise<readonly string[]> {
    if (id === null) return ['', ''];
    const [row] = await driver.all(sql.placeOfJob, [profile, id]);
    if (row === undefined) {
      throw new Refusal('not_found', `There is no job ${id} after which a page could begin.`);
    }
    return [text(row, 'name_key'), id];
  }

  return {
    async create(creation) {
      const written = writtenOf(creation);
      return driver.transaction<JobCreated>(async (session) => {
        const refused =
          (await knownByKey(session, written)) ?? (await whenFull(session, [written]));
        if (refused !== null) return rollback(refused);
        await insert(session, written);
        return commit({ kind: 'created' });
      });
    },

    async apply(creations, changes) {
      limitBatch(creations.length + changes.length);
      const written = creations.map(writtenOf);
      return driver.transaction<Applied>(async (session) => {
        const applied = await applyAll(session, written, changes, telling);
        return applied.kind === 'applied' ? commit(applied) : rollback(applied);
      });
    },

    async change(change) {
      return driver.transaction<'changed' | 'stale'>(async (session) =>
        (await write(session, change, telling)) ? commit('changed') : rollback('stale'),
      );
    },

    underKey: (profile, key) => underKey(driver, profile, key),

    async ofAgents(profile) {
      return agentJobs(driver, profile);
    },

    async get(profile, id) {
      const [row] = await driver.all(sql.getJob, [profile, id]);
      return row === undefined ? null : jobOf(row);
    },

    async some(profile, ids) {
      return (await aboutAll(driver, sql.someJobs, [profile], ids)).map(jobOf);
    },

    async byName(profile, name) {
      return (await driver.all(sql.jobsByName, [profile, nameKey(name)])).map(jobOf);
    },

    async list(profile, { after, limit, state = '', like = '' }) {
      const place = await placeAfter(profile, after);
      const values = [profile, ...place, state, limit, ...patternsOf(like)];
      return (await driver.all(sql.listJobs, values)).map(jobOf);
    },

    async due(profile, until, limit) {
      return (await driver.all(sql.dueJobs, [profile, until, limit])).map(jobOf);
    },

    async nextFireTimes(profile, limit) {
      const rows = await driver.all(sql.nextFireTimes, [profile, limit]);
      return rows.map((row) => integer(row, 'next_fire_at'));
    },

    async counts(profile) {
      const counts: Record<JobState, number> = { enabled: 0, paused: 0, pending: 0, done: 0 };
      const [all] = await driver.all(sql.countEnabled, [profile]);
      if (all !== undefined && integer(all, 'jobs') === integer(all, 'enabled'))
        return { ...counts, enabled: integer(all, 'enabled') };
      for (const row of await driver.all(sql.countJobStates, [profile])) {
        counts[jobStateOf(row)] = integer(row, 'jobs');
      }
      return counts;
    },
  };
}
