import { existsSync } from 'node:fs';
import type { ServiceState } from '../../core/service-report.ts';
import type { Acted, ManagedService, ServiceFile, ServiceManager } from '../../ports/services.ts';
import { type Commands, makeCommands } from './commands.ts';
import { missingFolders, putFile, removeEmptyFolders, removeFile } from './files.ts';
import { askState, findHindrance, findService } from './systemd-reading.ts';

/** Whether systemd manages this machine. */
export const hasSystemd = (): boolean => existsSync('/run/systemd/system');

const actMs = 30_000;
/** A stop waits for the runs that are ended: TERM, 5 s, KILL, for all at once, and what the manager adds. */
const stopMs = 60_000;

/**
 * systemd of the machine, or of the user whose process this is.
 *
 * @param options.user the name of that user, for lingering
 */
export function makeSystemd(options: {
  readonly manager: 'systemd-system' | 'systemd-user';
  readonly uid: number;
  readonly user: string;
  readonly commands?: Commands;
  readonly isThere?: () => boolean;
}): ServiceManager {
  const { manager, uid, user } = options;
  const commands = options.commands ?? makeCommands(uid);
  const isThere = options.isThere ?? hasSystemd;
  const scope = manager === 'systemd-user' ? ['--user'] : [];
  const act = async (args: readonly string[], timeoutMs = actMs): Promise<Acted> => {
    const { code, said } = await commands.run('systemctl', [...scope, ...args], timeoutMs);
    return code === 0 ? { kind: 'done' } : { kind: 'failed', why: said };
  };
  const state = (service: Pick<ManagedService, 'unit' | 'main'>): Promise<ServiceState> =>
    askState(commands, scope, service);
  return {
    manager,
    hindrance: () => findHindrance(commands, { manager, uid, user, isThere: isThere() }),
    find: (service) => findService(commands, scope, service),
    missingFolders: ({ files }) => missingFolders(files[0]?.path ?? '/'),
    write: ({ files }) =>
      inTurn(
        () => attempt(() => files.forEach(putFile)),
        () => act(['daemon-reload']),
      ),
    remove: ({ unit, main, files }, folders) =>
      inTurn(
        () => forget(act, unit, main),
        () => attempt(() => removeFiles(files)),
        () => act(['daemon-reload']),
        async () => {
          // A unit that failed is remembered by its name until somebody says that it may be forgotten.
          await act(['reset-failed', unit]);
          removeEmptyFolders(folders, files[0]?.path ?? '/');
          return done;
        },
      ),
    enable: ({ main }) => act(['enable', '--quiet', main]),
    disable: ({ main }) => act(['disable', '--quiet', main]),
    start: (service) => each(service, (name) => act(['start', '--no-block', name])),
    stop: (service) => each(service, (name) => act(['stop', name], stopMs)),
    // Of a timer nothing has to be left behind: it is armed anew, and ticks.
    restart: ({ unit, main }) =>
      inTurn(
        () => act(['restart', '--no-block', main]),
        () => (main === unit ? done : act(['start', '--no-block', unit])),
      ),
    state,
    logs: ({ unit }, { lines, follows, signal }) =>
      commands.lines(
        'journalctl',
        [
          ...scope,
          ...(follows ? ['--follow'] : []),
          ...['--no-pager', '--quiet', '--output=short-iso', `--lines=${lines}`, `--unit=${unit}`],
        ],
        signal,
      ),
    lingers: async () =>
      manager === 'systemd-user' ? existsSync(`/var/lib/systemd/linger/${user}`) : null,
    linger: async (on) => {
      const verb = on ? 'enable-linger' : 'disable-linger';
      const { code, said } = await commands.run('loginctl', [verb, user], actMs);
      return code === 0 ? { kind: 'done' } : { kind: 'failed', why: said };
    },
  };
}

function removeFiles(files: readonly ServiceFile[]): void {
  for (const { path } of files) removeFile(path);
}

type Act = (args: readonly string[]) => Promise<Acted>;

const done: Acted = { kind: 'done' };

/** The timer first, then what it starts. */
const each = (
  { unit, main }: ManagedService,
  act: (name: string) => Promise<Acted>,
): Promise<Acted> =>
  inTurn(
    () => act(main),
    () => (main === unit ? done : act(unit)),
  );

/** Does one thing after the other; the first that fails ends it. */
async function inTurn(...acts: readonly (() => Promise<Acted> | Acted)[]): Promise<Acted> {
  for (const act of acts) {
    const acted = await act();
    if (acted.kind === 'failed') return acted;
  }
  return { kind: 'done' };
}

function attempt(work: () => void): Acted {
  try {
    work();
    return { kind: 'done' };
  } catch (error) {
    return { kind: 'failed', why: error instanceof Error ? error.message : String(error) };
  }
}

/** A persistent timer keeps a file that says when it last ticked. Without a unit there is nothing to forget. */
async function forget(act: Act, unit: string, main: string): Promise<Acted> {
  if (main !== unit) await act(['clean', '--what=state', main]);
  return { kind: 'done' };
}
