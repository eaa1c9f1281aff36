import { setTimeout as sleep } from 'node:timers/promises';
import type { Measure } from '../measure.ts';
import { type Program, watchAll } from '../parts/watch.ts';
import { debianCron } from '../schedulers/debian-cron.ts';
import { durablePeers, startServers } from '../schedulers/everybody.ts';
import type { Scheduler } from '../schedulers/scheduler.ts';

const minuteMs = 60_000;
const herdSize = 50;

/** A scheduler, in which of the minutes it has one job, and in which a herd. */
type Turn = {
  readonly scheduler: Scheduler;
  readonly singles: readonly number[];
  readonly herd: number;
};

export const measure: Measure = {
  name: 'minutes',
  title: 'Who starts once a minute at the finest, side by side',
  seconds: 290,
  async run(bench) {
    const { graphileWorker, pgBoss } = durablePeers(await startServers(bench));
    // Two that start in the same minute do not meet where one is late by a quarter of a second and the other by more than one.
    const turns: readonly Turn[] = [
      ...graphileWorker.map((scheduler) => ({ scheduler, singles: [0, 2, 3], herd: 1 })),
      ...pgBoss.map((scheduler) => ({ scheduler, singles: [0, 2], herd: 3 })),
      { scheduler: debianCron, singles: [0, 2], herd: 1 },
    ];
    const single = { what: 'fire latency, one job a second' };
    const minutes = bench.isQuick ? 2 : 4;
    await untilEarlyInMinute();
    const first = Math.ceil((Date.now() + 5_000) / minuteMs) * minuteMs;
    const found = await Promise.all(
      turns.map((turn) =>
        watchAll(bench, [turn.scheduler], single, () => onceAMinute(first, minutes, turn)),
      ),
    );
    return found
      .flat()
      .map((figure) =>
        figure.what.startsWith(single.what) && figure.unit === 'ms'
          ? { ...figure, note: `once a minute at the finest; ${figure.note}` }
          : figure,
      );
  },
};

/** Leaves everybody time to get ready before the next minute. */
async function untilEarlyInMinute(): Promise<void> {
  const intoMs = Date.now() % minuteMs;
  if (intoMs > minuteMs - 15_000) await sleep(minuteMs - intoMs + 500);
}

/** Its jobs in the first so many minutes. */
function onceAMinute(first: number, minutes: number, turn: Turn): Program {
  const all = Array.from({ length: minutes }, (_, index) => first + index * minuteMs);
  const quiet = all.filter((_, index) => turn.singles.includes(index));
  const herdAt = all[turn.herd];
  const labels = Array.from({ length: herdSize }, (_, index) => `herd-${index}`);
  const herd = herdAt === undefined ? [] : labels;
  return {
    jobs: [
      ...quiet.map((atMs) => ({ label: `minute-${atMs}`, when: { cron: cronOf(atMs) } })),
      ...herd.map((label) => ({ label, when: { cron: cronOf(herdAt ?? 0) } })),
    ],
    expected: quiet.map((atMs) => ({ label: `minute-${atMs}`, fireTimesMs: [atMs] })),
    ...(herdAt === undefined
      ? {}
      : {
          beside: {
            what: `${herdSize} jobs due at once`,
            expected: herd.map((label) => ({ label, fireTimesMs: [herdAt] })),
          },
        }),
    patienceMs: 5_000,
  };
}

const cronOf = (atMs: number): string => {
  const at = new Date(atMs);
  return `${at.getUTCMinutes()} ${at.getUTCHours()} * * *`;
};
