import type { AuditEntry, AuditStore } from '../../ports/audit.ts';
import type { SqlDriver, SqlSession } from './driver.ts';
import { auditOf, auditValues } from './rows.ts';
import { appendAudit, listAudit } from './sql/audit.ts';

/** Writes the entry in the transaction of what it tells about. */
export async function record(session: SqlSession, entry: AuditEntry): Promise<void> {
  await session.run(appendAudit, auditValues(entry));
}

export function auditStore(driver: SqlDriver): AuditStore {
  return {
    async append(entry) {
      await record(driver, entry);
    },
    async list(profile, { kinds = [], limit, before = Number.MAX_SAFE_INTEGER }) {
      const rows = await driver.all(listAudit(kinds.length), [profile, before, limit, ...kinds]);
      return rows.map(auditOf);
    },
  };
}
