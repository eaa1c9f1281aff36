import type { Prices } from '../../core/agent-answer.ts';
import { type ModelApi, modelApis } from '../../core/model-setting.ts';

export type ModelSettings = {
  readonly api: ModelApi;
  readonly url: string | null;
  readonly key: string | null;
  readonly prices: Prices | null;
};

/** What the owner put into the environment about the model of this run. */
export function readModelSettings(env: Readonly<Record<string, string>>): ModelSettings {
  const named = env['CRONKEEPER_MODEL_API'];
  return {
    api: modelApis.find((api) => api === named) ?? 'openai-compatible',
    url: env['CRONKEEPER_MODEL_URL'] || null,
    key: env['CRONKEEPER_MODEL_KEY'] || null,
    prices: readPrices(env['CRONKEEPER_MODEL_PRICES'] ?? ''),
  };
}

/** Prices that cannot be read are not known; a limit on cost then refuses to begin. */
function readPrices(text: string): Prices | null {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  if (typeof read !== 'object' || read === null || !('input' in read && 'output' in read))
    return null;
  const { input, output } = read;
  const isPrice = (value: unknown): value is number => typeof value === 'number' && value >= 0;
  return isPrice(input) && isPrice(output) ? { input, output } : null;
}
