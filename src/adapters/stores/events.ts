import { type ChangeEvent, type EventStore, eventKinds } from '../../ports/events.ts';
import { integer, oneOf, text } from './columns.ts';
import type { SqlDriver, SqlRow } from './driver.ts';
import * as sql from './sql/events.ts';

const eventOf = (row: SqlRow): ChangeEvent => ({
  sequence: integer(row, 'sequence'),
  profile: text(row, 'profile'),
  at: integer(row, 'at'),
  kind: oneOf(row, 'kind', eventKinds),
  subject: text(row, 'subject'),
});

export function eventStore(driver: SqlDriver): EventStore {
  const bounds = async (): Promise<{ readonly oldest: number; readonly newest: number }> => {
    const [row] = await driver.all(sql.eventBounds);
    if (row === undefined) return { oldest: 0, newest: 0 };
    return { oldest: integer(row, 'oldest'), newest: integer(row, 'newest') };
  };
  return {
    newest: async () => (await bounds()).newest,
    async after(sequence, limit) {
      const events = (await driver.all(sql.eventsAfter, [sequence, limit])).map(eventOf);
      // Read afterwards: what was dropped before the reading is then seen to be gone.
      const { oldest, newest } = await bounds();
      if (sequence > newest || sequence < oldest - 1) return { kind: 'reset' };
      return { kind: 'events', events };
    },
  };
}
