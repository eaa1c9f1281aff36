import type { FiringPlan } from '../../core/firing.ts';
import { dayMs } from '../../core/instant.ts';
import { isFinal, type Run } from '../../core/run.ts';
import type { OpenPlace, RequestAnswer, RunFilter, RunStore } from '../../ports/store.ts';
import { attemptWriter } from './attempts.ts';
import { record } from './audit.ts';
import { integer, integerOrNull } from './columns.ts';
import { commit, rollback, type SqlDriver, type SqlSession } from './driver.ts';
import { fenced, limitBatch } from './fence.ts';
import { attemptOf, glimpseOf, runOf, runValues, tallyOf } from './rows.ts';
import { runPages } from './run-pages.ts';
import { listAttempts } from './sql/attempts.ts';
import { advanceJob } from './sql/jobs.ts';
import { acceptRequest, dismissRequest } from './sql/requests.ts';
import * as sql from './sql/runs.ts';
import type { Telling } from './telling.ts';

/** The row that decided an occurrence: its own, or the range that covers it. */
async function decision(
  session: SqlSession,
  occurrence: readonly [profile: string, jobId: string, fireTime: number],
): Promise<Run | null> {
  const [own] = await session.all(sql.runOfOccurrence, occurrence);
  if (own !== undefined) return runOf(own);
  const [range] = await session.all(sql.rangeOfOccurrence, occurrence);
  return range === undefined ? null : runOf(range);
}

/** Answers whether the row is new. One inside a range that was decided before is not. */
async function decide(session: SqlSession, run: Run): Promise<boolean> {
  if (run.fireTime !== null) {
    const occurrence = [run.profile, run.jobId, run.fireTime] as const;
    if ((await session.all(sql.rangeOfOccurrence, occurrence)).length > 0) return false;
  }
  return (await session.run(sql.insertDecision, runValues(run))) === 1;
}

/** The fence protects one profile; a row of another under it is a caller's mix-up. */
function requireProfile(profile: string, run: Run): void {
  if (run.profile === profile) return;
  throw new Error(`Run ${run.id} is of profile ${run.profile}, its fence of ${profile}.`);
}

async function fireOne(
  session: SqlSession,
  profile: string,
  plan: FiringPlan,
  telling: Telling,
): Promise<readonly Run[]> {
  const { jobId, seen, nextFireAt, scheduledRuns, state } = plan;
  const values = [profile, jobId, seen.revision, seen.nextFireAt, nextFireAt, scheduledRuns, state];
  if ((await session.run(advanceJob, values)) === 0) return [];
  const inserted: Run[] = [];
  for (const run of plan.rows) {
    requireProfile(profile, run);
    if (!(await decide(session, run))) continue;
    inserted.push(run);
    await telling.decided(session, run);
  }
  return inserted;
}

const words = (list: readonly string[] | undefined): string =>
  list === undefined || list.length === 0 ? '' : `,${list.join(',')},`;

const dismissal = (answer: Exclude<RequestAnswer, { kind: 'accept' }>) => {
  if (answer.kind === 'take') return ['accepted', null, null] as const;
  const state = answer.kind === 'refuse' ? 'refused' : 'expired';
  return [state, answer.reason, answer.message] as const;
};

/** Where a page begins. One that follows a run which was pruned since goes on by id, because ids grow with time. */
async function placeBefore(driver: SqlDriver, profile: string, id: RunFilter['before']) {
  if (id === undefined || id === null) return [Number.MAX_SAFE_INTEGER, ''] as const;
  const [own] = await driver.all(sql.decidedAtOf, [profile, id]);
  const [row] = own === undefined ? await driver.all(sql.decidedBeforeId, [profile, id]) : [own];
  return [row === undefined ? -1 : integer(row, 'decided_at'), id] as const;
}

const beforeAll: OpenPlace = { notBefore: Number.MIN_SAFE_INTEGER, id: '' };

export function runStore(driver: SqlDriver, telling: Telling): RunStore {
  return {
    ...attemptWriter(driver, telling),
    ...runPages(driver),

    async fire(fence, plans) {
      limitBatch(plans.length);
      // Nothing follows from a run that waits but its start, whose commit is forced to the disk and takes this one along.
      const isOver = plans.some(({ rows }) => rows.some(({ state }) => isFinal(state)));
      const work = async (session: SqlSession): Promise<readonly Run[]> => {
        const inserted: Run[] = [];
        for (const plan of plans) {
          inserted.push(...(await fireOne(session, fence.profile, plan, telling)));
        }
        return inserted;
      };
      return fenced(driver, fence, work, isOver ? 'durable' : 'fleeting');
    },

    async acceptRequests(fence, answers) {
      limitBatch(answers.length);
      return fenced(driver, fence, async (session) => {
        const inserted: Run[] = [];
        for (const answer of answers) {
          const request = [fence.profile, answer.requestId];
          if (answer.kind !== 'accept') {
            await session.run(dismissRequest, [...request, ...dismissal(answer)]);
            continue;
          }
          const { run } = answer;
          requireProfile(fence.profile, run);
          if ((await session.run(acceptRequest, [...request, run.id])) === 0) continue;
          if ((await session.run(sql.insertRequested, runValues(run))) === 0) continue;
          inserted.push(run);
          await telling.decided(session, run);
        }
        return inserted;
      });
    },

    async get(profile, id) {
      const [row] = await driver.all(sql.getRun, [profile, id]);
      return row === undefined ? null : runOf(row);
    },

    async attempts(runId) {
      return (await driver.all(listAttempts, [runId])).map(attemptOf);
    },

    async open(profile, limit, { notBefore, id } = beforeAll) {
      return (await driver.all(sql.openRuns, [profile, limit, notBefore, id])).map(runOf);
    },

    async list(profile, { jobId, states, outcomes, before, limit }) {
      const place = await placeBefore(driver, profile, before);
      const values = [profile, ...place, words(states), words(outcomes), limit];
      const rows =
        jobId === undefined
          ? await driver.all(sql.listRuns, values)
          : await driver.all(sql.listRunsOfJob, [...values, jobId]);
      return rows.map(runOf);
    },

    async latest(profile, jobId, limit) {
      return (await driver.all(sql.latestOfJob, [profile, jobId, limit])).map(glimpseOf);
    },

    async tally(profile, since, limit) {
      const rows = await driver.all(sql.tallyRuns, [profile, since - dayMs, since, limit]);
      return rows.map(tallyOf);
    },

    async decidedUntil(profile, jobId) {
      const [row] = await driver.all(sql.decidedUntil, [profile, jobId]);
      if (row === undefined) return null;
      const [own, range] = [integerOrNull(row, 'own'), integerOrNull(row, 'range')];
      return own === null ? range : Math.max(own, range ?? own);
    },

    async decisionOf(profile, jobId, fireTime) {
      return decision(driver, [profile, jobId, fireTime]);
    },

    async requestCancel(profile, runId, entry) {
      return driver.transaction<boolean>(async (session) => {
        if ((await session.run(sql.requestCancel, [profile, runId])) === 0) return rollback(false);
        await record(session, entry);
        return commit(true);
      });
    },
  };
}
