import { setTimeout as sleep } from 'node:timers/promises';
import type { Measure } from '../measure.ts';
import { type Program, watchAll } from '../parts/watch.ts';
import { debianCron } from '../schedulers/debian-cron.ts';
import { durablePeers, startServers } from '../schedulers/everybody.ts';
import type { Scheduler } from '../schedulers/scheduler.ts';

const minuteMs = 60_000;
const herdSize = 50;

/** A scheduler, and in which of the minutes it has a herd; in the others all have one job. */
type Turn = { readonly scheduler: Scheduler; readonly herdMinute: number };

export const measure: Measure = {
  name: 'minutes',
  title: 'Who starts once a minute at the finest, side by side',
  seconds: 360,
  async run(bench) {
    const { graphileWorker, pgBoss } = durablePeers(await startServers(bench));
    // Those with a herd in the same minute do not meet: one is late by a quarter of a second, the other by more than one.
    const turns: readonly Turn[] = [
      ...graphileWorker.map((scheduler) => ({ scheduler, herdMinute: 1 })),
      ...pgBoss.map((scheduler) => ({ scheduler, herdMinute: 3 })),
      { scheduler: debianCron, herdMinute: 1 },
    ];
    const single = { what: 'fire latency, one job a second' };
    const minutes = bench.isQuick ? 1 : 5;
    await untilEarlyInMinute();
    const first = Math.ceil((Date.now() + 5_000) / minuteMs) * minuteMs;
    const found = await Promise.all(
      turns.map(({ scheduler, herdMinute }) =>
        watchAll(bench, [scheduler], single, () => onceAMinute(first, minutes, herdMinute)),
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

/** One job in the even minutes, and 50 in one of the others. */
function onceAMinute(first: number, minutes: number, herdMinute: number): Program {
  const all = Array.from({ length: minutes }, (_, index) => first + index * minuteMs);
  const quiet = all.filter((_, index) => index % 2 === 0);
  const herdAt = all[herdMinute];
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
