import { makeChannels } from '../adapters/channels/channels.ts';
import { makeRunEnvironments } from '../adapters/host/run-environments.ts';
import { makeNetwork } from '../adapters/network/network.ts';
import { runEnvironment } from '../core/run-environment.ts';
import type { Channels } from '../ports/channels.ts';
import type { Base } from './base.ts';
import type { Config } from './config.ts';
import { readConfig } from './settings.ts';

/** Every way out of a home, with what its settings allow. */
export function channelsOf({ home, clock, config }: Base, mayExecute: boolean): Channels {
  const environments = makeRunEnvironments({ home: home.path, own: process.env });
  return makeChannels({
    home: home.path,
    mayExecute,
    clock,
    network: makeNetwork(),
    allowed: () => allowedNow(config),
    limitMs: config.loops.outbox.sendLimitMs,
    environment: (profile) => runEnvironment(environments.base(profile), {}, null),
  });
}

/** As the file says now; while it cannot be read, as it said when this process began. */
function allowedNow(config: Config): Config['allowed'] {
  try {
    return readConfig(config.path).allowed;
  } catch {
    return config.allowed;
  }
}
