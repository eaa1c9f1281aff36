import { type ModelSetting, modelApis, priceForms, readPrices } from '../core/model-setting.ts';
import { isReference, isSecretName, type SecretSource } from '../core/secret.ts';
import { parseSource } from '../core/secret-source.ts';
import type { Setting } from '../ports/settings.ts';
import type { Read, Value } from './setting-readers.ts';

export type Known = {
  readonly name: string;
  readonly unit: string;
  readonly summary: string;
  readonly default: Value;
  readonly read: Read;
};

/** Settings of which there is one for each name that a person chooses: `secrets.NAME` and `models.PROVIDER.PART`. */

const secretSource: Read = (text) => {
  const read = parseSource(text);
  return 'why' in read ? read : text;
};

const url: Read = (text) => {
  const parsed = URL.parse(text);
  const isWeb = parsed?.protocol === 'https:' || parsed?.protocol === 'http:';
  return isWeb && parsed?.username === '' && parsed.password === ''
    ? text
    : { why: 'it must be an address such as http://127.0.0.1:11434/v1, without a password' };
};

const api: Read = (text) =>
  modelApis.some((one) => one === text) ? text : { why: `it must be ${modelApis.join(', ')}` };

/** The key itself would be in a file that people copy, and in the answers of `config list`. */

const key: Read = (text) =>
  isReference(text)
    ? text
    : { why: `it must be a reference such as \${secret:NAME}; put the key there with secret set` };

const prices: Read = (text) =>
  readPrices(text) === null ? { why: `it must be ${priceForms}` } : text;

/** The parts of the setting of a provider, with what they are for. */
const modelParts: ReadonlyMap<string, { readonly read: Read; readonly summary: string }> = new Map([
  ['url', { read: url, summary: 'Base address of this provider of models.' }],
  ['api', { read: api, summary: 'How it is spoken to.' }],
  ['key', { read: key, summary: 'The secret that holds its key.' }],
  ['prices', { read: prices, summary: 'What its models cost.' }],
]);

/** The setting of this name, if it is one of those that people name themselves; null when it is none. */
export function familyOf(name: string): Known | null {
  const secret = /^secrets\.(.+)$/.exec(name)?.[1] ?? '';
  if (isSecretName(secret))
    return {
      name,
      unit: '',
      summary: 'Where this secret is kept.',
      default: 'file',
      read: secretSource,
    };
  const [, part = ''] = /^models\.[a-z0-9][a-z0-9_-]{0,62}\.([a-z]+)$/.exec(name) ?? [];
  const model = modelParts.get(part);
  return model === undefined ? null : { name, unit: '', default: 'none', ...model };
}

type Values = ReadonlyMap<string, Setting>;

/** The sources that the settings name. */
export function sourcesIn(values: Values): ReadonlyMap<string, SecretSource> {
  const sources = new Map<string, SecretSource>();
  for (const { name, value, isDefault } of values.values()) {
    if (!name.startsWith('secrets.') || isDefault) continue;
    const read = parseSource(String(value));
    if ('source' in read) sources.set(name.slice('secrets.'.length), read.source);
  }
  return sources;
}

/** How each provider that the settings name is reached. */
export function modelsIn(values: Values): ReadonlyMap<string, ModelSetting> {
  const providers = new Set(
    [...values.keys()].flatMap((name) => /^models\.([^.]+)\./.exec(name)?.[1] ?? []),
  );
  return new Map(
    [...providers].map((provider) => {
      const part = (name: string): string | null => {
        const setting = values.get(`models.${provider}.${name}`);
        return setting === undefined || setting.isDefault ? null : String(setting.value);
      };
      const known = modelApis.find((one) => one === part('api')) ?? null;
      return [provider, { url: part('url'), api: known, key: part('key'), prices: part('prices') }];
    }),
  );
}
