import { makeChannels, makeTargetCheck } from '../adapters/channels/channels.ts';
import { makeRunEnvironments } from '../adapters/host/run-environments.ts';
import { runEnvironment } from '../core/run-environment.ts';
import type { Channels, TargetCheck } from '../ports/channels.ts';
import type { Base } from './base.ts';

/** Every way out of a home, with what its settings allow. */
export function channelsOf({ home, clock, config }: Base): Channels {
  const environments = makeRunEnvironments({ home: home.path, own: process.env });
  return makeChannels({
    home: home.path,
    clock,
    allowed: config.allowed,
    limitMs: config.loops.outbox.sendLimitMs,
    environment: (profile) => runEnvironment(environments.base(profile), {}, null),
  });
}

export const targetCheckOf = ({ config }: Base): TargetCheck => makeTargetCheck(config.allowed);
