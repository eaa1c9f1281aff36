import type { AnsweredQuestion, AnsweredStore } from '../../ports/answered.ts';
import { integer, text, textOrNull } from './columns.ts';
import { commit, rollback, type SqlDriver, type SqlRow } from './driver.ts';
import * as sql from './sql/answered.ts';

function answeredOf(row: SqlRow): AnsweredQuestion {
  const body = textOrNull(row, 'body');
  const answer = body === null ? null : { status: integer(row, 'status'), body };
  return { question: text(row, 'question'), answer };
}

export function answeredStore(driver: SqlDriver): AnsweredStore {
  return {
    async begin({ credentialId, key, question, at }, forgetBefore) {
      return driver.transaction<AnsweredQuestion | null>(async (session) => {
        await session.run(sql.forgetAnswers, [forgetBefore]);
        const taken = await session.run(sql.takeKey, [credentialId, key, question, at]);
        if (taken > 0) return commit(null);
        const [row] = await session.all(sql.getAnswer, [credentialId, key]);
        return rollback(row === undefined ? null : answeredOf(row));
      });
    },
    async finish(credentialId, key, { status, body }) {
      await driver.run(sql.setAnswer, [credentialId, key, status, body]);
    },
    async forget(credentialId, key) {
      await driver.run(sql.freeKey, [credentialId, key]);
    },
  };
}
