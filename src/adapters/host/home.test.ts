import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type ReasonCode, Refusal } from '../../core/refusal.ts';
import { networkKindFromMount, networkKindOf } from './file-systems.ts';
import { type HomeFacts, keptMachineId, openHome } from './home.ts';

function makeFolder(t: TestContext): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'home-')));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function refused(code: ReasonCode, act: () => unknown): Refusal {
  let caught: unknown;
  try {
    act();
  } catch (error) {
    caught = error;
  }
  assert.ok(caught instanceof Refusal, `expected a refusal ${code}, got ${String(caught)}`);
  assert.equal(caught.code, code);
  assert.ok(caught.remedy);
  return caught;
}

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);
const facts = (changes: Partial<HomeFacts>): HomeFacts => ({
  uid: process.getuid?.() ?? null,
  networkFileSystem: () => null,
  ...changes,
});

for (const name of ['plain', 'with space', "qu'ote", 'Übung-日本語']) {
  test(`a new home named "${name}" gets all folders with mode 700, and opens again`, (t) => {
    const path = join(makeFolder(t), 'deep', name);
    const home = openHome(path);
    assert.equal(home.path, path);
    for (const folder of [home.path, home.runs, home.run, home.logs, home.secrets])
      assert.equal(modeOf(folder), '700');
    assert.deepEqual(openHome(path), home);
  });
}

test('the mask of the process does not change the modes', (t) => {
  const before = process.umask(0o277);
  t.after(() => process.umask(before));
  const folder = makeFolder(t);
  chmodSync(folder, 0o700);
  assert.equal(modeOf(openHome(join(folder, 'home')).runs), '700');
});

test('a relative path is taken from the current folder', (t) => {
  const path = join(makeFolder(t), 'home');
  assert.equal(openHome(relative(process.cwd(), path)).path, path);
});

test('a home reached by a symbolic link is opened at its real place', (t) => {
  const folder = makeFolder(t);
  mkdirSync(join(folder, 'real'), { mode: 0o700 });
  symlinkSync('real', join(folder, 'link'));
  assert.equal(openHome(join(folder, 'link')).path, join(folder, 'real'));
});

test('wrong modes are refused with the exact command that mends them', (t) => {
  const path = join(makeFolder(t), "a b'c");
  const home = openHome(path);
  writeFileSync(home.config, '', { mode: 0o600 });
  writeFileSync(home.database, '', { mode: 0o600 });
  writeFileSync(join(home.secrets, 'token'), '', { mode: 0o600 });
  openHome(path);
  const cases: readonly (readonly [string, number])[] = [
    [home.path, 0o755],
    [home.path, 0o701],
    [home.runs, 0o750],
    [home.logs, 0o500],
    [home.secrets, 0o707],
    [home.config, 0o644],
    [home.database, 0o660],
    [join(home.secrets, 'token'), 0o604],
  ];
  for (const [target, mode] of cases) {
    chmodSync(target, mode);
    const { remedy } = refused('home_modes', () => openHome(path));
    assert.equal(remedy?.kind, 'command');
    execFileSync('/bin/sh', ['-c', remedy?.text ?? 'false']);
    openHome(path);
  }
});

test('one command mends everything at once', (t) => {
  const home = openHome(join(makeFolder(t), 'home'));
  writeFileSync(home.config, '', { mode: 0o600 });
  for (const path of [home.path, home.run]) chmodSync(path, 0o755);
  chmodSync(home.config, 0o644);
  const { remedy } = refused('home_modes', () => openHome(home.path));
  execFileSync('/bin/sh', ['-c', remedy?.text ?? 'false']);
  openHome(home.path);
});

test('a folder of others, such as / or the home of the user, is neither used nor told to be closed', (t) => {
  const path = makeFolder(t);
  chmodSync(path, 0o755);
  writeFileSync(join(path, 'somebody'), '');
  const { remedy } = refused('home_unusable', () => openHome(path));
  assert.equal(remedy?.kind, 'advice');
  assert.deepEqual(readdirSync(path), ['somebody']);
});

test('an empty folder with other modes is told to be closed', (t) => {
  const path = makeFolder(t);
  chmodSync(path, 0o755);
  refused('home_modes', () => openHome(path));
});

test('a configuration that is no file is refused instead of waited for', (t) => {
  const home = openHome(join(makeFolder(t), 'home'));
  execFileSync('mkfifo', ['-m', '600', home.config]);
  refused('home_unusable', () => openHome(home.path));
});

test('a home of another user is refused and nothing is made in it', (t) => {
  const path = makeFolder(t);
  const uid = statSync(path).uid + 1;
  refused('home_foreign', () => openHome(path, facts({ uid })));
  assert.equal(statSync(join(path, 'runs'), { throwIfNoEntry: false }), undefined);
});

test('a folder inside the home that belongs to another user is refused', (t) => {
  if (process.getuid?.() !== 0) return t.skip('only root can give a folder away');
  const home = openHome(join(makeFolder(t), 'home'));
  chownSync(home.secrets, 65_534, 65_534);
  refused('home_foreign', () => openHome(home.path));
});

test('what root left in the home of a user is told with the command that gives it back', (t) => {
  if (process.getuid?.() !== 0) return t.skip('only root can give a folder away');
  const home = openHome(join(makeFolder(t), 'home'));
  writeFileSync(home.database, '', { mode: 0o600 });
  for (const path of [home.secrets, home.database]) chownSync(path, 65_534, 65_534);
  const { remedy } = refused('home_foreign', () => openHome(home.path));
  const [, mend = ''] = /as root: (chown .+)$/.exec(remedy?.text ?? '') ?? [];
  execFileSync('/bin/sh', ['-c', mend]);
  openHome(home.path);
});

test('a network file system is refused by its name, and what is there to be had is named', (t) => {
  const refusal = refused('store_network_fs', () =>
    openHome(makeFolder(t), facts({ networkFileSystem: () => 'NFS' })),
  );
  assert.match(refusal.message, /NFS/);
  assert.match(refusal.remedy?.text ?? '', /on a local disk, one for each machine: --home/);
  assert.doesNotMatch(refusal.remedy?.text ?? '', /PostgreSQL/);
});

test('what cannot be a home is refused', (t) => {
  const folder = makeFolder(t);
  writeFileSync(join(folder, 'file'), '');
  symlinkSync('nowhere', join(folder, 'dangling'));
  symlinkSync('circle', join(folder, 'circle'));
  for (const path of [
    '',
    join(folder, 'file'),
    join(folder, 'file', 'below'),
    join(folder, 'dangling'),
    join(folder, 'circle'),
    join(folder, 'n'.repeat(300)),
    'with\0zero',
  ])
    refused('home_unusable', () => openHome(path));
});

test("a symbolic link in place of one of the home's folders or of its database is not followed", (t) => {
  const folder = makeFolder(t);
  const target = join(folder, 'target');
  mkdirSync(target, { mode: 0o700 });
  writeFileSync(join(target, 'db'), '', { mode: 0o600 });
  for (const name of ['runs', 'run', 'logs', 'secrets']) {
    const path = join(folder, `home-${name}`);
    mkdirSync(path, { mode: 0o700 });
    symlinkSync(target, join(path, name));
    refused('home_unusable', () => openHome(path));
  }
  const home = openHome(join(folder, 'home'));
  symlinkSync(join(target, 'db'), home.database);
  refused('home_unusable', () => openHome(home.path));
});

test('failures of the disk have their own codes', (t) => {
  const failing = (code: string) =>
    facts({
      networkFileSystem: () => {
        throw Object.assign(new Error(code), { code });
      },
    });
  const path = makeFolder(t);
  refused('store_read_only', () => openHome(path, failing('EROFS')));
  refused('store_full', () => openHome(path, failing('ENOSPC')));
  refused('store_full', () => openHome(path, failing('EDQUOT')));
  refused('home_unusable', () => openHome(path, failing('EACCES')));
});

test('network file systems are known by their numbers, also when sign-extended', () => {
  assert.equal(networkKindOf(0x6969), 'NFS');
  assert.equal(networkKindOf(0xff534d42), 'CIFS');
  assert.equal(networkKindOf(0xff534d42 | 0), 'CIFS');
  for (const local of [0xef53, 0x58465342, 0x9123683e, 0x01021994, 0x794c7630, 0x2fc12fc1])
    assert.equal(networkKindOf(local), null);
});

test('on macOS the longest mount point decides, and only what is marked local is local', () => {
  const output = `/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
/dev/disk3s5 on /System/Volumes/Data (apfs, local, journaled, nobrowse, protect)
map auto_home on /System/Volumes/Data/home (autofs, automounted, nobrowse)
//ana@nas._smb._tcp.local/Share on /Volumes/My (odd) Share (smbfs, nodev, nosuid, mounted by ana)
nas:/export on /Volumes/nfs (nfs, nodev, nosuid, mounted by ana)
`;
  assert.equal(networkKindFromMount(output, '/Users/ana/.cronkeeper'), null);
  assert.equal(networkKindFromMount(output, '/System/Volumes/Data/x'), null);
  assert.equal(networkKindFromMount(output, '/Volumes/nfs'), 'nfs');
  assert.equal(networkKindFromMount(output, '/Volumes/nfs2/x'), null);
  assert.equal(networkKindFromMount(output, '/Volumes/My (odd) Share/x'), 'smbfs');
});

test('an identifier for the machine is made once and then kept', (t) => {
  const home = openHome(join(makeFolder(t), 'home'));
  assert.equal(
    keptMachineId(home, () => 'a'.repeat(32)),
    'a'.repeat(32),
  );
  assert.equal(
    keptMachineId(home, () => 'b'.repeat(32)),
    'a'.repeat(32),
  );
});
