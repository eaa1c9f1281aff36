import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { marksText } from '../../core/service-marks.ts';
import type { ManagedService } from '../../ports/services.ts';
import type { Commanded, Commands } from './commands.ts';
import { makeSystemd } from './systemd.ts';

const unit = 'cronkeeper-la.service';
const timer = 'cronkeeper-tick-la.timer';
const marks = {
  home: '/home/ana/.cronkeeper',
  user: 'ana',
  profile: 'la',
  role: 'runner',
} as const;
const ours = `[Service]\n\n${marksText(marks)}\n`;
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ck-units-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const service = (): ManagedService => ({
  unit,
  main: unit,
  files: [{ path: join(folder, 'deep/er', unit), text: ours }],
});

/** A systemctl that answers what a test wants, and keeps what it was asked. */
function systemd(answer: (args: string) => Partial<Commanded> = () => ({})) {
  const asked: string[] = [];
  const commands: Commands = {
    run: async (command, args) => {
      asked.push([command, ...args].join(' '));
      return { code: 0, output: '', said: '', ...answer(args.join(' ')) };
    },
    lines: async function* () {},
  };
  const about = { manager: 'systemd-system', uid: 0, user: 'ana', commands } as const;
  return { asked, manager: makeSystemd({ ...about, isThere: () => true }) };
}

test('files are put and taken away with the folders that were made for them, and no draft stays', async () => {
  const { manager, asked } = systemd();
  const folders = manager.missingFolders(service());
  assert.deepEqual(folders, [join(folder, 'deep'), join(folder, 'deep/er')]);
  assert.deepEqual(await manager.write(service()), { kind: 'done' });
  assert.deepEqual(readdirSync(join(folder, 'deep/er')), [unit]);
  const found = await manager.find(service());
  assert.equal(found.kind === 'ours' && found.marks.home, marks.home);
  writeFileSync(join(folder, 'deep/er', `.${unit}.new`), 'half');
  assert.deepEqual(await manager.remove(service(), folders), { kind: 'done' });
  assert.equal(existsSync(join(folder, 'deep')), false);
  assert.ok(asked.includes('systemctl daemon-reload'));
});

test('a folder that somebody uses by now stays', async () => {
  const { manager } = systemd();
  const folders = manager.missingFolders(service());
  await manager.write(service());
  writeFileSync(join(folder, 'deep/er', 'theirs.service'), '');
  await manager.remove(service(), folders);
  assert.deepEqual(readdirSync(join(folder, 'deep/er')), ['theirs.service']);
});

test('a folder that is not above the file is left alone, whoever names it', async () => {
  const { manager } = systemd();
  await manager.write(service());
  const theirs = join(folder, 'theirs');
  mkdirSync(theirs);
  await manager.remove(service(), [theirs, join(folder, 'deep'), join(folder, 'deep/er')]);
  assert.deepEqual(readdirSync(folder), ['theirs']);
});

const foreign = [
  { name: 'a unit that somebody wrote', put: (path: string) => writeFileSync(path, '[Service]\n') },
  { name: 'a link', put: (path: string) => symlinkSync('/dev/null', path) },
  { name: 'a folder', put: (path: string) => mkdirSync(path) },
];
for (const { name, put } of foreign) {
  test(`${name} in the place of the unit is not ours`, async () => {
    const { manager } = systemd();
    const at = service().files[0]?.path ?? '';
    mkdirSync(join(folder, 'deep/er'), { recursive: true });
    put(at);
    assert.equal((await manager.find(service())).kind, 'foreign');
  });
}

test('a unit of that name from another place, or masked, is not ours', async () => {
  const other = systemd(() => ({ output: 'LoadState=loaded\nFragmentPath=/usr/lib/x.service\n' }));
  const masked = systemd(() => ({ output: 'LoadState=masked\nFragmentPath=\n' }));
  assert.equal((await other.manager.find(service())).kind, 'foreign');
  assert.equal((await masked.manager.find(service())).kind, 'foreign');
});

test('a timer is what is enabled; it is stopped before what it starts', async () => {
  const { manager, asked } = systemd();
  const ticking = { ...service(), unit: 'cronkeeper-tick-la.service', main: timer };
  await manager.enable(ticking);
  await manager.stop(ticking);
  await manager.start(ticking);
  assert.deepEqual(asked, [
    `systemctl enable --quiet ${timer}`,
    `systemctl stop ${timer}`,
    'systemctl stop cronkeeper-tick-la.service',
    `systemctl start --no-block ${timer}`,
    'systemctl start --no-block cronkeeper-tick-la.service',
  ]);
});

test('what systemd says of a service is read as it prints it', async () => {
  const block = (id: string, more: string): string =>
    `Id=${id}\nLoadState=loaded\nActiveState=active\nSubState=waiting\nUnitFileState=enabled\n${more}`;
  const next = 'NextElapseUSecRealtime=Sun 2026-11-22 09:01:00 UTC\nFragmentPath=/x.timer\n';
  const output = `${block(timer, next)}\n${block(unit, 'MainPID=812\nFragmentPath=/x.service\n')}`;
  const { manager } = systemd(() => ({ output }));
  assert.deepEqual(await manager.state({ unit, main: timer }), {
    kind: 'known',
    isActive: true,
    isEnabled: true,
    words: 'active (waiting)',
    mainPid: 812,
    nextTickAt: Date.UTC(2026, 10, 22, 9, 1),
    file: '/x.timer',
  });
  const gone = systemd(() => ({
    output: `Id=${unit}\nLoadState=not-found\nActiveState=inactive\nMainPID=0\n`,
  }));
  assert.deepEqual(await gone.manager.state({ unit, main: unit }), { kind: 'unknown' });
  const late = systemd(() => ({ code: null, said: 'no answer within 1900 ms' }));
  assert.equal((await late.manager.state({ unit, main: unit })).kind, 'silent');
  const nonsense = systemd(() => ({ output: 'hello' }));
  assert.equal((await nonsense.manager.state({ unit, main: unit })).kind, 'silent');
});

test('what could not be done is told in the words of systemd', async () => {
  const { manager } = systemd(() => ({ code: 1, said: 'Failed to start: no' }));
  assert.deepEqual(await manager.start(service()), { kind: 'failed', why: 'Failed to start: no' });
  const readOnly = systemd();
  writeFileSync(join(folder, 'file'), '');
  const nowhere = { ...service(), files: [{ path: join(folder, 'file/x.service'), text: ours }] };
  assert.equal((await readOnly.manager.write(nowhere)).kind, 'failed');
});

test('only root may change the machine, and nobody where systemd is not', async () => {
  const { commands } = {
    commands: {
      run: async () => ({ code: 0, output: '', said: '' }),
      lines: async function* () {},
    },
  };
  const about = { user: 'ana', commands, isThere: () => true };
  const kindOf = async (more: Parameters<typeof makeSystemd>[0]): Promise<string | undefined> =>
    (await makeSystemd(more).hindrance())?.kind;
  assert.equal(await kindOf({ ...about, manager: 'systemd-system', uid: 0 }), undefined);
  assert.equal(await kindOf({ ...about, manager: 'systemd-system', uid: 1000 }), 'rights');
  assert.equal(await kindOf({ ...about, manager: 'systemd-user', uid: 1000 }), undefined);
  assert.equal(
    await kindOf({ ...about, manager: 'systemd-user', uid: 1000, isThere: () => false }),
    'absent',
  );
});
