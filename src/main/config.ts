import { hostname } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { type Allowed, readAllowed } from '../core/address.ts';
import type { ModelSetting } from '../core/model-setting.ts';
import { advice, Refusal } from '../core/refusal.ts';
import type { SecretSource } from '../core/secret.ts';
import type { LoopSettings } from '../loops/world.ts';
import type { Setting } from '../ports/settings.ts';
import { currentFolder } from './folder.ts';
import { known } from './known-settings.ts';
import { type Known, modelsIn, sourcesIn } from './setting-families.ts';
import { wordsIn } from './setting-readers.ts';
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
  if (named !== undefined && named !== '')
    return isAbsolute(named) ? resolve(named) : resolve(currentFolder(), named);
  const folder = env['HOME'] || currentUser().folder;
  if (folder !== null) return join(folder, '.cronkeeper');
  throw new Refusal('home_unusable', 'No home is named, and this user has no folder of its own.', {
    remedy: advice('Name a folder: --home /path/to/folder'),
  });
}

/** What these settings amount to. */
export function configOf(path: string, values: ReadonlyMap<string, Setting>): Config {
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

/** A setting that nobody chose. */
export const unset = ({ name, unit, summary, default: value }: Known): Setting => ({
  name,
  value,
  isDefault: true,
  unit,
  summary,
});

/** The settings of a home that has no file of them. It is apart from reading one, because the library for that takes long to load. */
export const defaultConfig = (path: string): Config =>
  configOf(path, new Map(known.map((setting) => [setting.name, unset(setting)])));

/** The name of this machine for people. */
export const hostName = (): string => hostname();
