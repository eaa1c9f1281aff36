import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Run } from '../../src/core/run.ts';
import { makeOldStore } from '../fixtures/store/old-store.ts';
import { until } from '../journeys/program.ts';
import { openStore } from './picture.ts';
import type { Place } from './place.ts';
import { fireAndLeave, oldRuns } from './rows.ts';
import type { Harm } from './strace.ts';

/** An operation that is harmed at every call it makes. */
export type Scripted = {
  readonly name: string;
  /** Makes the home in which it begins; answers what to type and which files are traced. */
  readonly prepare: (place: Place) => Promise<Act>;
};

export type Act = {
  readonly args: readonly string[];
  readonly paths: readonly string[];
  readonly judge: 'change' | 'tick';
  /** Which calls are harmed; all that are known otherwise. Without paths, calls that only the store makes. */
  readonly calls?: readonly string[];
  readonly harms?: readonly Harm[];
  /** A file that is a store of its own and must be whole if it is there; it must be there when the change was acknowledged. */
  readonly copy?: string;
  /** What must hold besides, when everything has recovered. Answers what does not. */
  readonly besides?: (place: Place) => Promise<readonly string[]>;
};

const change = (place: Place, ...args: readonly string[]): Act => ({
  args: ['--json', ...args],
  paths: place.storeFiles,
  judge: 'change',
});

const tick = (place: Place): Act => ({ args: ['tick'], paths: place.storeFiles, judge: 'tick' });

const storeCalls = ['pwrite64', 'fsync', 'ftruncate', 'rename', 'link', 'unlink'];

const addDaily = (place: Place, name: string) =>
  place.type('add', 'every 1d', '--name', name, '--', 'true');

/** A job of one occurrence that is overdue; each start of it is witnessed. */
async function addDue(place: Place, before = ''): Promise<void> {
  const script = `${before}echo "$CRONKEEPER_FIRE_TIME" >> ${place.witness}`;
  await place.type('add', 'in 1s', '--grace', '1d', '--name', 'due', '--shell', script);
  await whenDue(place);
}

async function whenDue(place: Place): Promise<void> {
  const store = await openStore(place.database);
  await until('it is due', async () =>
    (await store.jobs.due('default', Date.now(), 1)).length > 0 ? true : undefined,
  );
  await store.close();
}

const inRunFolder = (place: Place, runId: string, names: readonly string[]): readonly string[] =>
  names.map((name) => place.person.file(`runs/${runId}${name === '' ? '' : `/${name}`}`));

/** A holder dies while a run goes on, and the run ends meanwhile. */
async function dieWhileRunning(place: Place): Promise<void> {
  await addDue(place, 'sleep 0.5; ');
  const runner = place.person.start(['runner']);
  const store = await openStore(place.database);
  const [run] = await until('it began', async (): Promise<readonly Run[] | undefined> => {
    const open = await store.runs.open('default', 1);
    return open[0]?.startedAt ? open : undefined;
  });
  runner.signal('SIGKILL');
  await runner.ended;
  await store.close();
  await until('it ended', () =>
    existsSync(place.person.file(`runs/${run?.id}/exit`)) ? true : undefined,
  );
  await until('nobody is left', async () =>
    (await place.processes()).length === 0 ? true : undefined,
  );
}

const jobFile = JSON.stringify({
  version: 1,
  jobs: Array.from({ length: 12 }, (_, n) => ({
    name: n < 2 ? `old ${n}` : `job ${n}`,
    when: 'every 2d',
    shell: 'true',
  })),
});

/** A folder of output that no row knows any more would stay for ever. */
async function foldersWithoutRow(place: Place): Promise<readonly string[]> {
  const folders = readdirSync(place.person.file('runs'));
  const store = await openStore(place.database);
  const known = await store.upkeep.existing(folders);
  await store.close();
  return folders.filter((id) => !known.has(id)).map((id) => `output without its run: ${id}`);
}

export const scripted: readonly Scripted[] = [
  {
    name: 'add',
    prepare: async (place) => {
      await addDaily(place, 'old');
      return change(place, 'add', 'every 1d', '--name', 'new', '--key', 'k', '--', 'true');
    },
  },
  {
    name: 'edit',
    prepare: async (place) => {
      await addDaily(place, 'old');
      return change(place, 'edit', 'old', '--timeout', '7m');
    },
  },
  {
    name: 'remove',
    prepare: async (place) => {
      await addDaily(place, 'old');
      return change(place, 'remove', 'old');
    },
  },
  {
    name: 'run-now',
    prepare: async (place) => {
      await addDaily(place, 'old');
      return change(place, 'run', 'old', '--queue');
    },
  },
  {
    name: 'apply',
    prepare: async (place) => {
      for (const name of ['old 0', 'old 1']) await addDaily(place, name);
      const file = join(place.aside, 'jobs.json');
      writeFileSync(file, jobFile);
      return change(place, 'apply', file);
    },
  },
  {
    name: 'migrate',
    prepare: async (place) => ({
      ...change(place, 'list'),
      paths: [...place.storeFiles, place.person.home],
    }),
  },
  {
    name: 'upgrade',
    prepare: async (place) => {
      await place.type('list');
      for (const file of place.storeFiles) rmSync(file, { force: true });
      makeOldStore(place.database, 3);
      chmodSync(place.database, 0o600);
      return change(place, 'list');
    },
  },
  {
    name: 'backup',
    prepare: async (place) => {
      await addDaily(place, 'old');
      const copy = join(place.aside, 'backup.db');
      return { ...change(place, 'backup', copy), paths: [], calls: storeCalls, copy };
    },
  },
  {
    name: 'restore',
    prepare: async (place) => {
      // It comes due after the backup: whether it ran then, nobody knows.
      await place.type('add', 'in 1s', '--name', 'old', '--', 'true');
      const backup = join(place.aside, 'backup.db');
      await place.type('backup', backup);
      await addDaily(place, 'later');
      await whenDue(place);
      return { ...change(place, 'restore', backup), paths: [], calls: storeCalls };
    },
  },
  {
    name: 'fire',
    prepare: async (place) => {
      await addDue(place);
      return tick(place);
    },
  },
  {
    // What scheduler, starter and wrapper tell each other and make of each other; each dies at its own n-th call.
    name: 'start',
    prepare: async (place) => {
      await addDue(place);
      const calls = ['write', 'writev', 'sendmsg', 'vfork', 'clone', 'clone3', 'execve'];
      return { ...tick(place), paths: [], calls, harms: ['kill'] };
    },
  },
  {
    name: 'gate',
    prepare: async (place) => {
      await addDue(place);
      const run = await fireAndLeave(place.database);
      return { ...tick(place), paths: inRunFolder(place, run, ['', 'began']) };
    },
  },
  {
    name: 'finish',
    prepare: async (place) => {
      await addDue(place);
      const run = await fireAndLeave(place.database);
      return { ...tick(place), paths: inRunFolder(place, run, ['exit', 'output.log']) };
    },
  },
  {
    name: 'takeover',
    prepare: async (place) => {
      await dieWhileRunning(place);
      return tick(place);
    },
  },
  {
    name: 'prune',
    prepare: async (place) => {
      await addDaily(place, 'old');
      await place.type('config', 'set', 'keepRuns', '4');
      for (const id of await oldRuns(place.database, 12)) {
        mkdirSync(place.person.file(`runs/${id}`), { recursive: true, mode: 0o700 });
        writeFileSync(place.person.file(`runs/${id}/output.log`), id, { mode: 0o600 });
      }
      return { ...tick(place), besides: foldersWithoutRow };
    },
  },
];
