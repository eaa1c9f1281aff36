import { readConfigFile, writeConfigFile } from '../adapters/documents/config-file.ts';
import { advice, command, Refusal } from '../core/refusal.ts';
import type { Setting, Settings } from '../ports/settings.ts';
import { type Config, configOf, unset } from './config.ts';
import { known } from './known-settings.ts';
import { familyOf, type Known } from './setting-families.ts';
import type { Value } from './setting-readers.ts';

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

/** @throws Refusal when a value is not usable or a name is unknown */
export const readConfig = (path: string): Config => configOf(path, readValues(path));

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
