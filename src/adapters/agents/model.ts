import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { LanguageModel } from 'ai';
import { type Ending, failed } from './session.ts';
import type { ModelSettings } from './settings.ts';

/** Nobody hands a key on to another address than the one that was set. */
const strictFetch: typeof fetch = (input, init) => fetch(input, { ...init, redirect: 'error' });

/** A model by its name `provider/model`, to be asked as the settings say. */
export function openModel(
  name: string | null,
  { api, url, key }: ModelSettings,
): { readonly kind: 'open'; readonly model: LanguageModel } | Ending {
  const [, provider = '', id = ''] = /^([^/]+)\/(.+)$/.exec(name ?? '') ?? [];
  if (id === '')
    return failed('model_unknown', `"${name ?? ''}" names no model: say it as provider/model.`);
  if (api === 'openai-compatible') {
    if (url === null)
      return failed('model_unknown', `The address of the provider ${provider} is not set.`);
    const made = createOpenAICompatible({
      name: provider,
      baseURL: url,
      includeUsage: true,
      fetch: strictFetch,
      ...(key === null ? {} : { apiKey: key }),
    });
    return { kind: 'open', model: made(id) };
  }
  // Without a key the libraries would look for one in the environment by themselves.
  if (key === null)
    return failed('credentials_missing', `There is no key for the provider ${provider}.`);
  const settings = {
    apiKey: key,
    fetch: strictFetch,
    ...(url === null ? {} : { baseURL: url }),
  };
  const model =
    api === 'anthropic' ? createAnthropic(settings)(id) : createOpenAI(settings).chat(id);
  return { kind: 'open', model };
}
