import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessIdentity, Role } from '../../core/provenance.ts';
import type { ProcessTable } from '../../ports/host.ts';

/** Where a dashboard answers, for whoever started it and knows its pid: `run/dashboard-<pid>.json`, mode 0600. */
export type PublishedPort = {
  readonly role: Role;
  readonly profile: string;
  readonly host: string;
  readonly port: number;
  readonly url: string;
  readonly process: ProcessIdentity;
};

const name = /^dashboard-\d+\.json$/;
const mostSwept = 500;

/**
 * Publishes where this process answers, whole or not at all, and removes what processes left behind that were killed.
 *
 * @param folder `run` of the opened home
 * @returns takes it back; twice is fine
 */
export function publishPort(
  folder: string,
  published: PublishedPort,
  processes: Pick<ProcessTable, 'life'>,
): () => void {
  sweep(folder, processes);
  const path = join(folder, `dashboard-${published.process.pid}.json`);
  const draft = `${path}.new`;
  // One of that name can only be left by a process that had this pid before.
  rmSync(draft, { force: true });
  writeFileSync(draft, `${JSON.stringify(published, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  renameSync(draft, path);
  return () => rmSync(path, { force: true });
}

function sweep(folder: string, processes: Pick<ProcessTable, 'life'>): void {
  const names = readdirSync(folder).filter((each) => name.test(each));
  for (const each of names.slice(0, mostSwept)) {
    const process = readProcess(join(folder, each));
    if (process !== null && processes.life(process) === 'dead')
      rmSync(join(folder, each), { force: true });
  }
}

/** Null for what cannot be read: it is not known to be left behind. */
function readProcess(path: string): ProcessIdentity | null {
  try {
    const { process }: Partial<PublishedPort> = JSON.parse(readFileSync(path, 'utf8'));
    return process ?? null;
  } catch {
    // Another process sweeps at the same time, or somebody wrote into it.
    return null;
  }
}
