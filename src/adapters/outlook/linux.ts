import type { Instant } from '../../core/instant.ts';
import type { Outlook } from '../../core/outlook.ts';
import type { Sources } from './sources.ts';

/** What Linux with systemd tells; on one without, the files that are not there say nothing, and logind is among the unknown. */
export async function lookLinux(sources: Sources, now: Instant): Promise<Outlook> {
  const [logind, clock] = await Promise.all([askLogind(sources), askClock(sources)]);
  const battery = readBattery(sources);
  const restartWanted = readRestartWanted(sources);
  const unknown = [
    ...(logind === null ? ['lid and idle sleep (logind)'] : []),
    ...(clock === null ? ['synchronised clock (timedatectl)'] : []),
  ];
  return {
    shutdown:
      readOrder(sources) ?? (restartWanted === null ? null : readAutomaticRestart(sources, now)),
    restartWanted,
    lid: logind === null ? null : lidOf(sources, logind, battery),
    idleSleepMs: logind === null ? null : idleOf(logind),
    battery,
    isClockSynchronised: clock,
    keepAwake: 'systemd-inhibit --what=sleep:idle:handle-lid-switch sleep 12h',
    unknown,
  };
}

/** An order of `shutdown` or `systemctl --when`: microseconds and what is to happen. A dry run changes nothing. */
function readOrder({ readFile }: Sources): Outlook['shutdown'] {
  const text = readFile('/run/systemd/shutdown/scheduled') ?? '';
  const usec = /^USEC=(\d+)$/m.exec(text)?.[1];
  const mode = /^MODE=([a-z-]+)$/m.exec(text)?.[1];
  if (usec === undefined || mode === undefined || mode.startsWith('dry-')) return null;
  const kind = mode === 'poweroff' || mode === 'halt' ? 'stop' : 'restart';
  return { kind, at: Math.round(Number(usec) / 1000), by: 'order' };
}

function readRestartWanted({ readFile }: Sources): readonly string[] | null {
  if (readFile('/run/reboot-required') === null) return null;
  const packages = readFile('/run/reboot-required.pkgs') ?? '';
  return [...new Set(packages.split('\n').filter((line) => line !== ''))];
}

/** Of unattended upgrades, which restart at a time of the day when a restart is wanted. Without one they do it when they are done. */
function readAutomaticRestart(sources: Sources, now: Instant): Outlook['shutdown'] {
  const folder = '/etc/apt/apt.conf.d';
  const lines = sources
    .list(folder)
    .flatMap((name) => (sources.readFile(`${folder}/${name}`) ?? '').split('\n'))
    .filter((line) => !/^\s*(\/\/|#)/.test(line))
    .join('\n');
  const last = (name: string): string | undefined =>
    [...lines.matchAll(new RegExp(`Unattended-Upgrade::${name}\\s+"([^"]*)"`, 'g'))].at(-1)?.[1];
  if (last('Automatic-Reboot') !== 'true') return null;
  const time = /^(\d{1,2}):(\d{2})$/.exec(last('Automatic-Reboot-Time') ?? '');
  if (time === null) return null;
  const at = new Date(now);
  at.setHours(Number(time[1]), Number(time[2]), 0, 0);
  if (at.getTime() <= now) at.setDate(at.getDate() + 1);
  return { kind: 'restart', at: at.getTime(), by: 'upgrades' };
}

type Logind = {
  readonly onLid: string;
  readonly onLidWithPower: string;
  readonly isLidClosed: boolean;
  readonly onIdle: string;
  readonly idleMs: number;
  readonly hasPower: boolean;
  /** What somebody holds back at this moment. */
  readonly inhibited: readonly string[];
};

const properties = [
  'HandleLidSwitch',
  'HandleLidSwitchExternalPower',
  'LidClosed',
  'IdleAction',
  'IdleActionUSec',
  'OnExternalPower',
  'BlockInhibited',
];

async function askLogind({ run }: Sources): Promise<Logind | null> {
  const where = [
    'org.freedesktop.login1',
    '/org/freedesktop/login1',
    'org.freedesktop.login1.Manager',
  ];
  const output = await run('busctl', ['--system', 'get-property', ...where, ...properties]);
  const values = (output ?? '').split('\n').map((line) => line.replace(/^\w /, ''));
  if (output === null || values.length < properties.length) return null;
  const text = (index: number): string => (values[index] ?? '').replaceAll('"', '');
  const onLid = text(0);
  return {
    onLid,
    onLidWithPower: text(1) === '' ? onLid : text(1),
    isLidClosed: text(2) === 'true',
    onIdle: text(3),
    idleMs: Number(text(4)) / 1000,
    hasPower: text(5) === 'true',
    inhibited: text(6).split(':'),
  };
}

const nothing: ReadonlySet<string> = new Set(['', 'ignore', 'lock']);

function lidOf({ list }: Sources, logind: Logind, battery: Outlook['battery']): Outlook['lid'] {
  const hasLid = battery !== null || list('/proc/acpi/button/lid').length > 0;
  const action = logind.hasPower ? logind.onLidWithPower : logind.onLid;
  const isHeldBack = isInhibited(logind, 'sleep') || isInhibited(logind, 'handle-lid-switch');
  return hasLid && !isHeldBack && !nothing.has(action)
    ? { isClosed: logind.isLidClosed, action }
    : null;
}

const isInhibited = ({ inhibited }: Logind, what: string): boolean => inhibited.includes(what);

function idleOf(logind: Logind): number | null {
  const { onIdle, idleMs } = logind;
  const isHeldBack = isInhibited(logind, 'sleep') || isInhibited(logind, 'idle');
  return isHeldBack || nothing.has(onIdle) || !(idleMs > 0) ? null : idleMs;
}

const supplies = '/sys/class/power_supply';

/** The battery of the machine; those of mice and headsets say that they are of a device. */
function readBattery({ list, readFile }: Sources): Outlook['battery'] {
  const read = (name: string, field: string): string =>
    (readFile(`${supplies}/${name}/${field}`) ?? '').trim();
  const batteries = list(supplies).filter(
    (name) => read(name, 'type') === 'Battery' && read(name, 'scope') !== 'Device',
  );
  const [first] = batteries;
  if (first === undefined) return null;
  const isInUse = batteries.some((name) => read(name, 'status') === 'Discharging');
  const percent = read(first, 'capacity');
  return { isInUse, percent: /^\d+$/.test(percent) ? Number(percent) : null };
}

async function askClock({ run, list }: Sources): Promise<boolean | null> {
  if (list('/run/systemd/timesync').includes('synchronized')) return true;
  const answer = await run('timedatectl', ['show', '--property=NTPSynchronized', '--value']);
  const word = answer?.trim();
  return word === 'yes' || (word === 'no' ? false : null);
}
