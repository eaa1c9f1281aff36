import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleRecord } from '../../../test/samples.ts';
import type { Level } from '../../core/provenance.ts';
import type { ServiceRecord } from '../../core/service-record.ts';
import type { Clock } from '../../ports/clock.ts';
import { makeProvenanceProbe, makeProvenanceReader } from './probe.ts';
import type { CommandResult, Sources } from './sources.ts';

const clock: Clock = {
  now: () => ({ wall: 1_000, boot: 0 }),
  sleep: () => Promise.resolve(),
};

const stat = (pid: number, comm: string, parent: number, start: number) =>
  `${pid} (${comm}) S ${parent} 1 1 0 -1 4194560 9 0 0 0 1 2 3 4 20 0 1 0 ${start} 99 88\n`;

/** A machine where the runner is the main process 812, with the child 900 below it, and 700 is a shell. */
const files: Readonly<Record<string, string>> = {
  '/proc/1/stat': stat(1, 'systemd', 0, 4),
  '/proc/1/cmdline': '/sbin/init\0',
  '/proc/700/stat': stat(700, 'ba) S 1 (sh', 1, 70),
  '/proc/700/cmdline': '-bash\0',
  '/proc/812/stat': stat(812, 'node', 1, 4711),
  '/proc/812/cmdline': 'node\0/opt/cronkeeper.js\0runner\0',
  '/proc/900/stat': stat(900, 'node', 812, 4800),
  '/proc/900/cmdline': 'node\0x.js\0',
  '/proc/self/cgroup': '0::/system.slice/ck.service\n',
};
const shown = (changes: Readonly<Record<string, string>> = {}): CommandResult => ({
  kind: 'done',
  output: Object.entries({
    LoadState: 'loaded',
    MainPID: '812',
    ControlGroup: '/system.slice/ck.service',
    InvocationID: 'aa',
    ActiveState: 'active',
    FragmentPath: '/etc/systemd/system/ck.service',
    ExecStart:
      '{ path=/usr/bin/node ; argv[]=/usr/bin/node /opt/ck.js runner -p la ; ignore_errors=no ; start_time=[n/a] ; stop_time=[n/a] ; pid=0 ; code=(null) ; status=0/0 }',
    ...changes,
  })
    .map(([key, value]) => `${key}=${value}\n`)
    .join(''),
});

type World = {
  readonly pid: number;
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Sources['env'];
  readonly systemctl?: CommandResult;
  readonly records?: readonly ServiceRecord[];
  readonly changedAt?: number;
};

/** As an installer left it. */
const record: ServiceRecord = sampleRecord({
  unit: 'ck.service',
  file: '/etc/systemd/system/ck.service',
  program: ['/usr/bin/node', '/opt/ck.js', 'runner', '-p', 'la'],
});

function sourcesOf(world: World, asked: string[] = []): Sources {
  return {
    platform: 'linux',
    pid: world.pid,
    uid: 1000,
    user: 'ana',
    host: 'la',
    env: world.env ?? {},
    run(command, args) {
      asked.push([command, ...args].join(' '));
      return Promise.resolve(world.systemctl ?? shown());
    },
    changedAt: (path) => (path.endsWith('.js') ? (world.changedAt ?? null) : null),
    readFile: (path) => ({ ...files, ...world.files })[path] ?? null,
  };
}

function probeLinux(world: World) {
  const asked: string[] = [];
  const sources = sourcesOf(world, asked);
  const records = () => world.records ?? [];
  const probing = makeProvenanceProbe({ clock, machineId: 'm', records, sources }).probe('runner');
  return probing.then((provenance) => ({ provenance, asked }));
}

const inSession = { '/proc/self/cgroup': '0::/user.slice/user-1000.slice/session-3.scope\n' };
const inUser = (uid: number) => ({
  '/proc/self/cgroup': `0::/user.slice/user-${uid}.slice/user@${uid}.service/app.slice/ck.service\n`,
});
const linux: readonly (World & { readonly name: string; readonly level: Level })[] = [
  { name: 'the main process', pid: 812, level: 'proven' },
  { name: 'a child of the main process', pid: 900, level: 'proven' },
  { name: 'a stranger in the control group', pid: 700, level: 'mismatch' },
  {
    name: 'the main process under a silent manager',
    pid: 812,
    systemctl: { kind: 'failed', exitCode: 1, why: 'no bus' },
    level: 'corroborated',
  },
  {
    name: 'the main process under a manager that talks nonsense',
    pid: 812,
    systemctl: { kind: 'done', output: 'hello\n' },
    level: 'corroborated',
  },
  {
    name: 'a process whose manager knows no such service',
    pid: 812,
    systemctl: shown({ LoadState: 'not-found', ActiveState: 'inactive', MainPID: '0' }),
    level: 'corroborated',
  },
  {
    name: 'a leftover of a stopped service',
    pid: 812,
    systemctl: shown({ ActiveState: 'failed', MainPID: '0' }),
    level: 'mismatch',
  },
  {
    name: 'a process of a service without a main process',
    pid: 812,
    systemctl: shown({ ActiveState: 'activating', MainPID: '0' }),
    level: 'corroborated',
  },
  {
    name: 'a process whose main process is out of sight',
    pid: 900,
    systemctl: shown({ MainPID: '31337' }),
    level: 'corroborated',
  },
  {
    name: 'the main process of a service kept elsewhere',
    pid: 812,
    systemctl: shown({ ControlGroup: '/other.slice/ck.service' }),
    level: 'mismatch',
  },
  { name: 'the main process of what was installed', pid: 812, records: [record], level: 'proven' },
  {
    name: 'the main process of another service than what was installed',
    pid: 812,
    records: [{ ...record, unit: 'other.service', file: '/etc/other' }],
    level: 'proven',
  },
  {
    name: 'the main process of a look-alike from another file',
    pid: 812,
    records: [record],
    systemctl: shown({ FragmentPath: '/run/systemd/system/ck.service' }),
    level: 'mismatch',
  },
  {
    name: 'the main process of a look-alike with another program',
    pid: 812,
    records: [{ ...record, program: ['/usr/bin/node', '/opt/ck.js', 'runner'] }],
    level: 'mismatch',
  },
  { name: 'a shell', pid: 700, files: inSession, level: 'unknown' },
  {
    name: 'a shell with a forged environment',
    pid: 700,
    files: inSession,
    env: { INVOCATION_ID: 'aa', SYSTEMD_EXEC_PID: '700', LISTEN_PID: '700' },
    level: 'claimed',
  },
  {
    name: 'a shell with an inherited environment',
    pid: 700,
    files: inSession,
    env: { INVOCATION_ID: 'aa', SYSTEMD_EXEC_PID: '812' },
    level: 'unknown',
  },
  {
    name: 'the main process with an emptied environment',
    pid: 812,
    env: { INVOCATION_ID: '' },
    level: 'proven',
  },
  {
    name: 'a process of a machine without /proc',
    pid: 812,
    files: Object.fromEntries(Object.keys(files).map((path) => [path, ''])),
    level: 'unknown',
  },
];

for (const { name, level, ...world } of linux)
  test(`on Linux ${name} is ${level}`, async () => {
    const { provenance } = await probeLinux(world);
    assert.equal(provenance.level, level, JSON.stringify(provenance.facts));
    assert.equal(provenance.probedAt, 1_000);
  });

test('the chain leads from the process to the first one, with start marks and short names', async () => {
  const { provenance, asked } = await probeLinux({ pid: 900 });
  assert.deepEqual(provenance.chain, [
    { pid: 900, startMark: '4800', command: 'node x.js' },
    { pid: 812, startMark: '4711', command: 'node cronkeeper.js runner' },
    { pid: 1, startMark: '4', command: 'init' },
  ]);
  assert.deepEqual(provenance.service, { manager: 'systemd-system', unit: 'ck.service' });
  assert.equal(asked.length, 1);
  assert.match(asked[0] ?? '', /^systemctl show -p \S+ -- ck\.service$/);
});

test('the chain is read past a command whose name looks like the fields behind it', async () => {
  const { provenance } = await probeLinux({ pid: 700, files: { '/proc/700/cmdline': '' } });
  assert.deepEqual(provenance.chain, [
    { pid: 700, startMark: '70', command: 'ba) S 1 (sh' },
    { pid: 1, startMark: '4', command: 'init' },
  ]);
});

test('a chain that runs in a circle ends at 32 links', async () => {
  const circle = {
    '/proc/700/stat': stat(700, 'a', 701, 1),
    '/proc/701/stat': stat(701, 'b', 700, 1),
  };
  const { provenance } = await probeLinux({ pid: 700, files: { ...circle, ...inSession } });
  assert.equal(provenance.chain.length, 32);
});

test('the manager of a user is asked for its own services only', async () => {
  const own = await probeLinux({
    pid: 812,
    files: inUser(1000),
    systemctl: shown({
      ControlGroup: '/user.slice/user-1000.slice/user@1000.service/app.slice/ck.service',
    }),
  });
  assert.match(own.asked[0] ?? '', /^systemctl --user show /);
  assert.equal(own.provenance.level, 'proven');
  assert.equal(own.provenance.service?.manager, 'systemd-user');
  const other = await probeLinux({ pid: 812, files: inUser(1001) });
  assert.deepEqual(other.asked, []);
  assert.equal(other.provenance.level, 'corroborated');
});

test('nobody is asked about a process that is in no service', async () => {
  assert.deepEqual((await probeLinux({ pid: 700, files: inSession })).asked, []);
});

test('a probe whose sources fail finds nothing and says why', async () => {
  const sources: Sources = {
    platform: 'linux',
    pid: 1,
    uid: 0,
    user: 'root',
    host: 'la',
    env: {},
    run: () => Promise.reject(new Error('no')),
    changedAt: () => null,
    readFile: () => {
      throw new Error('broken disk');
    },
  };
  const { level, facts } = await makeProvenanceProbe({
    clock,
    machineId: 'm',
    records: () => [],
    sources,
  }).probe('runner');
  assert.equal(level, 'unknown');
  assert.match(facts.join(' '), /broken disk/);
});

const identity = { machineId: 'm', bootId: 'b', pidNamespace: '1', pid: 812, startMark: '4711' };
/** Somebody types a command in a shell, and another process is looked at. */
const fromShell: World = {
  pid: 700,
  files: {
    ...inSession,
    '/proc/812/cgroup': '0::/system.slice/ck.service\n',
    '/proc/812/status': 'Name:\tnode\nUid:\t1001\t1001\t1001\t1001\n',
    '/proc/812/environ': 'PATH=/bin\0INVOCATION_ID=aa\0SYSTEMD_EXEC_PID=812\0',
  },
};
const readerOf = (world: World) =>
  makeProvenanceReader({
    clock,
    machineId: 'm',
    records: () => world.records ?? [],
    sources: sourcesOf(world),
  });

test('another process is examined as it would be by itself, and told apart from the one that asks', async () => {
  const seen = await readerOf(fromShell).examine(identity, null);
  assert.equal(seen?.level, 'proven');
  assert.equal(seen?.chain[0]?.pid, 812);
  assert.deepEqual([seen?.uid, seen?.user], [1001, '1001']);
  assert.ok(seen?.facts.includes('INVOCATION_ID is that of the running service.'));
  const own = readerOf({
    ...fromShell,
    files: { ...fromShell.files, '/proc/812/status': '' },
  });
  assert.deepEqual((await own.examine(identity, null))?.user, 'ana');
});

test('another process that only has a forged environment claims no more than by itself', async () => {
  const files = { ...fromShell.files, '/proc/812/cgroup': inSession['/proc/self/cgroup'] };
  assert.equal((await readerOf({ ...fromShell, files }).examine(identity, null))?.level, 'claimed');
});

test('nothing is told of a process whose pid was given out again, or that is gone', async () => {
  const reader = readerOf(fromShell);
  assert.equal(await reader.examine({ ...identity, startMark: '1' }, null), null);
  assert.equal(await reader.examine({ ...identity, pid: 31_337 }, null), null);
});

test('what manager and disk show of an installed service is read, whatever it is', async () => {
  const unitText = { [record.file]: 'hello\n' };
  const at = Date.parse(record.installedAt);
  const seen = await readerOf({ pid: 700, files: unitText, changedAt: at }).see(record);
  assert.deepEqual(seen, {
    file: record.file,
    program: record.program.join(' '),
    sha256: '5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03',
    changedFiles: [],
    needsReload: false,
  });
  const later = readerOf({
    pid: 700,
    changedAt: at + 1,
    systemctl: shown({ NeedDaemonReload: 'yes', ExecStart: '', FragmentPath: '' }),
  });
  assert.deepEqual(await later.see(record), {
    file: null,
    program: null,
    sha256: null,
    changedFiles: ['/opt/ck.js'],
    needsReload: true,
  });
  const silent = readerOf({ pid: 1, systemctl: { kind: 'failed', exitCode: 1, why: 'no bus' } });
  assert.equal((await silent.see({ ...record, manager: 'systemd-user' })).file, null);
});
