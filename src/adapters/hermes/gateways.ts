import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type HermesProfile, readSmall, rootOf } from './home.ts';
import type { LockFile } from './look.ts';
import { lockFileAt } from './processes.ts';
import type { Environment } from './recognition.ts';
import {
  type GatewayRecord,
  type HostRecord,
  parseGatewayRecord,
  parseHostRecord,
  parseServedProfiles,
} from './records.ts';

/** Where a gateway that serves the profile may have left word of itself. */
export type Gateways = {
  /** A gateway holds one of these for as long as it lives. */
  readonly locks: readonly LockFile[];
  readonly records: readonly GatewayRecord[];
  readonly hosts: readonly HostRecord[];
};

const mostHosts = 16;

/** Of the profile itself, and of its root where one gateway serves several profiles. */
export function gatewaysOf(profile: HermesProfile, environment: Environment): Gateways {
  const { root, folder, name } = profile;
  const served = parseServedProfiles(readSmall(join(root, 'gateway_state.json')));
  const folders = served.includes(name) && root !== folder ? [folder, root] : [folder];
  return {
    locks: folders.flatMap((one) => lockFileAt(join(one, 'gateway.lock')) ?? []),
    records: folders.flatMap((one) =>
      ['gateway.lock', 'gateway.pid'].flatMap(
        (file) => parseGatewayRecord(readSmall(join(one, file))) ?? [],
      ),
    ),
    hosts: hostRecordsIn(hostFolder(environment)).filter(
      ({ home, profiles }) => profiles.includes(name) && (home === null || rootOf(home) === root),
    ),
  };
}

/** The newest versions keep one record for all homes of a user. */
function hostFolder(environment: Environment): string | null {
  const named = environment.get('HERMES_GATEWAY_LOCK_DIR');
  if (named !== undefined) return named;
  const state = environment.get('XDG_STATE_HOME');
  const home = environment.get('HOME');
  if (state !== undefined) return join(state, 'hermes', 'gateway-locks');
  return home === undefined ? null : join(home, '.local', 'state', 'hermes', 'gateway-locks');
}

function hostRecordsIn(folder: string | null): readonly HostRecord[] {
  try {
    const names = folder === null ? [] : readdirSync(folder);
    return names
      .filter((name) => /^host-[\w-]+\.json$/.test(name))
      .slice(0, mostHosts)
      .flatMap((name) => parseHostRecord(readSmall(join(folder ?? '', name))) ?? []);
  } catch {
    // There is none, or it belongs to somebody else.
    return [];
  }
}
