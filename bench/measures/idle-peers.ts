import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, Figure, Measure } from '../measure.ts';
import { memoryBesideOne, treeOf, usedBy } from '../parts/processes.ts';
import { type Server, startPostgres, startRedis } from '../parts/servers.ts';
import { buildStamp } from '../parts/stamp.ts';
import { debianCron } from '../schedulers/debian-cron.ts';
import { durablePeers, forgetfulPeers } from '../schedulers/everybody.ts';
import type { OpenScheduler, Scheduler, StampJob } from '../schedulers/scheduler.ts';

/** A peer, and the server that it keeps its jobs in. */
type Idler = {
  readonly scheduler: Scheduler;
  /** Where storing as many as the others takes a minute or longer. */
  readonly most?: number;
  readonly server?: { readonly name: string; readonly pid: number };
};

export const measure: Measure = {
  name: 'idle-peers',
  title: 'Peers with 10,000 jobs and nothing due',
  seconds: 150,
  async run(bench) {
    const jobs = nextYear(bench.isQuick ? 100 : 10_000);
    const forMs = bench.isQuick ? 5_000 : 60_000;
    const figures: Figure[] = [];
    const open: { readonly idler: Idler; readonly scheduler: OpenScheduler }[] = [];
    bench.atEnd(async () => void (await Promise.all(open.map((one) => one.scheduler.stop()))));
    for (const idler of await findIdlers(bench)) {
      bench.tell(`${Math.min(jobs.length, idler.most ?? Infinity)} jobs: ${idler.scheduler.who}`);
      try {
        const scheduler = await openWith(bench, idler, jobs);
        open.push({ idler, scheduler });
        await sleep(bench.isQuick ? 1_000 : 2_000);
        figures.push(memory(idler, scheduler));
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        bench.skip(`${idler.scheduler.who}, idle`, error.message);
      }
    }
    await sleep(bench.isQuick ? 1_000 : 5_000);
    bench.tell(`all of them idle, for ${forMs / 1_000} s`);
    const watched = open.flatMap(({ idler, scheduler }) => partiesOf(idler, scheduler));
    const before = watched.map(({ pids }) => usedBy(treeOf(pids)));
    await sleep(forMs);
    const minutes = forMs / 60_000;
    for (const [index, { party, pids, isServer }] of watched.entries()) {
      const after = usedBy(treeOf(pids));
      const cpuMs = (after.cpuMs - (before[index]?.cpuMs ?? 0)) / minutes;
      const wakeUps = (after.wakeUps - (before[index]?.wakeUps ?? 0)) / minutes;
      figures.push({ ...party, what: 'idle with 10,000 jobs: CPU', value: cpuMs, unit: 'ms/min' });
      // A server starts and ends processes all the time, and their wake-ups go with them.
      if (!isServer)
        figures.push({
          ...party,
          what: 'idle with 10,000 jobs: wake-ups',
          value: wakeUps,
          unit: '/min',
        });
    }
    return figures;
  },
};

/** Jobs that fire once a year, half a year from now. */
export function nextYear(count: number): readonly StampJob[] {
  const month = ((new Date().getUTCMonth() + 6) % 12) + 1;
  return Array.from({ length: count }, (_, index) => ({
    label: `far-${index}`,
    when: { cron: `${index % 60} ${index % 24} 15 ${month} *` },
  }));
}

async function findIdlers(bench: Bench): Promise<readonly Idler[]> {
  const idlers: Idler[] = [];
  const on = async (
    name: string,
    start: () => Promise<Server>,
    find: (address: string) => readonly Idler[],
  ): Promise<void> => {
    try {
      const { address, pid } = await start();
      idlers.push(...find(address).map((idler) => ({ ...idler, server: { name, pid } })));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      bench.skip(`idle peers on ${name}`, error.message);
    }
  };
  const plain = (schedulers: readonly Scheduler[]): readonly Idler[] =>
    schedulers.map((scheduler) => ({ scheduler }));
  // A server for each: what it costs is theirs.
  for (const peer of ['agenda', 'graphileWorker', 'pgBoss'] as const)
    await on(
      'PostgreSQL',
      () => startPostgres(bench, peer),
      (postgres) => {
        const found = plain(durablePeers({ postgres, redis: null }, 'defaults')[peer]);
        return peer === 'graphileWorker'
          ? found
          : found.map((idler) => ({ ...idler, most: 1_000 }));
      },
    );
  await on(
    'Redis',
    () => startRedis(bench),
    (redis) => plain(durablePeers({ postgres: null, redis }, 'defaults').bullmq),
  );
  const { croner, nodeCron, bree } = forgetfulPeers;
  return [...idlers, ...plain([debianCron, croner, nodeCron, bree])];
}

async function openWith(
  bench: Bench,
  { scheduler, most }: Idler,
  jobs: readonly StampJob[],
): Promise<OpenScheduler> {
  const folder = join(bench.folder, `idle-${scheduler.who.replaceAll(' ', '-')}`);
  mkdirSync(folder, { recursive: true });
  const open = await scheduler.open({ folder, stamp: buildStamp(bench.folder) });
  try {
    await open.arm(jobs.slice(0, most));
    return open;
  } catch (error) {
    await open.stop();
    throw error;
  }
}

type Party = Pick<Figure, 'who' | 'statistic' | 'samples' | 'note'>;

function partyOf({ scheduler, most }: Idler): Party {
  const { who, note = '' } = scheduler;
  const fewer =
    most === undefined ? '' : `; with ${most}: 10,000 take it about a minute or longer to store`;
  return { who, statistic: 'total', samples: 1, note: `${note}${fewer}` };
}

function memory(idler: Idler, { pids: [pid = 0] }: OpenScheduler): Figure {
  const what = 'idle with 10,000 jobs: memory';
  return { ...partyOf(idler), what, value: memoryBesideOne(pid), unit: 'MB' };
}

/** A peer, and its server as somebody of its own. */
function partiesOf(
  idler: Idler,
  { pids }: OpenScheduler,
): readonly {
  readonly party: Party;
  readonly pids: readonly number[];
  readonly isServer: boolean;
}[] {
  const { scheduler, server } = idler;
  const own = { party: partyOf(idler), pids, isServer: false };
  if (server === undefined) return [own];
  const who = `${scheduler.who}, its ${server.name}`;
  const itsServer = { who, statistic: 'total', samples: 1 } as const;
  return [own, { party: itsServer, pids: [server.pid], isServer: true }];
}
