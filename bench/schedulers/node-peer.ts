import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startChild } from './child.ts';
import { installPeers, peersFolder } from './install.ts';
import type { OpenScheduler, Place, Scheduler } from './scheduler.ts';

/** A peer that is a package: `peers/NAME.mjs` arms the stamp jobs with it. */
export type NodePeer = {
  /** The file in `peers/`. */
  readonly name: string;
  /** The package whose version is told. */
  readonly from: string;
  /** Tells it from the same peer with other settings. */
  readonly variant?: string;
  readonly note?: string;
  /** Addresses of servers and the like. */
  readonly env?: Readonly<Record<string, string>>;
};

/** The peer as a scheduler. Installs the peers when that has not been done. */
export function nodePeer(peer: NodePeer): Scheduler {
  return {
    who: peerName(peer),
    ...(peer.note === undefined ? {} : { note: peer.note }),
    open: (place) => openPeer(peer, place),
  };
}

/** "bullmq 6.7.0": as its package is called, with the version that is pinned. */
export function peerName({ name, from }: NodePeer): string {
  const about: { readonly dependencies: Readonly<Record<string, string>> } = JSON.parse(
    readFileSync(join(peersFolder, 'package.json'), 'utf8'),
  );
  return `${name} ${about.dependencies[from]}`;
}

async function openPeer(peer: NodePeer, { folder, stamp }: Place): Promise<OpenScheduler> {
  installPeers();
  const file = join(folder, `${peer.name}.stamps`);
  const child = startChild(join(peersFolder, `${peer.name}.mjs`), {
    folder,
    name: peer.name,
    env: { ...peer.env, STAMP_PROGRAM: stamp.program, STAMP_FILE: file },
  });
  await child.ask({ ask: 'open' });
  return {
    async arm(jobs) {
      await child.ask({ ask: 'arm', jobs });
    },
    async stamps() {
      return readOrNothing(file);
    },
    pids: [child.pid],
    stop: () => child.stop(),
  };
}

/** Lets a peer run so many stored jobs that do nothing; answers how many milliseconds it took. */
export async function drainPeer(peer: NodePeer, folder: string, count: number): Promise<number> {
  installPeers();
  const child = startChild(join(peersFolder, `${peer.name}.mjs`), {
    folder,
    name: peer.name,
    env: peer.env ?? {},
  });
  try {
    await child.ask({ ask: 'open' });
    const tookMs = await child.ask({ ask: 'drain', count });
    if (typeof tookMs !== 'number') throw new Error(`${peer.name} did not say how long it took`);
    return tookMs;
  } finally {
    await child.stop();
  }
}

function readOrNothing(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
