import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { readConfigFile, writeConfigFile } from '../adapters/documents/config-file.ts';
import { type Allowed, readAllowed } from '../core/address.ts';
import type { ModelSetting } from '../core/model-setting.ts';
import { advice, command, Refusal } from '../core/refusal.ts';
import type { SecretSource } from '../core/secret.ts';
import type { LoopSettings } from '../loops/world.ts';
import type { Setting, Settings } from '../ports/settings.ts';
import { known } from './known-settings.ts';
import { familyOf, type Known, modelsIn, sourcesIn } from './setting-families.ts';
import { type Value, wordsIn } from './setting-readers.ts';
import { currentUser } from './user.ts';

/** The settings of one home, as they were when this process began. */
export type Config = {
  readonly path: string;
  readonly profile: string;
  readonly zone: string;
  readonly loops: LoopSettings;
  /** Private places that messages may go to. */
  readonly allowed: Allowed;
  /** Where secrets are kept that have no file of their own. */
  readonly secrets: ReadonlyMap<string, SecretSource>;
  /** How models are reached, by provider. */
  readonly models: ReadonlyMap<string, ModelSetting>;
};

/**
 * The folder in which everything is kept: `--home`, then CRONKEEPER_HOME, then `~/.cronkeeper`.
 *
 * @throws Refusal `home_unusable` when none is named and this user has no folder
 */
export function homePath(option: string | undefined, env: NodeJS.ProcessEnv): string {
  const named = option ?? env['CRONKEEPER_HOME'];
  if (named !== undefined && named !== '') return resolve(named);
  const folder = env['HOME'] || currentUser().folder;
  if (folder !== null) return join(folder, '.cronkeeper');
  throw new Refusal('home_unusable', 'No home is named, and this user has no folder of its own.', {
    remedy: advice('Name a folder: --home /path/to/folder'),
  });
}

/** @throws Refusal when a value is not usable or a name is unknown */
export function readConfig(path: string): Config {
  const values = readValues(path);
  const number = (name: string): number => Number(values.get(name)?.value);
  const text = (name: string): string => String(values.get(name)?.value);
  return {
    path,
    profile: text('profile'),
    zone: text('zone'),
    loops: {
      ttlMs: number('leaseTtl'),
      maxRunning: number('concurrency'),
      maxWork: number('agentConcurrency'),
      keepRunsMs: number('keepRunsFor'),
      keepRuns: number('keepRuns'),
      keepOutputBytes: number('keepOutput'),
      outbox: {
        alerts: wordsIn(text('alerts')),
        deliverForMs: number('deliverFor'),
        sendLimitMs: number('deliveryTimeout'),
        heartbeat:
          text('heartbeat') === 'none'
            ? null
            : { url: text('heartbeat'), everyMs: number('heartbeatEvery') },
      },
    },
    allowed: allowedOf(wordsIn(text('privateTargets'))),
    secrets: sourcesIn(values),
    models: modelsIn(values),
  };
}

/** The words were read before. */
function allowedOf(words: readonly string[]): Allowed {
  const read = readAllowed(words);
  if ('why' in read) throw new Error(read.why);
  return read.allowed;
}

/** `config list|get|set`. */
export function makeSettings(path: string): Settings {
  return {
    path,
    list: async () => [...readValues(path).values()],
    find: async (name) => {
      const family = familyOf(name);
      return readValues(path).get(name) ?? (family === null ? null : unset(family));
    },
    set: async (name, text) => {
      const setting = find(name);
      if (text === '') writeConfigFile(path, name, null);
      else {
        readValue(setting, text, path);
        writeConfigFile(path, name, /^\d+$/.test(text) ? Number(text) : text);
      }
      // One that a person chose is gone with its value.
      return readValues(path).get(name) ?? unset(setting);
    },
  };
}

const unset = ({ name, unit, summary, default: value }: Known): Setting => ({
  name,
  value,
  isDefault: true,
  unit,
  summary,
});

function readValues(path: string): ReadonlyMap<string, Setting> {
  const written = readConfigFile(path);
  for (const name of written.keys()) refuseUnknown(name, path);
  const chosen = [...written.keys()].flatMap((name) => familyOf(name) ?? []);
  return new Map(
    [...known, ...chosen].map((setting) => {
      const raw = written.get(setting.name);
      const isDefault = raw === undefined || raw === null;
      const value = isDefault ? setting.default : readValue(setting, String(raw), path);
      const { name, unit, summary } = setting;
      return [name, { name, value, isDefault, unit, summary }];
    }),
  );
}

/** No command can take it out of the file again, because every one of them reads the file first. */
function refuseUnknown(name: string, path: string): void {
  if (known.some((candidate) => candidate.name === name) || familyOf(name) !== null) return;
  const names = known.map((candidate) => candidate.name);
  throw new Refusal('setting_unknown', `There is no setting "${name}", but ${path} names it.`, {
    kind: 'usage',
    remedy: advice(`Take it out of ${path}. There are ${names.join(', ')}.`),
    details: { settings: names },
  });
}

function find(name: string): Known {
  const setting = known.find((candidate) => candidate.name === name) ?? familyOf(name);
  if (setting !== null) return setting;
  throw new Refusal('setting_unknown', `There is no setting "${name}".`, {
    kind: 'usage',
    remedy: command('cronkeeper config list'),
    details: { settings: known.map((candidate) => candidate.name) },
  });
}

function readValue(setting: Known, text: string, path: string): Value {
  const value = setting.read(text);
  if (typeof value !== 'object') return value;
  throw new Refusal('usage', `The setting ${setting.name} cannot be "${text}": ${value.why}.`, {
    kind: 'usage',
    remedy: advice(`Set it with cronkeeper config set ${setting.name} VALUE, or mend ${path}.`),
  });
}

/** The name of this machine for people. */
export const hostName = (): string => hostname();
