import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ForeignTimer } from '../../ports/foreign.ts';
import { type HermesProfile, readSmall } from './home.ts';
import { type Environment, isProgram, recognise } from './recognition.ts';

/** Where this user's and the system's timers are written. */
export type TimerPlaces = {
  readonly unitFolders: readonly string[];
  readonly crontabs: readonly string[];
};

/** The crontab of a user is hidden from the user itself on most systems; those of the system are not. */
export const usualPlaces = (environment: Environment): TimerPlaces => ({
  unitFolders: [
    join(
      environment.get('XDG_CONFIG_HOME') ?? join(environment.get('HOME') ?? '/', '.config'),
      'systemd/user',
    ),
    '/etc/systemd/user',
    '/etc/systemd/system',
  ],
  crontabs: [
    '/etc/crontab',
    ...namesIn('/etc/cron.d').map((name) => join('/etc/cron.d', name)),
    ...[environment.get('USER') ?? environment.get('LOGNAME') ?? ''].map((user) =>
      join('/var/spool/cron/crontabs', basename(user)),
    ),
  ],
});

const mostUnits = 500;

/** Timers of systemd and lines of a crontab that let Hermes tick for the profile. Read from their files; no manager is asked. */
export function findTimers(profile: HermesProfile, places: TimerPlaces): readonly ForeignTimer[] {
  return [
    ...places.unitFolders.flatMap((folder) => timersIn(folder, profile)),
    ...places.crontabs.flatMap((file) => linesIn(file, profile)),
  ];
}

function timersIn(folder: string, profile: HermesProfile): readonly ForeignTimer[] {
  const timers = namesIn(folder)
    .filter((name) => name.endsWith('.timer'))
    .slice(0, mostUnits);
  return timers.flatMap((name) => {
    const file = join(folder, name);
    const text = readSmall(file);
    if (text === null) return [];
    const started =
      /^\s*Unit\s*=\s*(\S+)\s*$/m.exec(text)?.[1] ?? name.replace(/timer$/, 'service');
    const service = readSmall(join(folder, basename(started))) ?? '';
    const commands = [...service.matchAll(/^\s*ExecStart\s*=\s*[-@:+!]*(.*)$/gm)];
    if (!commands.some(([, command = '']) => ticks(command, service, profile))) return [];
    const isEnabled = existsSync(join(folder, 'timers.target.wants', name));
    return [{ program: 'hermes', name, file, isEnabled }];
  });
}

function linesIn(file: string, profile: HermesProfile): readonly ForeignTimer[] {
  const lines = (readSmall(file) ?? '').split('\n');
  const variables = lines.filter((line) => /^\s*HERMES_HOME\s*=/.test(line)).join('\n');
  const found = lines.some((line) => !/^\s*#/.test(line) && ticks(line, variables, profile));
  return found ? [{ program: 'hermes', name: 'crontab', file, isEnabled: null }] : [];
}

/**
 * Whether one of the commands of a line lets Hermes tick. What stands before the program only leads to it: a schedule, a user, a
 * variable, `env`, `sh -c`.
 *
 * @param surroundings where `HERMES_HOME` may be set for a line that does not set it itself
 */
function ticks(line: string, surroundings: string, { root, name, folder }: HermesProfile): boolean {
  const home = homeSetIn(line) ?? homeSetIn(surroundings);
  const isOwn =
    home === null ? name === 'default' : home === folder || (home === root && name === 'default');
  return line.split(/[;&|]+/).some((command) => {
    const words = command.split(/[\s()`<>]+/).map((word) => word.replace(/^["']|["']+$/g, ''));
    return words.some((word, index) => {
      const seen = isProgram(word) ? recognise(words.slice(index), () => null) : null;
      return seen?.part === 'tick' && (seen.profile === null ? isOwn : seen.profile === name);
    });
  });
}

const homeSetIn = (text: string): string | null =>
  /\bHERMES_HOME\s*=\s*["']?([^"'\s;]+)/.exec(text)?.[1] ?? null;

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
