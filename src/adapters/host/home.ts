import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { advice, command, Refusal } from '../../core/refusal.ts';
import { shellWord } from '../../core/shell-word.ts';
import { networkFileSystemOf } from './file-systems.ts';

/** Where everything of one home lies; absolute paths. Folders exist, files may not. */
export type Home = {
  readonly path: string;
  readonly config: string;
  readonly database: string;
  readonly runs: string;
  /** Sockets and published ports. */
  readonly run: string;
  readonly logs: string;
  readonly secrets: string;
};

/** What the machine says about the home; replaced in tests. */
export type HomeFacts = {
  /** Null where the platform has no user ids. */
  readonly uid: number | null;
  networkFileSystem(path: string): string | null;
};

const realFacts: HomeFacts = {
  uid: process.getuid?.() ?? null,
  networkFileSystem: networkFileSystemOf,
};

const folderMode = 0o700;
const fileMode = 0o600;

/**
 * Opens the home at `path`, making what is missing: folders 0700, files 0600. A relative path is taken from the current
 * folder. The home itself may be reached by a symbolic link, its own folders and its database may not. Twice is silent.
 *
 * @throws Refusal `home_foreign`, `home_modes`, `home_unusable`, `store_network_fs`, `store_read_only` or `store_full`
 */
export function openHome(path: string, facts: HomeFacts = realFacts): Home {
  if (path.trim() === '')
    throw unusable(path, 'the path is empty', 'Name a folder: --home /path/to/folder');
  const wanted = resolve(path);
  makeFolder(wanted);
  const real = attempt(wanted, () => realpathSync(wanted));
  refuseNetwork(real, facts);
  const home = layOut(real);
  const folders = [home.path, home.runs, home.run, home.logs, home.secrets];
  // The home is judged before anything is made inside it, so nothing is written into somebody else's folder.
  const itself = lookAt(home.path, 'folder');
  refuseForeign([itself], facts, elsewhere);
  refuseShared(itself, home);
  for (const folder of folders.slice(1)) makeFolder(folder);
  const found = [...folders.map((each) => lookAt(each, 'folder')), ...findFiles(home)];
  refuseForeign(found, facts, (foreign) => givenBack(foreign, itself.stats));
  refuseModes(found);
  attempt(home.path, () => accessSync(home.path, constants.W_OK | constants.X_OK));
  return home;
}

function layOut(path: string): Home {
  return {
    path,
    config: join(path, 'config.yaml'),
    database: databaseIn(path),
    runs: join(path, 'runs'),
    run: join(path, 'run'),
    logs: join(path, 'logs'),
    secrets: join(path, 'secrets'),
  };
}

/** An identifier for a machine that has none of its own, made once and kept in the home. */
export function keptMachineId(home: Home, make: () => string): string {
  const path = join(home.path, 'machine-id');
  try {
    writeFileSync(path, `${make()}\n`, { mode: fileMode, flag: 'wx' });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw explain(path, error);
  }
  return readFileSync(path, 'utf8').trim();
}

type Found = { readonly path: string; readonly kind: 'folder' | 'file'; readonly stats: Stats };

/** A folder of the home must be a folder itself, not a link to one. */
function lookAt(path: string, kind: Found['kind']): Found {
  const stats = attempt(path, () => lstatSync(path));
  if (kind === 'folder' && !stats.isDirectory())
    throw unusable(
      path,
      stats.isSymbolicLink()
        ? 'it is a symbolic link, which is not followed'
        : 'it is not a folder',
      `Put a real folder at ${shellWord(path)}, or choose another home with --home`,
    );
  return { path, kind, stats };
}

/** Files whose modes matter: configuration, database and secrets. Runs and logs are protected by their folder. */
function findFiles(home: Home): readonly Found[] {
  const database = ['', '-wal', '-shm'].map((suffix) => `${home.database}${suffix}`);
  const secrets = attempt(home.secrets, () => readdirSync(home.secrets));
  const found: Found[] = [];
  for (const path of [...database, ...secrets.map((name) => join(home.secrets, name))]) {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats?.isSymbolicLink())
      throw unusable(
        path,
        'it is a symbolic link, which is not followed',
        `Move the file itself to ${shellWord(path)}`,
      );
    if (stats) found.push({ path, kind: stats.isDirectory() ? 'folder' : 'file', stats });
  }
  // People keep their configuration in one place and link to it.
  const config = statSync(home.config, { throwIfNoEntry: false });
  if (config && !config.isFile())
    throw unusable(
      home.config,
      'it is not a file',
      `Move what is at ${shellWord(home.config)} away`,
    );
  if (config) found.push({ path: home.config, kind: 'file', stats: config });
  return found;
}

function refuseForeign(
  found: readonly Found[],
  { uid }: HomeFacts,
  remedyFor: (foreign: readonly Found[]) => string,
): void {
  const foreign = found.filter(({ stats }) => uid !== null && stats.uid !== uid);
  const [first] = foreign;
  if (!first) return;
  throw new Refusal(
    'home_foreign',
    `${shellWord(first.path)} belongs to user ${first.stats.uid}, this process runs as user ${uid}.`,
    {
      remedy: advice(remedyFor(foreign)),
      details: { path: first.path, owner: first.stats.uid, uid },
    },
  );
}

const elsewhere = (): string =>
  'Run cronkeeper as the user that owns the home, or choose another home with --home.';

/** The home is this user's, a part of it is not: something ran as another user. Opening the part to others would be no remedy. */
const givenBack = (foreign: readonly Found[], { uid, gid }: Stats): string =>
  `Give it back, as root: chown -R ${uid}:${gid} ${foreign.map(({ path }) => shellWord(path)).join(' ')}`;

/** A folder that others may enter and that holds other things, but no store, is not ours: closing it could do harm. */
function refuseShared({ path, stats }: Found, home: Home): void {
  if (isPrivate('folder', stats.mode) || existsSync(home.database)) return;
  const own = new Set([home.config, home.runs, home.run, home.logs, home.secrets]);
  const names = attempt(path, () => readdirSync(path));
  if (names.every((name) => own.has(join(path, name)))) return;
  throw unusable(
    path,
    `others may enter it (mode ${modeText(stats.mode)}), and it holds other things`,
    'Choose a folder of its own for it, which need not exist yet: --home /path/to/folder',
  );
}

function refuseModes(found: readonly Found[]): void {
  const wrong = found.filter(({ kind, stats }) => !isPrivate(kind, stats.mode));
  const [first] = wrong;
  if (!first) return;
  const paths = (kind: Found['kind']) =>
    wrong.filter((each) => each.kind === kind).map(({ path }) => shellWord(path));
  const commands = [
    { mode: '700', paths: paths('folder') },
    { mode: '600', paths: paths('file') },
  ].flatMap((each) => (each.paths.length ? [`chmod ${each.mode} ${each.paths.join(' ')}`] : []));
  throw new Refusal(
    'home_modes',
    `${shellWord(first.path)} has mode ${modeText(first.stats.mode)}; only its owner may have access to the home.`,
    {
      remedy: command(commands.join(' && ')),
      details: { paths: wrong.map(({ path, stats }) => ({ path, mode: modeText(stats.mode) })) },
    },
  );
}

/** Nobody else may have any access, and the owner must be able to work. */
function isPrivate(kind: Found['kind'], mode: number): boolean {
  const needed = kind === 'folder' ? folderMode : fileMode;
  return (mode & 0o077) === 0 && (mode & needed) === needed;
}

const modeText = (mode: number): string => (mode & 0o777).toString(8).padStart(4, '0');

function refuseNetwork(path: string, facts: HomeFacts): void {
  const kind = attempt(path, () => facts.networkFileSystem(path));
  if (kind === null) return;
  throw new Refusal(
    'store_network_fs',
    `${shellWord(path)} lies on ${kind}, where the embedded store (SQLite) would be corrupted.`,
    {
      remedy: advice('Choose a home on a local disk, one for each machine: --home /path/to/folder'),
      details: { path, fileSystem: kind },
    },
  );
}

/** Makes a folder that is missing, with its parents; leaves one that is there as it is. */
function makeFolder(path: string): void {
  attempt(path, () => {
    if (lstatSync(path, { throwIfNoEntry: false })) return;
    mkdirSync(dirname(path), { recursive: true, mode: folderMode });
    try {
      mkdirSync(path, { mode: folderMode });
    } catch (error) {
      // Another process opened the same home at the same moment.
      if (codeOf(error) === 'EEXIST') return;
      throw error;
    }
    // The mask of the process may have taken away more.
    chmodSync(path, folderMode);
  });
}

function attempt<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw error instanceof Refusal ? error : explain(path, error);
  }
}

const codeOf = (error: unknown): string | null =>
  error instanceof Error && 'code' in error ? String(error.code) : null;

const whys: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'this user may not write there'],
  ['EPERM', 'this user may not write there'],
  ['ENOENT', 'no folder can be made there'],
  ['ENOTDIR', 'a part of the path is not a folder'],
  ['ELOOP', 'its symbolic links go in a circle'],
  ['ENAMETOOLONG', 'the path is too long'],
]);

function explain(path: string, cause: unknown): Refusal {
  const code = codeOf(cause);
  if (code === 'EROFS')
    return new Refusal('store_read_only', `${shellWord(path)} lies on a read-only file system.`, {
      remedy: advice('Make the file system writable, or choose another home with --home.'),
      details: { path },
      cause,
    });
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new Refusal('store_full', `There is no space left for ${shellWord(path)}.`, {
      remedy: advice('Free some space on that disk, or choose another home with --home.'),
      details: { path },
      cause,
    });
  return unusable(
    path,
    whys.get(code ?? '') ?? code ?? String(cause),
    'Choose a folder that this user may write: --home /path/to/folder',
    cause,
  );
}

function unusable(path: string, why: string, remedy: string, cause?: unknown): Refusal {
  return new Refusal('home_unusable', `${shellWord(path)} cannot be used as a home: ${why}.`, {
    remedy: advice(remedy),
    details: { path },
    cause,
  });
}

export const databaseIn = (home: string): string => join(home, 'cronkeeper.db');
