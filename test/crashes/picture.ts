import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { openSqliteStore } from '../../src/adapters/stores/sqlite.ts';
import type { Store } from '../../src/ports/store.ts';

export const openStore = (path: string, integrity = false): Promise<Store> =>
  openSqliteStore({
    path,
    now: Date.now,
    sleep: (ms) => sleep(ms),
    random: Math.random,
    integrity,
  });

/** Opens the store as the next process would, and answers what is wrong with it. */
export async function problemsOf(path: string): Promise<readonly string[]> {
  const store = await openStore(path, true);
  try {
    return await store.upkeep.check();
  } finally {
    await store.close();
  }
}

/**
 * Every row of every table as text. Two stores to which the same was done look alike: ids are numbered in their order, times
 * and what is computed from them are one word.
 */
export function pictureOf(path: string): string {
  if (!existsSync(path)) return 'no file';
  const database = new DatabaseSync(path);
  try {
    const tables = database
      .prepare(`SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name`)
      .all()
      .map((row) => String(row['name']));
    const rows = tables.map((table) => [
      table,
      database.prepare(`SELECT * FROM "${table}" ORDER BY rowid`).all(),
    ]);
    return alike(JSON.stringify(rows, null, 1));
  } finally {
    database.close();
  }
}

function alike(text: string): string {
  const ids = new Map<string, string>();
  return (
    text
      .replace(/\b[0-9A-HJKMNP-TV-Z]{26}\b/g, (id) => {
        const known = ids.get(id) ?? `id-${ids.size + 1}`;
        ids.set(id, known);
        return known;
      })
      // A restore raises it by a thousand, and by the seconds that passed.
      .replace(/"(epoch|end_runs_up_to)": 1\d{3}\b/g, '"$1": raised')
      .replace(/seal\\":\\"[0-9a-f]{8}/g, 'seal')
      .replace(/\b1[6-9]\d{11}\b/g, 'time')
      .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)/g, 'time')
  );
}
