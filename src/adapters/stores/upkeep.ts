import { dayMs } from '../../core/instant.ts';
import type { Fence } from '../../core/lease.ts';
import type { Fenced, UpkeepStore } from '../../ports/store.ts';
import { integer, text } from './columns.ts';
import type { SqlDriver, SqlRow } from './driver.ts';
import { fenced } from './fence.ts';
import * as sql from './sql/upkeep.ts';

/** Rows that one transaction of upkeep touches. */
const sliceRows = 500;
/** Slices of one call; what remains waits for the next. */
const auditSlices = 20;
const ownerEntriesKept = 1_000;
/** How long the key of a removed job still answers with that job. */
const keyKeptMs = 30 * dayMs;
const probesKeptMs = dayMs;

type Place = { readonly decidedAt: number; readonly id: string };

const nowhere: Place = { decidedAt: -1, id: '' };

const placeOf = (row: SqlRow | undefined): Place =>
  row === undefined ? nowhere : { decidedAt: integer(row, 'decided_at'), id: text(row, 'id') };

const isLater = (one: Place, other: Place): boolean =>
  one.decidedAt > other.decidedAt || (one.decidedAt === other.decidedAt && one.id > other.id);

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one store, method by method
export function upkeepStore(driver: SqlDriver): UpkeepStore {
  async function pruneRuns(fence: Fence, runIds: readonly string[]): Promise<Fenced<number>> {
    return fenced(driver, fence, async (session) => {
      let pruned = 0;
      for (const id of runIds) {
        if ((await session.all(sql.mayPrune, [fence.profile, id])).length === 0) continue;
        await session.run(sql.deleteAttempts, [id]);
        await session.run(sql.deleteDeliveriesOfRun, [id]);
        pruned += await session.run(sql.deleteRun, [id]);
      }
      return pruned;
    });
  }

  /** Everything that is not a run, up to the bound. */
  async function pruneTraces(fence: Fence, before: number): Promise<Fenced<null>> {
    const { profile } = fence;
    const first = await fenced(driver, fence, async (session) => {
      if ((await session.all(sql.hasOldOwnerAudit, [profile, before])).length > 0)
        await session.run(sql.pruneOwnerAudit, [profile, before, ownerEntriesKept]);
      await session.run(sql.pruneRequests, [profile, before, sliceRows]);
      await session.run(sql.pruneInstances, [profile, before]);
      await session.run(sql.pruneAlerts, [profile, before, sliceRows]);
      await session.run(sql.pruneIncidents, [profile, before]);
      await session.run(sql.prunePingIncidents, [profile]);
      const [clock] = await session.all('SELECT now_ms() AS now');
      const now = clock === undefined ? 0 : integer(clock, 'now');
      await session.run(sql.pruneProbes, [profile, now - probesKeptMs, sliceRows]);
      const keysBefore = now - keyKeptMs;
      await session.run(sql.pruneKeys, [profile, keysBefore]);
      await session.run(sql.pruneRemoved, [profile, keysBefore]);
      return null;
    });
    if (first.kind === 'fenced') return first;
    for (let slice = 0; slice < auditSlices; slice++) {
      const gone = await fenced(driver, fence, (session) =>
        session.run(sql.pruneAudit, [profile, before, sliceRows]),
      );
      if (gone.kind === 'fenced') return gone;
      if (gone.value < sliceRows) break;
    }
    return first;
  }

  return {
    changeToken: () => driver.changeToken(),
    writeBack: () => driver.writeBack(),
    backup: (path) => driver.backup(path),
    settings: () => driver.settings(),

    async prunable(profile, keep, limit) {
      const [tooMany] = await driver.all(sql.cutByCount, [profile, keep.runs]);
      const [tooMuch] = await driver.all(sql.cutByBytes, [profile, keep.outputBytes]);
      const [byCount, byBytes] = [placeOf(tooMany), placeOf(tooMuch)];
      const cut = isLater(byCount, byBytes) ? byCount : byBytes;
      const values = [profile, keep.since, cut.decidedAt, cut.id, limit];
      return (await driver.all(sql.prunableRuns, values)).map((row) => ({
        runId: text(row, 'id'),
        outputBytes: integer(row, 'output_bytes'),
      }));
    },

    /** In slices, each under the fence: runs pruned before a change of hands stay pruned, which every later holder would do too. */
    async prune(fence, runIds, auditBefore) {
      const traces = await pruneTraces(fence, auditBefore);
      if (traces.kind === 'fenced') return traces;
      let pruned = 0;
      for (let start = 0; start < runIds.length; start += sliceRows) {
        const slice = await pruneRuns(fence, runIds.slice(start, start + sliceRows));
        if (slice.kind === 'fenced') return slice;
        pruned += slice.value;
      }
      return { kind: 'done', value: pruned };
    },

    async existing(runIds) {
      const found = new Set<string>();
      for (const id of runIds) {
        if ((await driver.all(sql.runExists, [id])).length > 0) found.add(id);
      }
      return found;
    },

    async check() {
      const problems = [...(await driver.problems())];
      const suspects = [
        [sql.runningWithoutAttempt, 'id', 'is running without an attempt under way'],
        [sql.attemptWithoutRunning, 'run_id', 'is not running but has an attempt under way'],
        [sql.enabledWithoutFireTime, 'id', 'is enabled but has no next fire time'],
        [sql.profileWithoutRule, 'name', 'is a profile without appointment or lease'],
      ] as const;
      for (const [statement, column, what] of suspects) {
        const rows = await driver.all(statement);
        problems.push(...rows.map((row) => `${text(row, column)} ${what}.`));
      }
      return problems;
    },
  };
}
