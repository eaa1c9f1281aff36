import { openSqliteStore } from '../../src/adapters/stores/sqlite.ts';
import type { Store } from '../../src/ports/store.ts';
import type { Timeline } from './timeline.ts';

/** The production store, in memory, on the clock of a simulation. */
export const memory = (timeline: Timeline): Promise<Store> =>
  openSqliteStore({
    path: ':memory:',
    now: () => timeline.now().wall,
    sleep: async () => {},
    random: () => 0.5,
  });
