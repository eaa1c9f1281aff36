import { giveUp, recipientOf } from '../../core/delivery.ts';
import type { DeliveryFilter, OutboxStore } from '../../ports/outbox.ts';
import { record } from './audit.ts';
import { integer, integerOrNull, text } from './columns.ts';
import { commit, rollback, type SqlDriver } from './driver.ts';
import { deliveryOf, deliveryStateOf, incidentOf, incidentValues } from './rows-outbox.ts';
import * as sql from './sql/outbox.ts';
import { owe, tellSent } from './telling.ts';

const words = (list: readonly string[] | undefined): string =>
  list === undefined || list.length === 0 ? '' : `,${list.join(',')},`;

function statementOf({ runId, target, isUnread = false }: DeliveryFilter): string {
  if (runId !== undefined) return sql.listOfRun;
  if (target !== 'inbox') return sql.listSent;
  return isUnread ? sql.listUnread : sql.listInbox;
}

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one store, method by method
export function outboxStore(driver: SqlDriver): OutboxStore {
  /** One that was pruned meanwhile ends the list. */
  async function placeOf(profile: string, id: string): Promise<number> {
    const [row] = await driver.all(sql.placeOfDelivery, [profile, id]);
    return row === undefined ? -1 : integer(row, 'created_at');
  }

  return {
    async look(profile, { until, mayExecute }) {
      const [row] = await driver.all(sql.nextTryAt, [profile]);
      const nextTryAt = row === undefined ? null : integerOrNull(row, 'next');
      const isDue = nextTryAt !== null && nextTryAt <= until;
      const due = isDue
        ? await driver.all(sql.dueDeliveries, [profile, until, mayExecute ? 1 : 0])
        : [];
      const sending = await driver.all(sql.sendingDeliveries, [profile]);
      return { sending: sending.map(deliveryOf), due: due.map(deliveryOf), nextTryAt };
    },

    async claim({ id, tries }, claim) {
      const values = [id, tries, JSON.stringify(claim)];
      const [row] = await driver.transaction(async (session) =>
        commit(await session.all(sql.claimDelivery, values)),
      );
      return row === undefined ? null : deliveryOf(row);
    },

    async record(delivery, sent) {
      const { id, tries, claim } = delivery;
      const { state, nextTryAt, settledAt, cause, receipt } = sent;
      const which = [id, tries, JSON.stringify(claim)];
      return driver.transaction<boolean>(async (session) => {
        const values = [...which, state, nextTryAt, settledAt, cause, receipt];
        if ((await session.run(sql.recordSent, values)) === 0) return rollback(false);
        await tellSent(session, delivery, sent);
        return commit(true);
      });
    },

    async giveUp(late, owedBefore, at) {
      const { profile, kind } = late;
      const recipient = recipientOf(late);
      return driver.transaction<number>(async (session) => {
        const open = await session.all(sql.incidentsOfSubject, [profile, recipient]);
        if (kind !== 'ping' && open.length === 0) return rollback(0);
        const owed = (await session.all(sql.earliestOwedTo, [profile, recipient])).map(deliveryOf);
        const over = owed.filter(({ createdAt }) => createdAt < owedBefore);
        for (const delivery of over) {
          const sent = giveUp(delivery, at);
          const { state, nextTryAt, settledAt, cause } = sent;
          await session.run(sql.giveUpDelivery, [delivery.id, state, nextTryAt, settledAt, cause]);
          await tellSent(session, delivery, sent);
        }
        return commit(over.length);
      });
    },

    async openIncident(incident, alerts) {
      return driver.transaction<boolean>(async (session) => {
        if ((await session.run(sql.openIncident, incidentValues(incident))) === 0)
          return rollback(false);
        await owe(session, alerts);
        return commit(true);
      });
    },

    async closeIncident({ id }, at, alerts) {
      return driver.transaction<boolean>(async (session) => {
        if ((await session.run(sql.closeIncident, [id, at])) === 0) return rollback(false);
        await owe(session, alerts);
        return commit(true);
      });
    },

    async incidents(profile, kind) {
      return (await driver.all(sql.incidentsOfKind, [profile, kind])).map(incidentOf);
    },

    async failing(profile, limit) {
      const rows = await driver.all(sql.failingJobs, [profile, limit]);
      return rows.map((row) => text(row, 'subject'));
    },

    async list(profile, filter) {
      const { runId, states, before = null, limit } = filter;
      const place =
        before === null ? [Number.MAX_SAFE_INTEGER, ''] : [await placeOf(profile, before), before];
      const values = [profile, ...place, words(states), limit];
      const all = runId === undefined ? values : [...values, runId];
      return (await driver.all(statementOf(filter), all)).map(deliveryOf);
    },

    async get(profile, id) {
      const [row] = await driver.all(sql.getDelivery, [profile, id]);
      return row === undefined ? null : deliveryOf(row);
    },

    async unread(profile) {
      const [row] = await driver.all(sql.countUnread, [profile]);
      return row === undefined ? 0 : integer(row, 'unread');
    },

    async markRead(profile, which, at) {
      if ('upTo' in which) {
        const place = [await placeOf(profile, which.upTo), which.upTo];
        return driver.run(sql.markReadUpTo, [profile, ...place, at]);
      }
      return driver.transaction<number>(async (session) => {
        let read = 0;
        for (const id of which.ids) read += await session.run(sql.markRead, [profile, id, at]);
        return commit(read);
      });
    },

    async again(profile, id, at, entry) {
      return driver.transaction<boolean>(async (session) => {
        if ((await session.run(sql.oweAgain, [profile, id, at])) === 0) return rollback(false);
        await record(session, entry);
        return commit(true);
      });
    },

    async troubles(profile, since) {
      const counts = { failed: 0, unknown: 0, waiting: 0 };
      for (const row of await driver.all(sql.countTroubled, [profile, since])) {
        const state = deliveryStateOf(row);
        if (state === 'failed' || state === 'unknown') counts[state] = integer(row, 'deliveries');
      }
      const [row] = await driver.all(sql.countWaiting, [profile]);
      return { ...counts, waiting: row === undefined ? 0 : integer(row, 'deliveries') };
    },
  };
}
