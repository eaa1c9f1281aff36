import { existsSync } from 'node:fs';
import { type Instant, minuteMs } from '../../core/instant.ts';
import { logPath, readPlistMarks } from '../../core/launchd-plist.ts';
import type { ServiceState } from '../../core/service-report.ts';
import type { Clock } from '../../ports/clock.ts';
import type {
  Acted,
  FoundService,
  ManagerHindrance,
  ServiceManager,
} from '../../ports/services.ts';
import { type Commands, makeCommands } from './commands.ts';
import { lookAt, missingFolders, putFile, removeEmptyFolders, removeFile } from './files.ts';
import { type Loaded, readDisabled, readPrinted } from './launchd-reading.ts';

export type LaunchdOptions = {
  readonly manager: 'launchd-agent' | 'launchd-daemon';
  readonly uid: number;
  /** Where property lists of this manager lie. */
  readonly folder: string;
  readonly clock: Clock;
  readonly commands?: Commands;
  readonly platform?: string;
};

const askMs = 1_900;
const actMs = 30_000;
/** A stop waits for the runs that are ended, and launchd kills after 30 s. */
const goneMs = 45_000;
const lookEveryMs = 200;
/** "Could not find service": the one exit code that launchd promises. */
const notFound = 113;

/**
 * launchd of the machine, or of the user whose process this is. Tested against recorded answers only; never run on a Mac.
 *
 * launchd reads a property list when the service is bootstrapped and never again, so to start means to bootstrap, and to stop
 * means to boot out; what lies in the folder comes back at the next login or start of the machine.
 */
export function makeLaunchd(options: LaunchdOptions): ServiceManager {
  const { manager, uid, folder, clock } = options;
  const commands = options.commands ?? makeCommands(uid);
  const isMac = (options.platform ?? process.platform) === 'darwin';
  const launchd = new Launchd(commands, options);
  const fileOf = (unit: string): string => `${folder}/${unit}.plist`;
  return {
    manager,
    hindrance: () => launchd.hindrance(isMac),
    find: async ({ files }) => find(files.map(({ path }) => path)),
    missingFolders: ({ files }) => missingFolders(files[0]?.path ?? '/'),
    write: async ({ files }) => attempt(() => files.forEach(putFile)),
    remove: async ({ files }, folders) =>
      attempt(() => {
        for (const { path } of files) removeFile(path);
        removeEmptyFolders(folders, files[0]?.path ?? '/');
      }),
    // A property list in its folder is enabled unless somebody disabled its label, and only then is there anything to change.
    enable: async ({ unit }) =>
      (await launchd.isDisabled(unit)) ? launchd.act('enable', unit) : done,
    disable: async () => done,
    start: ({ unit }) => launchd.start(unit, fileOf(unit)),
    stop: ({ unit }) => launchd.stop(unit, clock),
    restart: async ({ unit }) => {
      const stopped = await launchd.stop(unit, clock);
      return stopped.kind === 'failed' ? stopped : launchd.start(unit, fileOf(unit));
    },
    state: ({ unit }) => launchd.state(unit, fileOf(unit)),
    logs: ({ unit }, { lines, follows, signal }) => {
      const seen = lookAt(fileOf(unit));
      const marks = seen.kind === 'file' ? readPlistMarks(seen.text) : null;
      const path = marks === null ? '/dev/null' : logPath({ home: marks.home, unit });
      const tail = ['-n', `${lines}`, ...(follows ? ['-F'] : []), path];
      // Root reads nothing in the home of another user.
      return uid === 0 && marks !== null
        ? commands.lines('sudo', ['-n', '-u', marks.user, 'tail', ...tail], signal)
        : commands.lines('tail', tail, signal);
    },
    // An agent runs while its user has a session, and nothing else can be had for it.
    lingers: async () => null,
    linger: async () => ({ kind: 'failed', why: 'launchd knows no lingering' }),
  };
}

const done: Acted = { kind: 'done' };

class Launchd {
  readonly #commands: Commands;
  readonly #options: LaunchdOptions;
  #domain: string | null = null;

  constructor(commands: Commands, options: LaunchdOptions) {
    this.#commands = commands;
    this.#options = options;
  }

  async hindrance(isMac: boolean): Promise<ManagerHindrance | null> {
    const { manager, uid } = this.#options;
    if (!isMac) return { kind: 'absent', message: 'launchd does not manage this machine.' };
    if (manager === 'launchd-daemon' && uid !== 0)
      return { kind: 'rights', message: 'Only root may change the services of this machine.' };
    const { code, said } = await this.#commands.run('launchctl', ['managername'], askMs);
    if (code === 0) return null;
    return { kind: 'silent', message: `launchd cannot be reached: ${said}.` };
  }

  async act(verb: 'enable' | 'kickstart' | 'bootout', unit: string): Promise<Acted> {
    const name = await this.#nameOf(unit);
    return this.#run([verb, name]);
  }

  async start(unit: string, file: string): Promise<Acted> {
    const loaded = await this.#look(unit);
    if (loaded.kind === 'loaded') return loaded.pid === null ? this.act('kickstart', unit) : done;
    return this.#run(['bootstrap', await this.#domainNow(), file]);
  }

  /** launchd answers before the process has ended, and would refuse to take the label again until then. */
  async stop(unit: string, clock: Clock): Promise<Acted> {
    const first = await this.#look(unit);
    if (first.kind === 'absent') return done;
    const acted = await this.act('bootout', unit);
    const endsAt = clock.now().boot + goneMs;
    for (;;) {
      const seen = await this.#look(unit);
      if (seen.kind === 'absent') return done;
      if (clock.now().boot >= endsAt)
        return acted.kind === 'failed'
          ? acted
          : { kind: 'failed', why: `${unit} had not ended after ${goneMs} ms` };
      await clock.sleep(lookEveryMs);
    }
  }

  async state(unit: string, file: string): Promise<ServiceState> {
    const isThere = existsSync(file);
    const loaded = await this.#look(unit);
    if (loaded.kind === 'silent') return loaded;
    if (!isThere && loaded.kind === 'absent') return { kind: 'unknown' };
    const isLoaded = loaded.kind === 'loaded';
    // A label that waits for the next minute is armed without a process.
    const isActive = isLoaded && (loaded.pid !== null || loaded.state === 'waiting');
    return {
      kind: 'known',
      isActive,
      isEnabled: isThere && !(await this.isDisabled(unit)),
      words: isLoaded ? loaded.state : 'not loaded',
      mainPid: isLoaded ? loaded.pid : null,
      nextTickAt: isActive && isTimer(file) ? nextMinute(this.#options.clock) : null,
      file: isThere ? file : null,
    };
  }

  async isDisabled(unit: string): Promise<boolean> {
    const args = ['print-disabled', await this.#domainNow()];
    const { code, output } = await this.#commands.run('launchctl', args, askMs);
    return code === 0 && readDisabled(output).has(unit);
  }

  async #look(unit: string): Promise<Loaded> {
    const args = ['print', await this.#nameOf(unit)];
    const { code, output, said } = await this.#commands.run('launchctl', args, askMs);
    if (code === notFound) return { kind: 'absent' };
    return code === 0 ? readPrinted(output) : { kind: 'silent', why: said };
  }

  async #run(args: readonly string[]): Promise<Acted> {
    const { code, said } = await this.#commands.run('launchctl', args, actMs);
    return code === 0 ? done : { kind: 'failed', why: said };
  }

  async #nameOf(unit: string): Promise<string> {
    return `${await this.#domainNow()}/${unit}`;
  }

  /** A user who sits at the machine has a domain with a screen; one who came by ssh has the other alone. */
  async #domainNow(): Promise<string> {
    const { manager, uid } = this.#options;
    if (manager === 'launchd-daemon') return 'system';
    if (this.#domain === null) {
      const { code } = await this.#commands.run('launchctl', ['print', `gui/${uid}`], askMs);
      this.#domain = code === 0 ? `gui/${uid}` : `user/${uid}`;
    }
    return this.#domain;
  }
}

/** launchd does not say when it starts a label next. A timer of ours names every minute. */
function isTimer(file: string): boolean {
  const seen = lookAt(file);
  return seen.kind === 'file' && /<key>StartCalendarInterval<\/key>\s*<dict\/>/.test(seen.text);
}

const nextMinute = (clock: Clock): Instant =>
  (Math.floor(clock.now().wall / minuteMs) + 1) * minuteMs;

function find(paths: readonly string[]): FoundService {
  const [path = ''] = paths;
  const seen = lookAt(path);
  if (seen.kind === 'absent') return { kind: 'absent' };
  if (seen.kind === 'other') return { kind: 'foreign', what: `${path} is ${seen.what}` };
  const marks = readPlistMarks(seen.text);
  return marks === null
    ? { kind: 'foreign', what: `${path} was not written by cronkeeper` }
    : { kind: 'ours', marks, files: [{ path, text: seen.text }] };
}

function attempt(work: () => void): Acted {
  try {
    work();
    return done;
  } catch (error) {
    return { kind: 'failed', why: error instanceof Error ? error.message : String(error) };
  }
}
