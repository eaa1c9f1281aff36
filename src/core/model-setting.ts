/** The protocols that models are spoken to by. */
export const modelApis = ['openai-compatible', 'openai', 'anthropic'] as const;
export type ModelApi = (typeof modelApis)[number];

/** How one provider is reached: `models.PROVIDER.url`, `.api`, `.key` and `.prices` of the settings. Null where nobody said. */
export type ModelSetting = {
  readonly url: string | null;
  readonly api: ModelApi | null;
  /** A reference `${secret:NAME}`, never a key itself. */
  readonly key: string | null;
  readonly prices: string | null;
};

/** What a model costs: millionths of a US dollar for a million input and a million output tokens. */
type Price = { readonly input: number; readonly output: number };

export const priceForms =
  'MODEL=INPUT/OUTPUT in US dollars for a million tokens, as in gpt-5=1.25/10';

/** Reads prices as people write them, several with spaces between; null when they are none. */
export function readPrices(text: string): ReadonlyMap<string, Price> | null {
  const prices = new Map<string, Price>();
  for (const word of text.split(/\s+/).filter((one) => one !== '')) {
    const [, model = '', input = '', output = ''] =
      /^(.+)=(\d{1,6}(?:\.\d{1,6})?)\/(\d{1,6}(?:\.\d{1,6})?)$/.exec(word) ?? [];
    if (model === '') return null;
    prices.set(model, { input: micro(input), output: micro(output) });
  }
  return prices.size === 0 ? null : prices;
}

const micro = (dollars: string): number => Math.round(Number(dollars) * 1_000_000);

/** Providers that are known without a setting. */
const usual: Readonly<Record<string, Pick<ModelSetting, 'api' | 'url'>>> = {
  openai: { api: 'openai', url: 'https://api.openai.com/v1' },
  anthropic: { api: 'anthropic', url: 'https://api.anthropic.com/v1' },
};

/** Variables of a run, the key still a reference; or why the model cannot be used. */
export type ModelEnvironment =
  | { readonly kind: 'known'; readonly names: Readonly<Record<string, string>> }
  | {
      readonly kind: 'unusable';
      readonly reason: 'model_unknown' | 'credentials_missing';
      readonly message: string;
    };

/**
 * What puts a model into the environment of an agent's run: CRONKEEPER_MODEL_URL, _API, _KEY and _PRICES, to be filled with the other
 * references just before its start. A provider of a local server needs no key; the two that are always asked for one do.
 *
 * @param model `provider/model`; null: the agent brings its own
 */
export function modelEnvironment(
  model: string | null,
  settings: ReadonlyMap<string, ModelSetting>,
): ModelEnvironment {
  if (model === null) return { kind: 'known', names: {} };
  const cut = model.indexOf('/');
  const provider = cut < 0 ? model : model.slice(0, cut);
  const setting = settings.get(provider);
  const known = Object.hasOwn(usual, provider) ? usual[provider] : undefined;
  const url = setting?.url ?? known?.url ?? null;
  if (cut < 1 || url === null)
    return {
      kind: 'unusable',
      reason: 'model_unknown',
      message: `Nothing is known of the provider "${provider}". Say where it is: cronkeeper config set models.${provider}.url URL`,
    };
  const key = setting?.key ?? null;
  if (key === null && known !== undefined && setting?.url == null)
    return {
      kind: 'unusable',
      reason: 'credentials_missing',
      message: `There is no key for ${provider}. Set one: cronkeeper secret set ${provider}, then cronkeeper config set models.${provider}.key '\${secret:${provider}}'`,
    };
  const price = readPrices(setting?.prices ?? '')?.get(model.slice(cut + 1));
  return {
    kind: 'known',
    names: {
      CRONKEEPER_MODEL_URL: url,
      CRONKEEPER_MODEL_API: setting?.api ?? known?.api ?? 'openai-compatible',
      ...(key === null ? {} : { CRONKEEPER_MODEL_KEY: key }),
      ...(price === undefined ? {} : { CRONKEEPER_MODEL_PRICES: JSON.stringify(price) }),
    },
  };
}
