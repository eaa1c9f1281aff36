import {
  type Allowed,
  hostOf,
  isAddress,
  isOwnName,
  mayReach,
  portOf,
} from '../../core/address.ts';
import { shellWord } from '../../core/shell-word.ts';
import type { Target } from '../../core/target.ts';
import type { TargetCheck } from '../../ports/channels.ts';

/** The line that allows one place more. A setting is set as a whole, so it says what is allowed already, too. */
export const allowToo = ({ words }: Allowed, place: string): string =>
  `cronkeeper config set privateTargets ${shellWord([...words, place].join(' '))}`;

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
        remedy: allowToo(allowed, host),
      };
    },
  };
}
