import {
  type Allowed,
  hostOf,
  isAddress,
  isOwnName,
  mayReach,
  portOf,
} from '../../core/address.ts';
import type { Target } from '../../core/target.ts';
import type { TargetCheck } from '../../ports/channels.ts';

/** What a person is told before a target is stored: names are only asked for when something is sent. */
export function makeTargetCheck(allowed: Allowed): TargetCheck {
  return {
    whyNot: (target: Target) => {
      if (!('url' in target)) return null;
      const url = new URL(target.url);
      const host = hostOf(url);
      const address = isOwnName(host) ? '127.0.0.1' : host;
      if (!isAddress(address) || mayReach(allowed, { host, address, port: portOf(url) }))
        return null;
      return {
        message: `${host} is a private address, and messages go to the public network only.`,
        remedy: `cronkeeper config set privateTargets ${host}`,
      };
    },
  };
}
