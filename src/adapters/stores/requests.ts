import type { Request } from '../../core/request.ts';
import type { RequestStore } from '../../ports/store.ts';
import { record } from './audit.ts';
import { commit, rollback, type SqlDriver, type SqlSession } from './driver.ts';
import { fenced } from './fence.ts';
import { requestOf } from './rows.ts';
import * as sql from './sql/requests.ts';

async function insert(session: SqlSession, request: Request): Promise<void> {
  await session.run(sql.insertRequest, [
    request.id,
    request.profile,
    request.kind,
    request.jobId,
    request.runId,
    request.retryOf,
    request.actor,
    request.state,
    request.reason,
    request.message,
    request.createdAt,
    request.expiresAt,
    request.answeredAt,
  ]);
}

export function requestStore(driver: SqlDriver): RequestStore {
  return {
    async create(request, entry) {
      await driver.transaction(async (session) => {
        await insert(session, request);
        if (entry !== null) await record(session, entry);
        return commit(null);
      });
    },
    async createOnce(request, entry, alike) {
      const { profile, jobId, retryOf, createdAt } = request;
      return driver.transaction<Request | null>(async (session) => {
        const wanted = [profile, jobId, retryOf ?? ''];
        const [waiting] = await session.all(sql.waitingRun, [...wanted, createdAt]);
        const [open] = alike === 'open' ? await session.all(sql.openRun, wanted) : [];
        const earlier = waiting ?? open;
        if (earlier !== undefined) return rollback(requestOf(earlier));
        await insert(session, request);
        await record(session, entry);
        return commit(null);
      });
    },
    async lastAnswered(profile) {
      const [row] = await driver.all(sql.lastAnswered, [profile]);
      return row === undefined ? null : requestOf(row);
    },
    async recordFindings(fence, id, findings) {
      return fenced(driver, fence, async (session) => {
        await session.run(sql.recordFindings, [fence.profile, id, JSON.stringify(findings)]);
        return null;
      });
    },
    async get(profile, id) {
      const [row] = await driver.all(sql.getRequest, [profile, id]);
      return row === undefined ? null : requestOf(row);
    },
    async waiting(profile, limit) {
      return (await driver.all(sql.waitingRequests, [profile, limit])).map(requestOf);
    },
  };
}
