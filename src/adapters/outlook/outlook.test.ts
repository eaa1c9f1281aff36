import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assessOutlook } from '../../core/outlook.ts';
import { makeOutlookProbe, makeQuietOutlookProbe } from './probe.ts';
import { realSources, type Sources } from './sources.ts';

const now = Date.UTC(2026, 10, 22, 20);

/** A machine of which these facts were recorded: files with their text, folders with their names, commands with their output. */
function machine(
  facts: {
    readonly platform?: string;
    readonly files?: Readonly<Record<string, string>>;
    readonly commands?: Readonly<Record<string, string>>;
  } = {},
): ReturnType<typeof makeOutlookProbe> {
  const { platform = 'linux', files = {}, commands = {} } = facts;
  const sources: Sources = {
    platform,
    readFile: (path) => files[path] ?? null,
    list: (folder) => [
      ...new Set(
        Object.keys(files)
          .filter((path) => path.startsWith(`${folder}/`))
          .map((path) => path.slice(folder.length + 1).split('/')[0] ?? ''),
      ),
    ],
    run: async (command, args) => {
      const line = [command, ...args].join(' ');
      return Object.entries(commands).find(([start]) => line.startsWith(start))?.[1] ?? null;
    },
  };
  const clock = { now: () => ({ wall: now, boot: 0 }), sleep: async () => {} };
  return makeOutlookProbe(clock, sources);
}

const logind = (values: readonly string[]): Readonly<Record<string, string>> => ({
  busctl: `${values.join('\n')}\n`,
  timedatectl: 'yes\n',
});
/** As a laptop with Debian answers, on its power supply. */
const laptop = [
  's "suspend"',
  's "suspend"',
  'b false',
  's "ignore"',
  't 1800000000',
  'b true',
  's "shutdown"',
];
const battery = {
  '/sys/class/power_supply/AC/type': 'Mains\n',
  '/sys/class/power_supply/AC/online': '1\n',
  '/sys/class/power_supply/BAT0/type': 'Battery\n',
  '/sys/class/power_supply/BAT0/status': 'Charging\n',
  '/sys/class/power_supply/BAT0/capacity': '87\n',
};

test('a server of which nothing is planned has nothing to tell', async () => {
  const server = [
    's "suspend"',
    's ""',
    'b false',
    's "ignore"',
    't 1800000000',
    'b true',
    's "shutdown"',
  ];
  const outlook = await machine({ commands: logind(server) }).look();
  assert.deepEqual(outlook, {
    shutdown: null,
    restartWanted: null,
    lid: null,
    idleSleepMs: null,
    battery: null,
    isClockSynchronised: true,
    keepAwake: 'systemd-inhibit --what=sleep:idle:handle-lid-switch sleep 12h',
    unknown: [],
  });
});

test('what could not be asked is named, and is no good news', async () => {
  const outlook = await machine().look();
  assert.deepEqual(outlook.unknown, [
    'lid and idle sleep (logind)',
    'synchronised clock (timedatectl)',
  ]);
  assert.equal(outlook.isClockSynchronised, null);
  const torn = await machine({ commands: { busctl: 's "suspend"\n' } }).look();
  assert.ok(torn.unknown.includes('lid and idle sleep (logind)'));
});

const orders = [
  ['reboot', 'restart'],
  ['kexec', 'restart'],
  ['soft-reboot', 'restart'],
  ['poweroff', 'stop'],
  ['halt', 'stop'],
  ['dry-poweroff', null],
] as const;
for (const [mode, kind] of orders) {
  test(`the order "${mode}" ${kind === null ? 'changes nothing' : `means ${kind}`}`, async () => {
    const scheduled = `USEC=${now + 3_600_000}000\nWARN_WALL=1\nMODE=${mode}\nWALL_MESSAGE=x\n`;
    const files = { '/run/systemd/shutdown/scheduled': scheduled };
    const { shutdown } = await machine({ files }).look();
    const want = kind === null ? null : { kind, at: now + 3_600_000, by: 'order' };
    assert.deepEqual(shutdown, want);
  });
}

const wanted = {
  '/run/reboot-required': '*** System restart required ***\n',
  '/run/reboot-required.pkgs': 'linux-image-6.1.0-26-amd64\nlibc6\nlibc6\n',
};

test('packages that want a restart are named once', async () => {
  const { restartWanted, shutdown } = await machine({ files: wanted }).look();
  assert.deepEqual(restartWanted, ['linux-image-6.1.0-26-amd64', 'libc6']);
  assert.equal(shutdown, null);
});

test('unattended upgrades restart at their time of day, when a restart is wanted and they may', async () => {
  const settings = (text: string) => ({ '/etc/apt/apt.conf.d/50unattended-upgrades': text });
  const may =
    '//Unattended-Upgrade::Automatic-Reboot "false";\nUnattended-Upgrade::Automatic-Reboot "true";\n';
  const night = `${may}Unattended-Upgrade::Automatic-Reboot-Time "02:30";\n`;
  const { shutdown } = await machine({ files: { ...wanted, ...settings(night) } }).look();
  const at = new Date(shutdown?.at ?? 0);
  assert.deepEqual([shutdown?.kind, shutdown?.by], ['restart', 'upgrades']);
  assert.deepEqual([at.getHours(), at.getMinutes()], [2, 30]);
  assert.ok(at.getTime() > now && at.getTime() <= now + 86_400_000);
  const later = new Date(now + 60_000);
  const soon = `${may}Unattended-Upgrade::Automatic-Reboot-Time "${later.getHours()}:${String(later.getMinutes()).padStart(2, '0')}";`;
  const today = await machine({ files: { ...wanted, ...settings(soon) } }).look();
  assert.equal(today.shutdown?.at, now + 60_000);
  for (const files of [
    settings(night),
    { ...wanted, ...settings(may) },
    { ...wanted, ...settings(night.replace('"true"', '"false"')) },
  ])
    assert.equal((await machine({ files }).look()).shutdown, null);
});

test('a lid that makes it sleep is told with whether it is closed', async () => {
  const { lid, battery: found } = await machine({
    files: battery,
    commands: logind(laptop),
  }).look();
  assert.deepEqual(lid, { isClosed: false, action: 'suspend' });
  assert.deepEqual(found, { isInUse: false, percent: 87 });
  const closed = laptop.with(2, 'b true').with(1, 's "ignore"');
  assert.equal((await machine({ files: battery, commands: logind(closed) }).look()).lid, null);
  const unplugged = logind(closed.with(5, 'b false'));
  const files = { ...battery, '/sys/class/power_supply/BAT0/status': 'Discharging\n' };
  const outlook = await machine({ files, commands: unplugged }).look();
  assert.deepEqual(outlook.lid, { isClosed: true, action: 'suspend' });
  assert.deepEqual(outlook.battery, { isInUse: true, percent: 87 });
});

test('a lid without a battery is one, too, and a battery of a mouse is none', async () => {
  const files = {
    '/proc/acpi/button/lid/LID0/state': 'state:      open\n',
    '/sys/class/power_supply/hidpp_battery_0/type': 'Battery\n',
    '/sys/class/power_supply/hidpp_battery_0/scope': 'Device\n',
    '/sys/class/power_supply/hidpp_battery_0/status': 'Discharging\n',
  };
  const outlook = await machine({ files, commands: logind(laptop) }).look();
  assert.equal(outlook.battery, null);
  assert.equal(outlook.lid?.action, 'suspend');
});

test('a battery that does not say its charge has none that is known', async () => {
  const files = { ...battery, '/sys/class/power_supply/BAT0/capacity': '' };
  assert.equal((await machine({ files }).look()).battery?.percent, null);
});

test('idle sleep is told with its time', async () => {
  const idle = logind(laptop.with(3, 's "suspend"'));
  assert.equal((await machine({ commands: idle }).look()).idleSleepMs, 1_800_000);
});

test('what somebody holds back for the night does not happen', async () => {
  const idle = laptop.with(3, 's "suspend"');
  for (const [inhibited, sleepsOnLid, sleepsWhenIdle] of [
    ['shutdown:sleep', false, false],
    ['idle', true, false],
    ['handle-lid-switch', false, true],
    ['', true, true],
  ] as const) {
    const commands = logind(idle.with(6, `s "${inhibited}"`));
    const outlook = await machine({ files: battery, commands }).look();
    assert.deepEqual(
      [outlook.lid !== null, outlook.idleSleepMs !== null],
      [sleepsOnLid, sleepsWhenIdle],
      inhibited,
    );
  }
});

test('the clock is asked of timesyncd first, then of timedatectl', async () => {
  const stamp = { '/run/systemd/timesync/synchronized': '' };
  assert.equal((await machine({ files: stamp }).look()).isClockSynchronised, true);
  const no = { timedatectl: 'no\n' };
  assert.equal((await machine({ commands: no }).look()).isClockSynchronised, false);
  const strange = { timedatectl: 'perhaps\n' };
  assert.equal((await machine({ commands: strange }).look()).isClockSynchronised, null);
});

const macSettings = (sleep: string, disabled = 0): string => `System-wide power settings:
 SleepDisabled\t\t${disabled}
Currently in use:
 standby              1
 Sleep On Power Button 1
 hibernatefile        /var/vm/sleepimage
 powernap             1
 disksleep            10
 sleep                ${sleep}
 hibernatemode        3
 displaysleep         10
 womp                 1
`;
const onMains =
  "Now drawing from 'AC Power'\n -InternalBattery-0 (id=4653155)\t100%; charged; 0:00 remaining present: true\n";
const onBattery =
  "Now drawing from 'Battery Power'\n -InternalBattery-0 (id=4653155)\t63%; discharging; 4:10 remaining present: true\n";
const mac = (settings: string, supply: string) =>
  machine({
    platform: 'darwin',
    commands: { 'pmset -g batt': supply, 'pmset -g': settings },
  }).look();

test('a Mac tells its idle sleep, also while something keeps it awake, and its battery', async () => {
  const outlook = await mac(macSettings('1 (sleep prevented by sharingd, powerd)'), onBattery);
  assert.equal(outlook.idleSleepMs, 60_000);
  assert.deepEqual(outlook.battery, { isInUse: true, percent: 63 });
  assert.deepEqual(outlook.lid, { isClosed: null, action: 'sleep' });
  assert.ok(outlook.unknown.includes('planned restarts'));
});

test('a Mac that never sleeps by itself, one that may not, and one on a desk', async () => {
  assert.equal((await mac(macSettings('0'), onMains)).idleSleepMs, null);
  const kept = await mac(macSettings('1 (sleep prevented by caffeinate, powerd)'), onMains);
  assert.equal(kept.idleSleepMs, null);
  const awake = await mac(macSettings('1', 1), onMains);
  assert.deepEqual([awake.idleSleepMs, awake.lid], [null, null]);
  const desk = await mac(macSettings('10'), "Now drawing from 'AC Power'\n");
  assert.deepEqual([desk.battery, desk.lid, desk.idleSleepMs], [null, null, 600_000]);
  const odd = await mac('nothing', "Now drawing from 'AC Power'\n -InternalBattery-0 (id=1)\n");
  assert.deepEqual([odd.idleSleepMs, odd.battery], [null, { isInUse: false, percent: null }]);
});

test('a Mac whose pmset does not answer says what is not known', async () => {
  const silent = machine({ platform: 'darwin' });
  const { unknown } = await silent.look();
  assert.deepEqual(unknown.slice(2), ['sleep (pmset)', 'battery (pmset)']);
});

test('a process that starts none looks all the same, and says what stays unknown', async () => {
  const clock = { now: () => ({ wall: now, boot: 0 }), sleep: async () => {} };
  const run: string[] = [];
  const sources: Sources = {
    ...realSources,
    platform: 'linux',
    list: () => [],
    run: async (command) => {
      run.push(command);
      return null;
    },
  };
  const { unknown } = await makeQuietOutlookProbe(clock, sources).look();
  assert.deepEqual(run, []);
  assert.equal(unknown.length, 2);
});

test('this very machine can be asked, and the answer can be judged', async () => {
  const clock = { now: () => ({ wall: now, boot: 0 }), sleep: async () => {} };
  const outlook = await makeOutlookProbe(clock).look();
  const machine = { disk: null, lingers: null };
  const owner = { profile: 'default', manager: null, isEnabled: true };
  assert.ok(Array.isArray(assessOutlook({ outlook, machine, owner }, { now, until: now + 1 })));
  assert.equal(await realSources.run('/no/such/command', []), null);
  assert.equal(realSources.readFile('/no/such/file'), null);
  assert.deepEqual(realSources.list('/no/such/folder'), []);
});
