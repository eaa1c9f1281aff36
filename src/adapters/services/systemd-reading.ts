import type { Instant } from '../../core/instant.ts';
import { readMarks } from '../../core/service-marks.ts';
import type { ServiceState } from '../../core/service-report.ts';
import { unitProperties } from '../../core/unit-properties.ts';
import type {
  FoundService,
  ManagedService,
  ManagerHindrance,
  ServiceFile,
} from '../../ports/services.ts';
import type { Commands } from './commands.ts';
import { lookAt } from './files.ts';

const askMs = 1_900;

/** Why this process may not, or cannot, change services of that manager. */
export async function findHindrance(
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

/** What is there under the name of the service: by its files, and by what the manager knows. */
export async function findService(
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
  const shown = unitProperties(output);
  if (shown.get('LoadState') === 'masked') return `${name} is masked`;
  const place = shown.get('FragmentPath') ?? '';
  const isOurs = place === '' || files.some(({ path }) => path === place);
  return isOurs ? null : `there is another ${name}, from ${place}`;
}

const asked =
  'Id,LoadState,ActiveState,SubState,UnitFileState,MainPID,FragmentPath,NextElapseUSecRealtime,WatchdogUSec';

/** How the service stands now. */
export async function askState(
  commands: Commands,
  scope: readonly string[],
  { unit, main }: Pick<ManagedService, 'unit' | 'main'>,
): Promise<ServiceState> {
  const names = [...new Set([main, unit])];
  const args = [...scope, 'show', '-p', asked, '--', ...names];
  const { code, output, said } = await commands.run('systemctl', args, askMs);
  if (code !== 0) return { kind: 'silent', why: said };
  const blocks = output.split(/\n\n+/).map(unitProperties);
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
    ...watchdogIn(process),
    file: shown.get('FragmentPath') || null,
  };
}

/** "15s"; 0 and "infinity" mean none. */
function watchdogIn(process: ReadonlyMap<string, string> | undefined): {
  readonly hasWatchdog?: boolean;
} {
  const value = process?.get('WatchdogUSec');
  return value === undefined ? {} : { hasWatchdog: !/^(0|infinity)?$/.test(value) };
}

/** "Sun 2026-11-22 09:01:00 UTC", as `systemctl` prints instants when its zone is UTC. */
function instantOf(text: string): Instant | null {
  const [, day, time] = /^\w+ (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.\d+)? UTC$/.exec(text) ?? [];
  const at = Date.parse(`${day}T${time}Z`);
  return Number.isNaN(at) ? null : at;
}
