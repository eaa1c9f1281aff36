import type { AgentLimits, Usage } from './work.ts';

const failureMark = '[CRON_FAILURE]';

/** What the last words of an agent say about its run; an agent may call its own work a failure. */
export function judgeAnswer(
  text: string,
): { readonly kind: 'succeeded' } | { readonly kind: 'failed'; readonly message: string } {
  const words = text.trim();
  if (words === '') return { kind: 'failed', message: 'The agent answered nothing.' };
  const [first = '', ...rest] = words.split('\n');
  if (!first.trimEnd().startsWith(failureMark)) return { kind: 'succeeded' };
  const said = [first.trim().slice(failureMark.length), ...rest].join('\n').trim();
  return {
    kind: 'failed',
    message: said === '' ? 'The agent called its own work a failure.' : said,
  };
}

/** Whether there is nothing to think about, by the output of a gate: it is empty, or its last line is an object with `wakeAgent: false`. */
export function isGateClosed(output: string): boolean {
  const words = output.trim();
  if (words === '') return true;
  return saysAsleep(words) || saysAsleep(words.split('\n').at(-1) ?? '');
}

function saysAsleep(text: string): boolean {
  try {
    const read: unknown = JSON.parse(text);
    return (
      typeof read === 'object' && read !== null && 'wakeAgent' in read && read.wakeAgent === false
    );
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/** Millionths of a dollar for a million tokens. */
export type Prices = { readonly input: number; readonly output: number };

/** What one answer used. */
export type Tokens = { readonly inputTokens: number; readonly outputTokens: number };

/** What an answer costs, in millionths of a dollar, rounded up; null when the price is not known. */
export const costOf = (prices: Prices | null, tokens: Tokens): number | null =>
  prices === null
    ? null
    : Math.ceil(
        (prices.input * tokens.inputTokens + prices.output * tokens.outputTokens) / 1_000_000,
      );

export type LimitReason = 'token_limit' | 'cost_limit' | 'tool_call_limit';

/** A run that has no limit of its own still ends. */
const mostSteps = 200;

/** The limit at which no further answer is asked for; null: go on. */
export function limitMet(
  limits: AgentLimits,
  usage: Usage,
): { readonly reason: LimitReason; readonly message: string } | null {
  const tokens = usage.inputTokens + usage.outputTokens;
  if (limits.tokens !== null && tokens >= limits.tokens)
    return {
      reason: 'token_limit',
      message: `It used ${tokens} tokens; its limit is ${limits.tokens}.`,
    };
  if (limits.costMicroUsd !== null && (usage.costMicroUsd ?? 0) >= limits.costMicroUsd)
    return {
      reason: 'cost_limit',
      message: `It used ${dollars(usage.costMicroUsd ?? 0)}; its limit is ${dollars(limits.costMicroUsd)}.`,
    };
  if (usage.steps >= mostSteps)
    return { reason: 'tool_call_limit', message: `It asked its model ${mostSteps} times.` };
  return null;
}

const dollars = (micro: number): string => `${(micro / 1_000_000).toFixed(6)} USD`;

/** Below this many tokens that are left, a model is told how long its answer may be. */
const fewTokens = 8_192;

/** How many tokens the next answer may have at most; null: not said, there is room. At least 1. */
export function roomFor(limits: AgentLimits, usage: Usage, prices: Prices | null): number | null {
  const byTokens =
    limits.tokens === null ? null : limits.tokens - usage.inputTokens - usage.outputTokens;
  const byCost =
    limits.costMicroUsd === null || prices === null || prices.output <= 0
      ? null
      : ((limits.costMicroUsd - (usage.costMicroUsd ?? 0)) * 1_000_000) / prices.output;
  const least = Math.min(byTokens ?? Number.POSITIVE_INFINITY, byCost ?? Number.POSITIVE_INFINITY);
  return least >= fewTokens ? null : Math.max(1, Math.floor(least));
}
