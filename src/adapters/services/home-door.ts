import { formatDuration } from '../../core/duration.ts';
import { advice, type ReasonCode, Refusal, type Remedy, reasonCodes } from '../../core/refusal.ts';
import type { HomeDoor } from '../../ports/services.ts';
import type { Account } from './accounts.ts';
import { runAs } from './as-user.ts';

const answerMs = 60_000;

/**
 * @param program the words that start our own command line
 * @param place.profile null: the one that the home means when none is named
 */
export function makeHomeDoor(
  account: Account,
  program: readonly string[],
  place: { readonly home: string; readonly profile: string | null },
): HomeDoor {
  const named = place.profile === null ? [] : ['-p', place.profile];
  const options = ['--json', '--home', place.home, ...named];
  return {
    async ask(words, { input = '', withinMs = answerMs } = {}) {
      const ended = await runAs(account, [...program, ...options, ...words], {
        timeoutMs: withinMs,
        input,
      });
      if (ended.timedOut) throw endedUnanswered(account.name, withinMs);
      const document = parse(ended.out);
      if (document === undefined) throw unanswered(account.name, ended.err);
      const error = read(document, 'error');
      if (error !== undefined) throw refusalOf(error);
      return document;
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const read = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;

const unanswered = (user: string, complaint: string): Refusal =>
  new Refusal(
    'service_failed',
    `cronkeeper does not work for user ${user}: ${complaint.trim().split('\n').at(-1)?.slice(0, 300) || 'it said nothing'}`,
    {
      remedy: advice(
        'Install Node and cronkeeper where that user may execute them, such as /usr/local or /opt.',
      ),
    },
  );

/** What it had begun may be done, half done or not. */
const endedUnanswered = (user: string, withinMs: number): Refusal =>
  new Refusal(
    'service_failed',
    `cronkeeper of user ${user} gave no answer within ${formatDuration(withinMs)} and was ended; what it had done is unknown.`,
    { remedy: advice('Type this again: what was begun is completed then.') },
  );

/** What was refused there is refused here, in the same words. */
function refusalOf(error: unknown): Refusal {
  const code = reasonCodes.find((known) => known === read(error, 'code'));
  const message = String(read(error, 'message'));
  const remedy = read(error, 'remedy');
  return new Refusal(code ?? ('service_failed' satisfies ReasonCode), message, {
    remedy: remedyOf(remedy),
  });
}

function remedyOf(remedy: unknown): Remedy | null {
  const kind = read(remedy, 'kind');
  const text = read(remedy, 'text');
  if (typeof text !== 'string') return null;
  return { kind: kind === 'command' ? 'command' : 'advice', text };
}
