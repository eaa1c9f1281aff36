import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench, Figure, Measure } from '../measure.ts';
import { percentile } from '../parts/lateness.ts';
import { startPostgres, startRedis } from '../parts/servers.ts';
import { drainPeer, type NodePeer, peerName } from '../schedulers/node-peer.ts';

/** A peer with the settings that carry most here, and how many jobs tell its rate within seconds. */
type Carrier = { readonly peer: NodePeer; readonly jobs: number };

export const measure: Measure = {
  name: 'throughput-peers',
  title: 'Jobs a second with a handler that does nothing, stored before',
  seconds: 60,
  async run(bench) {
    const rounds = bench.isQuick ? 1 : 3;
    const found = new Map<Carrier, number[]>();
    const carriers = await findCarriers(bench);
    // In turns, so that a busy moment of the machine meets everybody.
    for (let round = 0; round < rounds; round += 1) {
      for (const carrier of carriers) {
        const { peer } = carrier;
        const jobs = bench.isQuick ? 500 : carrier.jobs;
        bench.tell(`${jobs} jobs: ${peer.name}${peer.note ? `, ${peer.note}` : ''}`);
        try {
          const rate = (jobs / (await drainPeer(peer, folderOf(bench, round), jobs))) * 1_000;
          found.set(carrier, [...(found.get(carrier) ?? []), rate]);
        } catch (error) {
          if (!(error instanceof Error)) throw error;
          bench.skip(`${peerName(peer)}, durable no-op jobs`, error.message);
        }
      }
    }
    return [...found].map(([{ peer }, rates]) => figure(peer, rates));
  },
};

function figure(peer: NodePeer, rates: readonly number[]): Figure {
  return {
    what: 'durable no-op jobs',
    who: `${peerName(peer)}${peer.variant ? `, ${peer.variant}` : ''}`,
    statistic: 'median',
    value: percentile(rates, 0.5),
    unit: '/s',
    samples: rates.length,
    ...(peer.note === undefined ? {} : { note: peer.note }),
  };
}

function folderOf({ folder }: Bench, round: number): string {
  const own = join(folder, `round-${round}`);
  mkdirSync(own, { recursive: true });
  return own;
}

async function findCarriers(bench: Bench): Promise<readonly Carrier[]> {
  const carriers: Carrier[] = [];
  const add = async (who: string, find: () => Promise<readonly Carrier[]>): Promise<void> => {
    try {
      carriers.push(...(await find()));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      bench.skip(who, error.message);
    }
  };
  await add('agenda, graphile-worker, pg-boss: throughput', () => onPostgres(bench));
  await add('BullMQ: throughput', () => onRedis(bench));
  return carriers;
}

async function onPostgres(bench: Bench): Promise<readonly Carrier[]> {
  const env = { POSTGRES: (await startPostgres(bench)).address };
  const graphile = { name: 'graphile-worker', from: 'graphile-worker' };
  return [
    {
      peer: {
        ...graphile,
        variant: 'prefetch 500',
        note: 'a killed worker strands up to 500 jobs for 4 hours',
        env: { ...env, PREFETCH: '500' },
      },
      jobs: 20_000,
    },
    {
      peer: { ...graphile, note: 'takes and ends jobs one by one, 100 at once', env },
      jobs: 5_000,
    },
    {
      peer: {
        name: 'pg-boss',
        from: 'pg-boss',
        note: '4 workers that take 2,000 each; a killed one strands them for 15 minutes',
        env,
      },
      jobs: 20_000,
    },
    {
      peer: { name: 'agenda', from: 'agenda', note: 'storing them is part of it', env },
      jobs: 1_000,
    },
  ];
}

async function onRedis(bench: Bench): Promise<readonly Carrier[]> {
  const bullmq = async (fsync: 'everysec' | 'always', note: string): Promise<Carrier> => ({
    peer: {
      name: 'bullmq',
      from: 'bullmq',
      variant: `appendfsync ${fsync}`,
      note,
      env: { REDIS: (await startRedis(bench, fsync)).address },
    },
    jobs: 20_000,
  });
  return [
    await bullmq('everysec', '100 at once; can lose a second'),
    await bullmq('always', '100 at once'),
  ];
}
