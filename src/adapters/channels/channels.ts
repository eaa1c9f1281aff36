import {
  type Allowed,
  hostOf,
  isAddress,
  isOwnName,
  mayReach,
  portOf,
} from '../../core/address.ts';
import type { SendAnswer } from '../../core/delivery.ts';
import type { Target } from '../../core/target.ts';
import type { Channels, TargetCheck } from '../../ports/channels.ts';
import type { CommandAround } from './command.ts';
import { sendNtfy } from './ntfy.ts';
import { makeRequester, type RequesterOptions } from './request.ts';
import { makeSecrets } from './secrets.ts';
import { sendWebhook } from './webhook.ts';

type ChannelsOptions = RequesterOptions &
  Omit<CommandAround, 'cwd'> & {
    readonly home: string;
    /** A process that only asks never starts a program, and does not even load what could. */
    readonly mayExecute: boolean;
  };

/** Every way out of a home. */
export function makeChannels(options: ChannelsOptions): Channels {
  const request = makeRequester(options);
  const secrets = makeSecrets(options.home);
  const around = { ...options, request, secrets, cwd: options.home };
  return {
    send: async (target, letter, signal) => {
      switch (target.kind) {
        case 'local':
        case 'inbox':
          return { kind: 'accepted', receipt: null };
        case 'webhook':
          return sendWebhook(around, target.url, letter, signal);
        case 'ntfy':
          return sendNtfy(around, target.url, letter, signal);
        case 'ping': {
          const headers = { 'user-agent': 'cronkeeper' };
          return request({ url: target.url, method: 'GET', headers, body: '' }, signal);
        }
        case 'command': {
          if (!options.mayExecute) return notHere;
          const { sendToCommand } = await import('./command.ts');
          return sendToCommand(around, target.argv, letter, signal);
        }
      }
    },
  };
}

const notHere: SendAnswer = {
  kind: 'not-taken',
  cause: 'This process runs no programs.',
  retryAfterMs: null,
};

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
