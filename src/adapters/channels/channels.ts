import type { SendAnswer } from '../../core/delivery.ts';
import type { Target } from '../../core/target.ts';
import type { Channels, Letter } from '../../ports/channels.ts';
import type { CommandAround } from './command.ts';
import { readyNtfy } from './ntfy.ts';
import { makeRequester, type Ready, type RequesterOptions } from './request.ts';
import { makeSecrets } from './secrets.ts';
import { readyWebhook } from './webhook.ts';

type ChannelsOptions = RequesterOptions &
  Omit<CommandAround, 'cwd'> & {
    readonly home: string;
    /** A process that only asks never starts a program, and does not even load what could. */
    readonly mayExecute: boolean;
  };

/** Every way out of a home. What fails while a message is made ready certainly did not leave. */
export function makeChannels(options: ChannelsOptions): Channels {
  const request = makeRequester(options);
  const secrets = makeSecrets(options.home);
  const around = { ...options, request, secrets, cwd: options.home };
  async function ready(target: Target, letter: Letter): Promise<Ready> {
    switch (target.kind) {
      case 'local':
      case 'inbox':
        return async () => kept;
      case 'webhook':
        return readyWebhook(around, target.url, letter);
      case 'ntfy':
        return readyNtfy(around, target.url, letter);
      case 'ping':
        return request({ url: target.url, method: 'GET', headers: pingHeaders, body: '' });
      case 'command': {
        if (!options.mayExecute) return async () => notTaken('This process runs no programs.');
        const { readyCommand } = await import('./command.ts');
        return readyCommand(around, target.argv, letter);
      }
    }
  }
  return {
    send: async (target, letter, signal) => {
      let go: Ready;
      try {
        go = await ready(target, letter);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        return notTaken(`It could not be made ready: ${why}`);
      }
      return go(signal);
    },
  };
}

const pingHeaders = { 'user-agent': 'cronkeeper' };

const kept: SendAnswer = { kind: 'accepted', receipt: null };

const notTaken = (cause: string): SendAnswer => ({ kind: 'not-taken', cause, retryAfterMs: null });
