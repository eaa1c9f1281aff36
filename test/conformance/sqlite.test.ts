import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '../../src/adapters/stores/sqlite.ts';
import { type Opened, start } from './store-samples.ts';
import { storeConformance } from './store-suite.ts';

async function open(path: string, tidy: () => void): Promise<Opened> {
  let now = start;
  const store = await openSqliteStore({
    path,
    now: () => now,
    sleep: async () => {},
    random: () => 0.5,
  });
  return {
    store,
    now: () => now,
    advance: (ms) => {
      now += ms;
    },
    close: async () => {
      await store.close();
      tidy();
    },
  };
}

storeConformance('SQLite in memory', () => open(':memory:', () => {}));

storeConformance('SQLite in a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cronkeeper-store-'));
  return open(join(folder, 'store.db'), () => rmSync(folder, { recursive: true }));
});
