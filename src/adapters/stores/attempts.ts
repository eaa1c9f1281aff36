import type { Fence } from '../../core/lease.ts';
import type { Provenance } from '../../core/provenance.ts';
import type { Attempt } from '../../core/run.ts';
import type { Settlement } from '../../core/settlement.ts';
import type { RunStore } from '../../ports/store.ts';
import type { SqlDriver, SqlRow, SqlSession, SqlValue } from './driver.ts';
import { fenced, limitBatch } from './fence.ts';
import * as sql from './sql/attempts.ts';
import { beginRunning, markStarted, moveQueued, moveRunning } from './sql/runs.ts';
import type { Telling } from './telling.ts';

/** The caller says under which term it acts twice; if the two differ it has mixed up its terms. */
function requireSameTerm(fence: Fence, attempt: Attempt): void {
  if (attempt.epoch === fence.epoch && attempt.instanceId === fence.instanceId) return;
  throw new Error(
    `Attempt ${attempt.number} of ${attempt.runId} names epoch ${attempt.epoch}, its fence ${fence.epoch}.`,
  );
}

/** The text of the last value is kept: attempts that begin shortly after each other have one provenance. */
function keepingLast<T>(textOf: (value: T) => string): (value: T) => string {
  let last: { readonly value: T; readonly text: string } | null = null;
  return (value) => {
    if (last?.value !== value) last = { value, text: textOf(value) };
    return last.text;
  };
}

async function authoriseOne(
  session: SqlSession,
  profile: string,
  attempt: Attempt,
  provenance: string,
): Promise<boolean> {
  const { runId, number } = attempt;
  if ((await session.run(beginRunning, [profile, runId, number])) === 0) return false;
  await session.run(sql.insertAttempt, [
    runId,
    number,
    attempt.epoch,
    attempt.instanceId,
    JSON.stringify(attempt.process),
    provenance,
    attempt.authorisedAt,
    attempt.timeoutMs,
  ]);
  return true;
}

/** A settlement counts once: the second finds its attempt over, or its run no longer queued. Answers the row of the run that moved. */
async function settleOne(
  session: SqlSession,
  profile: string,
  { runId, attempt, run }: Settlement,
): Promise<SqlRow | undefined> {
  const moved: readonly SqlValue[] = [
    profile,
    runId,
    run.state,
    run.outcome,
    run.reason,
    run.message,
    run.notBefore,
    run.endedAt,
    run.outputBytes,
    run.outputTruncated ? 1 : 0,
  ];
  if (attempt === null) return (await session.all(moveQueued, moved))[0];
  const ended = await session.run(sql.endAttempt, [
    profile,
    runId,
    attempt.number,
    attempt.state,
    attempt.outcome,
    attempt.exitCode,
    attempt.reason,
    attempt.startedAt,
    attempt.endedAt,
  ]);
  if (ended === 0) return undefined;
  const values = [...moved, attempt.exitCode, attempt.startedAt];
  return (await session.all(moveRunning, values))[0];
}

/** The part of the run store that writes attempts. */
export function attemptWriter(
  driver: SqlDriver,
  telling: Telling,
): Pick<RunStore, 'authorise' | 'markBegan' | 'settle' | 'adopt'> {
  const provenanceText = keepingLast<Provenance>(JSON.stringify);

  async function settleEach(
    session: SqlSession,
    profile: string,
    settlements: readonly Settlement[],
  ): Promise<string[]> {
    const moved: string[] = [];
    for (const settlement of settlements) {
      const row = await settleOne(session, profile, settlement);
      if (row === undefined) continue;
      moved.push(settlement.runId);
      await telling.settled(session, settlement, row);
    }
    return moved;
  }

  return {
    async authorise(fence, authorisations, ends = []) {
      limitBatch(authorisations.length + ends.length);
      for (const { attempt } of authorisations) requireSameTerm(fence, attempt);
      return fenced(driver, fence, async (session) => {
        const moved = await settleEach(session, fence.profile, ends);
        for (const { attempt } of authorisations) {
          const provenance = provenanceText(attempt.provenance);
          if (await authoriseOne(session, fence.profile, attempt, provenance))
            moved.push(attempt.runId);
        }
        return moved;
      });
    },

    async markBegan(fence, begun) {
      limitBatch(begun.length);
      const work = async (session: SqlSession): Promise<null> => {
        for (const { runId, number, startedAt } of begun) {
          const values = [fence.profile, runId, number, startedAt];
          if ((await session.run(sql.markBegan, values)) === 0) continue;
          await session.run(markStarted, [fence.profile, runId, startedAt]);
        }
        return null;
      };
      // After a power cut a run that was authorised counts as begun in any case.
      return fenced(driver, fence, work, 'fleeting');
    },

    async settle(fence, settlements) {
      limitBatch(settlements.length);
      return fenced(driver, fence, (session) => settleEach(session, fence.profile, settlements));
    },

    /** The adopter is recorded as `INSTANCE@EPOCH`. */
    async adopt(fence, runId, number) {
      return fenced(driver, fence, async (session) => {
        const adopter = `${fence.instanceId}@${fence.epoch}`;
        await session.run(sql.adoptAttempt, [fence.profile, runId, number, adopter]);
        return null;
      });
    },
  };
}
