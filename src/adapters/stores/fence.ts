import type { Fence } from '../../core/lease.ts';
import type { Fenced } from '../../ports/store.ts';
import { integer } from './columns.ts';
import { commit, type Lasting, rollback, type SqlDriver, type SqlSession } from './driver.ts';
import { getLease, holdTerm } from './sql/leases.ts';

/** How many entries one transaction takes, so that it never holds the write lock for long. */
export const batchLimit = 5_000;

/** A caller that passes more has a bug: it must cut its work into batches itself, for only it knows what belongs together. */
export function limitBatch(count: number): void {
  if (count > batchLimit) {
    throw new RangeError(`${count} entries are too many for one batch of at most ${batchLimit}.`);
  }
}

/** Runs `work` in a transaction if the fence names the current term; otherwise answers the current epoch and writes nothing. */
export async function fenced<T>(
  driver: SqlDriver,
  fence: Fence,
  work: (session: SqlSession) => Promise<T>,
  how: Lasting = 'durable',
): Promise<Fenced<T>> {
  return driver.transaction<Fenced<T>>(async (session) => {
    const term = [fence.profile, fence.epoch, fence.instanceId] as const;
    const held = (await session.all(holdTerm, term)).length;
    if (held === 1) return commit({ kind: 'done', value: await work(session) });
    const [lease] = await session.all(getLease, [fence.profile]);
    return rollback({ kind: 'fenced', epoch: lease === undefined ? 0 : integer(lease, 'epoch') });
  }, how);
}
