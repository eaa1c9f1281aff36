import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startChild } from './child.ts';
import type { Scheduler } from './scheduler.ts';

/** What this machine allows: an exact timer, one durable commit and a shell that waits. */
export const rawLimit = raw(
  'durable',
  'exact timer, one FULL commit of SQLite, a shell that waits; no fence, no end',
);

/** The same timer with `spawn` of Node, and nothing stored. */
export const rawTimer = raw('timer', 'exact timer and spawn; nothing stored');

function raw(kind: 'durable' | 'timer', note: string): Scheduler {
  const who = kind === 'durable' ? 'raw limit' : 'raw limit, nothing stored';
  return {
    who,
    note,
    async open({ folder, stamp }) {
      const file = join(folder, `raw-${kind}.stamps`);
      const child = startChild(join(import.meta.dirname, 'raw-scheduler.ts'), {
        folder,
        name: `raw-${kind}`,
        env: { RAW_KIND: kind, STAMP_PROGRAM: stamp.program, STAMP_FILE: file },
      });
      await child.ask({ ask: 'open' });
      return {
        async arm(jobs) {
          await child.ask({ ask: 'arm', jobs });
        },
        async stamps() {
          return existsSync(file) ? readFileSync(file, 'utf8') : '';
        },
        pids: [child.pid],
        stop: () => child.stop(),
      };
    },
  };
}
