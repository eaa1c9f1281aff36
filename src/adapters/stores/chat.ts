import type { Maker } from '../../core/maker.ts';
import type { ProcessIdentity } from '../../core/provenance.ts';
import {
  type ChatLine,
  type ChatPart,
  type ChatStore,
  type ChatTurn,
  chatPartKinds,
} from '../../ports/chat.ts';
import { document, integer, text, truth } from './columns.ts';
import { isMaker, isProcess } from './documents.ts';
import { commit, rollback, type SqlDriver, type SqlRow, type SqlSession } from './driver.ts';
import * as sql from './sql/chat.ts';

const kinds: readonly string[] = chatPartKinds;

const isPart = (value: unknown): value is ChatPart =>
  typeof value === 'object' &&
  value !== null &&
  'kind' in value &&
  typeof value.kind === 'string' &&
  kinds.includes(value.kind);

/** Who asked is stored in the first line of a turn, beside what was asked; older turns do not say it. */
function makerOf(row: SqlRow): Maker | null {
  if (row['asked'] === null) return null;
  const asked = document(row, 'asked', isPart);
  return 'maker' in asked && isMaker(asked.maker) ? asked.maker : null;
}

/** A line as it is read: without who asked. */
const shownPart = (part: ChatPart): ChatPart =>
  part.kind === 'asked' ? { kind: 'asked', text: part.text } : part;

const turnOf = (row: SqlRow): ChatTurn => ({
  id: text(row, 'id'),
  profile: text(row, 'profile'),
  key: text(row, 'key'),
  actor: text(row, 'actor'),
  maker: makerOf(row),
  text: text(row, 'text'),
  worker: document(row, 'worker', isProcess),
  isOpen: truth(row, 'is_open'),
  at: integer(row, 'at'),
});

const lineOf = (row: SqlRow): ChatLine => ({
  number: integer(row, 'number'),
  turnId: text(row, 'turn_id'),
  at: integer(row, 'at'),
  part: shownPart(document(row, 'part', isPart)),
});

/** The parts of an identity in one order, because it is compared as text. */
const workerText = ({ machineId, bootId, pidNamespace, pid, startMark }: ProcessIdentity): string =>
  JSON.stringify({ machineId, bootId, pidNamespace, pid, startMark });

async function insertLines(
  session: SqlSession,
  { id, profile }: ChatTurn,
  parts: readonly ChatPart[],
  at: number,
): Promise<void> {
  for (const part of parts)
    await session.run(sql.insertLine, [profile, id, at, JSON.stringify(part)]);
}

export function chatStore(driver: SqlDriver): ChatStore {
  return {
    async accept(turn) {
      const { id, profile, key, actor, at } = turn;
      return driver.transaction<ChatTurn | null>(async (session) => {
        const values = [id, profile, key, actor, turn.text, workerText(turn.worker), at];
        const inserted = await session.run(sql.insertTurn, values);
        if (inserted === 0) {
          const [row] = await session.all(sql.turnByKey, [profile, key]);
          return rollback(row === undefined ? null : turnOf(row));
        }
        const asked = { kind: 'asked', text: turn.text, maker: turn.maker } as const;
        await insertLines(session, turn, [asked], at);
        for (const statement of sql.forgetOld) await session.run(statement, [profile]);
        return commit(null);
      });
    },
    async append(turn, parts, at) {
      const isOpen = parts.every(({ kind }) => kind !== 'end');
      return driver.transaction<boolean>(async (session) => {
        const held = await session.run(sql.holdTurn, [
          turn.id,
          workerText(turn.worker),
          isOpen ? 1 : 0,
        ]);
        if (held === 0) return rollback(false);
        await insertLines(session, turn, parts, at);
        return commit(true);
      });
    },
    takeOver: async (turn, worker) =>
      (await driver.run(sql.passTurn, [turn.id, workerText(turn.worker), workerText(worker)])) > 0,
    open: async (profile) => (await driver.all(sql.openTurns, [profile])).map(turnOf),
    lines: async (profile, after, limit) =>
      (await driver.all(sql.linesAfter, [profile, after, limit])).map(lineOf),
    linesOf: async (profile, turnId) =>
      (await driver.all(sql.linesOfTurn, [profile, turnId])).map(lineOf),
    async newest(profile) {
      const [row] = await driver.all(sql.newestLine, [profile]);
      return row === undefined ? 0 : integer(row, 'number');
    },
  };
}
