import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { readConfigFile, writeConfigFile } from '../adapters/documents/config-file.ts';
import { type Allowed, readAllowed } from '../core/address.ts';
import type { ModelSetting } from '../core/model-setting.ts';
import { advice, command, Refusal } from '../core/refusal.ts';
import type { SecretSource } from '../core/secret.ts';
import { isZone } from '../core/time-zone.ts';
import type { LoopSettings } from '../loops/world.ts';
import type { Setting, Settings } from '../ports/settings.ts';
import { familyOf, type Known, modelsIn, sourcesIn } from './setting-families.ts';
import {
  bytes,
  duration,
  model,
  monitor,
  networks,
  powerWords,
  profileName,
  targets,
  type Value,
  whole,
  wordsIn,
  zone,
} from './setting-readers.ts';
import { currentUser } from './user.ts';

/** The zone of the machine. A TZ that names none leaves it without one; the system then keeps UTC, and so does a new job. */
function localZone(): string {
  const named: unknown = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return typeof named === 'string' && isZone(named) ? named : 'UTC';
}

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
    name: 'model',
    unit: '',
    summary: 'The model of new agent jobs that do not name one, as PROVIDER/MODEL.',
    default: 'none',
    read: model,
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
    name: 'agentConcurrency',
    unit: 'runs',
    summary: 'Agents and calls at once in a profile, counted apart from commands.',
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
  {
    name: 'alerts',
    unit: '',
    summary: 'Where alerts go when a job names no target of its own; several with spaces between.',
    default: 'inbox',
    read: targets,
  },
  {
    name: 'deliverFor',
    unit: 'ms',
    summary: 'A message that is not taken is tried again for so long.',
    default: 86_400_000,
    read: duration(1_000, 30 * 86_400_000),
  },
  {
    name: 'deliveryTimeout',
    unit: 'ms',
    summary: 'One try of a message may last so long.',
    default: 30_000,
    read: duration(100, 30_000),
  },
  {
    name: 'privateTargets',
    unit: '',
    summary: 'Private addresses, networks or hosts that messages may go to.',
    default: 'none',
    read: networks,
  },
  {
    name: 'agentsMay',
    unit: '',
    summary:
      'What jobs of agents and the chat may do unapproved: command, shell, http, protected, or PROFILE/command for one profile.',
    default: 'none',
    read: powerWords,
  },
  {
    name: 'agentJobs',
    unit: 'jobs',
    summary: 'Jobs of agents and the chat in a profile that are not done, at most.',
    default: 20,
    read: whole(0, 100_000),
  },
  {
    name: 'agentDepth',
    unit: 'runs',
    summary: 'How many runs deep jobs may be made inside runs; 0: no run makes jobs.',
    default: 0,
    read: whole(0, 16),
  },
  {
    name: 'heartbeat',
    unit: '',
    summary: 'Address that the owner calls while it runs jobs; {profile} stands for its profile.',
    default: 'none',
    read: monitor,
  },
  {
    name: 'heartbeatEvery',
    unit: 'ms',
    summary: 'How often it calls there.',
    default: 60_000,
    read: duration(500, 86_400_000),
  },
];

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
    set: async (name, text) => {
      const setting = find(name);
      if (text === '') writeConfigFile(path, name, null);
      else {
        readValue(setting, text, path);
        writeConfigFile(path, name, /^\d+$/.test(text) ? Number(text) : text);
      }
      const { unit, summary, default: value } = setting;
      // One that a person chose is gone with its value.
      return readValues(path).get(name) ?? { name, value, isDefault: true, unit, summary };
    },
  };
}

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
