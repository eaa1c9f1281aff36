import assert from 'node:assert/strict';
import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { childrenOf } from '../journeys/asking.ts';
import { Json, launcher, until } from '../journeys/program.ts';
import { willRun } from '../journeys/story.ts';
import { bugs } from './bugs.ts';

/** Two users of one machine. Real processes and real modes, so only root can tell this story. */

const name = `Hermes PR #21452: ${bugs['Hermes PR #21452']}`;
const skip = process.getuid?.() === 0 ? false : 'needs root, to be two users';

const user = 12_345;
const stranger = 12_346;

type Said = SpawnSyncReturns<string>;

const identity = (uid: number): readonly string[] => [
  `--reuid=${uid}`,
  `--regid=${uid}`,
  '--clear-groups',
  '--',
];
const surroundings = { env: { PATH: process.env['PATH'] ?? '' }, cwd: '/' };

/** Runs a command as somebody who has no entry in any list of users. */
const as = (uid: number, command: string, args: readonly string[]): Said =>
  spawnSync('setpriv', [...identity(uid), command, ...args], {
    ...surroundings,
    encoding: 'utf8',
    timeout: 30_000,
  });

/** A folder that belongs to the user, below one that everybody may enter. */
function withHome(tell: (home: string) => void | Promise<void>): () => Promise<void> {
  return async () => {
    const place = mkdtempSync(join(tmpdir(), 'ck-peers-'));
    chmodSync(place, 0o755);
    const home = join(place, 'home');
    mkdirSync(home, { mode: 0o700 });
    chownSync(home, user, user);
    try {
      await tell(home);
    } finally {
      rmSync(place, { recursive: true, force: true, maxRetries: 3 });
    }
  };
}

/** How a scheduler writes and reads its jobs, as whom one likes. */
type Scheduler = {
  add(uid: number, home: string): Said;
  list(uid: number, home: string): Said;
};

const ours: Scheduler = {
  add: (uid, home) =>
    as(uid, launcher, ['--home', home, 'add', 'every 1h', '--name', `of ${uid}`, '--', 'true']),
  list: (uid, home) => as(uid, launcher, ['--home', home, 'list']),
};

const shell = (uid: number, line: string): Said => as(uid, '/bin/sh', ['-c', line]);

/** A file that whoever comes first makes with the modes of the day; a new file replaces the old one. */
const naive: Scheduler = {
  add: (uid, home) =>
    shell(uid, `umask 077; cd ${home} && echo "of ${uid}" >> new && mv -f new jobs.json`),
  list: (uid, home) => shell(uid, `cat ${home}/jobs.json`),
};

/** Root adds a job in the home of a user, as an installer or a `sudo` does; then the user asks for the jobs. */
function tell(scheduler: Scheduler, home: string) {
  assert.equal(scheduler.add(user, home).status, 0);
  const rooted = scheduler.add(0, home);
  const foreign = spawnSync('find', [home, '!', '-uid', String(user)], { encoding: 'utf8' });
  const listed = scheduler.list(user, home);
  return { rooted, listed, foreign: foreign.stdout.split('\n').filter((path) => path !== '') };
}

test(
  `${name}: not with us`,
  { skip },
  withHome((home) => {
    const { rooted, listed, foreign } = tell(ours, home);
    assert.equal(rooted.status, 3);
    assert.match(rooted.stderr, /belongs to user 12345.*\[home_foreign\]/);
    assert.deepEqual(foreign, []);
    assert.equal(listed.status, 0, listed.stderr);
    assert.match(listed.stdout, /of 12345/);
  }),
);

test(
  `${name}: with a naive scheduler`,
  { skip },
  withHome((home) => {
    const { rooted, listed, foreign } = tell(naive, home);
    assert.equal(rooted.status, 0);
    assert.deepEqual(foreign, [join(home, 'jobs.json')]);
    assert.notEqual(listed.status, 0);
    assert.match(listed.stderr, /Permission denied/);
  }),
);

test(
  'a store that root left in the home is told with the command that gives it back, never by opening it to others',
  { skip },
  withHome((home) => {
    assert.equal(ours.add(user, home).status, 0);
    const store = join(home, 'cronkeeper.db');
    chownSync(store, 0, 0);
    for (const words of [
      ['status'],
      ['list'],
      ['runner'],
      ['tick'],
      ['add', 'every 1h', '--', 'true'],
    ]) {
      const said = as(user, launcher, ['--home', home, ...words]);
      assert.equal(said.status, 3, said.stderr);
      assert.match(
        said.stderr,
        /\[home_foreign\]\n {2}→ Give it back, as root: chown -R 12345:12345 /,
      );
      assert.doesNotMatch(said.stderr, /chmod/);
    }
    assert.equal(statSync(store).mode & 0o777, 0o600);
    const told = ours.list(user, home).stderr;
    const [, mend = 'false'] = /as root: (chown .+)/.exec(told) ?? [];
    assert.equal(spawnSync('/bin/sh', ['-c', mend]).status, 0);
    assert.match(ours.list(user, home).stdout, /of 12345/);
    assert.equal(ours.list(stranger, home).status, 3);
  }),
);

test(
  'a user without an entry and without HOME adds a job and has it run, and no other user can read a byte of it',
  { skip },
  withHome(async (home) => {
    const witness = join(home, 'witness');
    const added = as(user, '/bin/sh', [
      '-c',
      `umask 0; exec ${launcher} --home ${home} add 'in 1s' --shell 'echo it ran; echo it ran > ${witness}'`,
    ]);
    assert.equal(added.status, 0, added.stderr);
    const ticked = as(user, '/bin/sh', ['-c', `umask 0; exec ${launcher} --home ${home} tick`]);
    assert.equal(ticked.status, 0, ticked.stderr);
    await until('it ran', () => (statSync(witness, { throwIfNoEntry: false }) ? true : undefined));
    const nameless = as(user, launcher, ['status']);
    assert.equal(nameless.status, 3, nameless.stderr);
    assert.match(nameless.stderr, /no folder of its own\. \[home_unusable\]/);
    for (const path of ['cronkeeper.db', 'runs', 'logs', 'secrets', 'config.yaml']) {
      const read = shell(stranger, `cat ${home}/${path} || ls ${home}/${path}`);
      assert.match(read.stderr, /Permission denied/);
    }
    const open = spawnSync('find', [home, '-maxdepth', '1', '-perm', '/077'], { encoding: 'utf8' });
    assert.equal(open.stdout.replace(`${witness}\n`, ''), '');
  }),
);

test(
  'Hermes #37179: while the user may have no more processes, status does not say that jobs run',
  { skip },
  withHome(async (home) => {
    const at = ['--home', home];
    const status = (): Json =>
      new Json(JSON.parse(as(user, launcher, [...at, '--json', 'status']).stdout));
    const whenSaid = (isSo: boolean): Promise<Json> =>
      until(`status says ${isSo}`, () => {
        const said = status();
        return willRun(said) === isSo ? said : undefined;
      });
    const beat = [...at, 'add', 'every 1s', '--name', 'beat', '--', 'true'];
    assert.equal(as(user, launcher, beat).status, 0);
    const runner = spawn('setpriv', [...identity(user), launcher, ...at, 'runner'], {
      ...surroundings,
      stdio: 'ignore',
    });
    const ended = new Promise((resolve) => runner.once('exit', resolve));
    try {
      await whenSaid(true);
      const [starter = ''] = childrenOf(runner.pid ?? 0);
      const all = [starter, ...childrenOf(starter)];
      const limit = (most: string): Said => {
        const said = all.map((pid) => as(user, 'prlimit', ['--pid', pid, `--nproc=${most}`]));
        // Of the wrappers some are gone when it ends.
        return said[0] ?? assert.fail('nobody was limited');
      };
      assert.equal(limit('1:').status, 0);
      const said = await whenSaid(false);
      assert.equal(said.text('readiness', 'code'), 'start_failed');
      assert.match(said.text('readiness', 'message'), /no process can be made here: .*EAGAIN/);
      assert.match(said.text('readiness', 'remedy', 'text'), /limits on processes/);
      assert.equal(limit('1000:').status, 0);
      await whenSaid(true);
    } finally {
      runner.kill();
      await ended;
    }
  }),
);
