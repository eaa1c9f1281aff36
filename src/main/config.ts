import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { readConfigFile, writeConfigFile } from '../adapters/documents/config-file.ts';
import { parseDuration } from '../core/duration.ts';
import { advice, command, Refusal } from '../core/refusal.ts';
import { isZone } from '../core/time-zone.ts';
import type { LoopSettings } from '../loops/world.ts';
import type { Setting, Settings } from '../ports/settings.ts';
import { currentUser } from './user.ts';

type Value = string | number;

type Known = {
  readonly name: string;
  readonly unit: string;
  readonly summary: string;
  readonly default: Value;
  /** The value in the unit, or why not. */
  read(text: string): Value | { readonly why: string };
};

const duration =
  (leastMs: number, mostMs: number) =>
  (text: string): Value | { readonly why: string } => {
    const ms = parseDuration(text);
    if (ms === null) return { why: 'it must be a duration such as 15s, 2h or 30d' };
    if (ms < leastMs || ms > mostMs)
      return { why: `it must be from ${leastMs} ms to ${mostMs} ms` };
    return ms;
  };

const whole =
  (least: number, most: number) =>
  (text: string): Value | { readonly why: string } => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    return value >= least && value <= most
      ? value
      : { why: `it must be a whole number from ${least} to ${most}` };
  };

const units: Readonly<Record<string, number>> = {
  '': 1,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
};

const bytes = (text: string): Value | { readonly why: string } => {
  const [, digits = '', unit = '?'] = /^(\d{1,12})\s?(KiB|MiB|GiB|)$/.exec(text) ?? [];
  const factor = units[unit];
  return factor === undefined
    ? { why: 'it must be a size such as 512MiB or 1GiB' }
    : Number(digits) * factor;
};

const zone = (text: string): Value | { readonly why: string } =>
  isZone(text) ? text : { why: 'it must be a time zone such as Europe/Berlin' };

const profileName = (text: string): Value | { readonly why: string } =>
  /^[a-z0-9][a-z0-9_-]{0,62}$/.test(text)
    ? text
    : { why: 'it must be 1 to 63 small letters, digits, - or _' };

const localZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;

const known: readonly Known[] = [
  {
    name: 'profile',
    unit: '',
    summary: 'The profile that is meant when none is named.',
    default: 'default',
    read: profileName,
  },
  {
    name: 'zone',
    unit: '',
    summary: 'The time zone of new jobs that do not name one.',
    default: localZone(),
    read: zone,
  },
  {
    name: 'leaseTtl',
    unit: 'ms',
    summary: 'How long an owner may be silent before a standby replaces it.',
    default: 15_000,
    read: duration(1_000, 300_000),
  },
  {
    name: 'concurrency',
    unit: 'runs',
    summary: 'Runs at once in a profile.',
    default: 20,
    read: whole(1, 1_000),
  },
  {
    name: 'keepRunsFor',
    unit: 'ms',
    summary: 'Ended runs are kept so long.',
    default: 30 * 86_400_000,
    read: duration(60_000, 3_650 * 86_400_000),
  },
  {
    name: 'keepRuns',
    unit: 'runs',
    summary: 'Ended runs kept at most in a profile.',
    default: 100_000,
    read: whole(1, 100_000_000),
  },
  {
    name: 'keepOutput',
    unit: 'bytes',
    summary: 'Stored output kept at most in a profile.',
    default: 1024 ** 3,
    read: bytes,
  },
];

/** The settings of one home, as they were when this process began. */
export type Config = {
  readonly path: string;
  readonly profile: string;
  readonly zone: string;
  readonly loops: LoopSettings;
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
  return {
    path,
    profile: String(values.get('profile')?.value),
    zone: String(values.get('zone')?.value),
    loops: {
      ttlMs: number('leaseTtl'),
      maxRunning: number('concurrency'),
      keepRunsMs: number('keepRunsFor'),
      keepRuns: number('keepRuns'),
      keepOutputBytes: number('keepOutput'),
    },
  };
}

/** `config list|get|set`. */
export function makeSettings(path: string): Settings {
  return {
    path,
    list: async () => [...readValues(path).values()],
    set: async (name, text) => {
      const setting = find(name);
      if (text === '') writeConfigFile(path, name, null);
      else {
        readValue(setting, text, path);
        writeConfigFile(path, name, /^\d+$/.test(text) ? Number(text) : text);
      }
      const now = readValues(path).get(name);
      if (now === undefined) throw new Error(`the setting ${name} was lost`);
      return now;
    },
  };
}

function readValues(path: string): ReadonlyMap<string, Setting> {
  const written = readConfigFile(path);
  for (const name of written.keys()) refuseUnknown(name, path);
  return new Map(
    known.map((setting) => {
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
  if (known.some((candidate) => candidate.name === name)) return;
  const names = known.map((candidate) => candidate.name);
  throw new Refusal('setting_unknown', `There is no setting "${name}", but ${path} names it.`, {
    kind: 'usage',
    remedy: advice(`Take it out of ${path}. There are ${names.join(', ')}.`),
    details: { settings: names },
  });
}

function find(name: string): Known {
  const setting = known.find((candidate) => candidate.name === name);
  if (setting !== undefined) return setting;
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
