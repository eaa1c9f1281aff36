import type { SendAnswer } from '../../core/delivery.ts';
import type { Channels } from '../../ports/channels.ts';
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
