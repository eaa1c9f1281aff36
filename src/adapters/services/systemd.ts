import { existsSync } from 'node:fs';
import type { Instant } from '../../core/instant.ts';
import { readMarks } from '../../core/service-marks.ts';
import type { ServiceState } from '../../core/service-report.ts';
import type {
  Acted,
  FoundService,
  ManagedService,
  ManagerHindrance,
  ServiceFile,
  ServiceManager,
} from '../../ports/services.ts';
import { type Commands, makeCommands } from './commands.ts';
import { lookAt, missingFolders, putFile, removeEmptyFolders, removeFile } from './files.ts';

/** Whether systemd manages this machine. */
export const hasSystemd = (): boolean => existsSync('/run/systemd/system');

const askMs = 1_900;
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
    find: (service) => find(commands, scope, service),
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
          removeEmptyFolders(folders);
          return { kind: 'done' };
        },
      ),
    enable: ({ main }) => act(['enable', '--quiet', main]),
    disable: ({ main }) => act(['disable', '--quiet', main]),
    start: ({ unit, main }) =>
      inTurn(
        () => act(['start', '--no-block', main]),
        async () => (main === unit ? { kind: 'done' } : act(['start', '--no-block', unit])),
      ),
    stop: ({ unit, main }) =>
      inTurn(
        () => act(['stop', main], stopMs),
        async () => (main === unit ? { kind: 'done' } : act(['stop', unit], stopMs)),
      ),
    restart: ({ main }) => act(['restart', '--no-block', main]),
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

async function findHindrance(
  commands: Commands,
  about: {
    readonly manager: 'systemd-system' | 'systemd-user';
    readonly uid: number;
    readonly user: string;
    readonly isThere: boolean;
  },
): Promise<ManagerHindrance | null> {
  if (!about.isThere) return { kind: 'absent', message: 'systemd does not manage this machine.' };
  if (about.manager === 'systemd-system') {
    if (about.uid === 0) return null;
    return { kind: 'rights', message: 'Only root may change the services of this machine.' };
  }
  const { code, said } = await commands.run(
    'systemctl',
    ['--user', 'show', '-p', 'Version'],
    askMs,
  );
  if (code === 0) return null;
  const message = `The service manager of user ${about.user} cannot be reached: ${said}.`;
  return { kind: 'silent', message };
}

async function find(
  commands: Commands,
  scope: readonly string[],
  { unit, main, files }: ManagedService,
): Promise<FoundService> {
  const found: ServiceFile[] = [];
  for (const { path } of files) {
    const seen = lookAt(path);
    if (seen.kind === 'other') return { kind: 'foreign', what: `${path} is ${seen.what}` };
    if (seen.kind === 'file') found.push({ path, text: seen.text });
  }
  const marks = found.map(({ text }) => readMarks(text));
  const unmarked = marks.indexOf(null);
  if (unmarked >= 0)
    return { kind: 'foreign', what: `${found[unmarked]?.path} was not written by cronkeeper` };
  for (const name of new Set([unit, main])) {
    const other = await otherPlace(commands, scope, name, files);
    if (other !== null) return { kind: 'foreign', what: other };
  }
  const [first] = marks;
  if (first === undefined || first === null) return { kind: 'absent' };
  return { kind: 'ours', marks: first, files: found };
}

/** A unit of that name that the manager has from somewhere else, or was told to never start. */
async function otherPlace(
  commands: Commands,
  scope: readonly string[],
  name: string,
  files: readonly ServiceFile[],
): Promise<string | null> {
  const args = [...scope, 'show', '-p', 'LoadState,FragmentPath', '--', name];
  const { code, output } = await commands.run('systemctl', args, askMs);
  if (code !== 0) return null;
  const shown = properties(output);
  if (shown.get('LoadState') === 'masked') return `${name} is masked`;
  const place = shown.get('FragmentPath') ?? '';
  const isOurs = place === '' || files.some(({ path }) => path === place);
  return isOurs ? null : `there is another ${name}, from ${place}`;
}

const asked =
  'Id,LoadState,ActiveState,SubState,UnitFileState,MainPID,FragmentPath,NextElapseUSecRealtime';

async function askState(
  commands: Commands,
  scope: readonly string[],
  { unit, main }: Pick<ManagedService, 'unit' | 'main'>,
): Promise<ServiceState> {
  const names = [...new Set([main, unit])];
  const args = [...scope, 'show', '-p', asked, '--', ...names];
  const { code, output, said } = await commands.run('systemctl', args, askMs);
  if (code !== 0) return { kind: 'silent', why: said };
  const blocks = output.split(/\n\n+/).map(properties);
  const shown = blocks.find((block) => block.get('Id') === main);
  const process = blocks.find((block) => block.get('Id') === unit);
  const state = shown?.get('ActiveState');
  if (shown === undefined || state === undefined)
    return { kind: 'silent', why: 'its answer was not understood' };
  if (shown.get('LoadState') === 'not-found' && state === 'inactive') return { kind: 'unknown' };
  const pid = Number(process?.get('MainPID') ?? '0');
  return {
    kind: 'known',
    isActive: state === 'active' || state === 'reloading',
    isEnabled: shown.get('UnitFileState') === 'enabled',
    words: `${state} (${shown.get('SubState') ?? '?'})`,
    mainPid: Number.isSafeInteger(pid) && pid > 0 ? pid : null,
    nextTickAt: instantOf(shown.get('NextElapseUSecRealtime') ?? ''),
    file: shown.get('FragmentPath') || null,
  };
}

function properties(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const line of text.split('\n')) {
    const equals = line.indexOf('=');
    if (equals > 0) found.set(line.slice(0, equals), line.slice(equals + 1).trim());
  }
  return found;
}

/** "Sun 2026-11-22 09:01:00 UTC", as `systemctl` prints instants when its zone is UTC. */
function instantOf(text: string): Instant | null {
  const [, day, time] = /^\w+ (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.\d+)? UTC$/.exec(text) ?? [];
  const at = Date.parse(`${day}T${time}Z`);
  return Number.isNaN(at) ? null : at;
}
