import type { Bench } from '../measure.ts';
import { type Server, startPostgres, startRedis } from '../parts/servers.ts';
import { nodePeer } from './node-peer.ts';
import { ours } from './ours.ts';
import { rawLimit, rawTimer } from './raw.ts';
import type { Scheduler } from './scheduler.ts';
import { systemdTimers } from './systemd.ts';

/** A server of the measure as a peer needs it: the peers that need it fail with the reason when it cannot be had. */
export type Servers = { readonly postgres: string | null; readonly redis: string | null };

/** Starts what the peers need; a server that cannot be had is said, and its peers are then left out. */
export async function startServers(bench: Bench): Promise<Servers> {
  const tried = async (who: string, start: () => Promise<Server>): Promise<string | null> => {
    try {
      return (await start()).address;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      bench.skip(who, error.message);
      return null;
    }
  };
  return {
    postgres: await tried('agenda, graphile-worker, pg-boss', () => startPostgres(bench)),
    redis: await tried('BullMQ', () => startRedis(bench)),
  };
}

/**
 * Peers that keep what they owe in a server. Their finest settings look for work more often; idle, they are measured with
 * those that they have by default.
 */
export function durablePeers(
  { postgres, redis }: Servers,
  settings: 'finest' | 'defaults' = 'finest',
): {
  readonly agenda: readonly Scheduler[];
  readonly bullmq: readonly Scheduler[];
  readonly graphileWorker: readonly Scheduler[];
  readonly pgBoss: readonly Scheduler[];
} {
  const onPostgres = (name: string, note: string): readonly Scheduler[] =>
    postgres === null
      ? []
      : [nodePeer({ name, from: name, note, env: { POSTGRES: postgres, SETTINGS: settings } })];
  return {
    agenda: onPostgres('agenda', 'on PostgreSQL'),
    graphileWorker: onPostgres('graphile-worker', 'on PostgreSQL'),
    pgBoss: onPostgres(
      'pg-boss',
      settings === 'finest' ? 'on PostgreSQL, its finest settings' : 'on PostgreSQL',
    ),
    bullmq:
      redis === null
        ? []
        : [
            nodePeer({
              name: 'bullmq',
              from: 'bullmq',
              note: 'on Redis, appendfsync everysec: can lose a second',
              env: { REDIS: redis },
            }),
          ],
  };
}

/** Peers that forget everything when they end. */
export const forgetfulPeers = {
  croner: nodePeer({ name: 'croner', from: 'croner', note: 'not durable' }),
  nodeCron: nodePeer({ name: 'node-cron', from: 'node-cron', note: 'not durable' }),
  bree: nodePeer({ name: 'bree', from: 'bree', note: 'not durable; a thread for each job' }),
};

/** All who can start a job every second. */
export function everySecond(servers: Servers): readonly Scheduler[] {
  const { agenda, bullmq } = durablePeers(servers);
  const { croner, nodeCron, bree } = forgetfulPeers;
  const peers = [...agenda, ...bullmq, systemdTimers(), croner, nodeCron, bree];
  return [ours, rawLimit, rawTimer, ...peers];
}

/** All who can start a job at any millisecond. */
export function anyMillisecond(servers: Servers): readonly Scheduler[] {
  const { agenda, bullmq, graphileWorker, pgBoss } = durablePeers(servers);
  const { croner, bree } = forgetfulPeers;
  const peers = [...agenda, ...bullmq, ...graphileWorker, ...pgBoss, systemdTimers(), croner, bree];
  return [ours, rawLimit, ...peers];
}
