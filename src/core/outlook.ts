import { spaceOn, spaceWords } from './disk-space.ts';
import type { Instant } from './instant.ts';
import type { MachineFacts } from './machine-facts.ts';
import type { Manager } from './provenance.ts';
import type { ReasonCode, Remedy } from './refusal.ts';
import { advice, profileOption } from './refusal.ts';

/** What a machine is going to do, as it says itself. Null means "no" where nothing else is said. */
export type Outlook = {
  /** The machine goes down: ordered by a person, or by itself after upgrades. */
  readonly shutdown: {
    readonly kind: 'restart' | 'stop';
    readonly at: Instant;
    readonly by: 'order' | 'upgrades';
  } | null;
  /** What wants a restart, such as names of packages; empty when it is not said what. */
  readonly restartWanted: readonly string[] | null;
  /** What closing the lid does; null where there is no lid or closing it does nothing. */
  readonly lid: { readonly isClosed: boolean | null; readonly action: string } | null;
  /** After how long without use it sleeps. */
  readonly idleSleepMs: number | null;
  /** Null where there is no battery. */
  readonly battery: { readonly isInUse: boolean; readonly percent: number | null } | null;
  /** Null when it could not be asked. */
  readonly isClockSynchronised: boolean | null;
  /** The command that keeps this machine awake for the night. */
  readonly keepAwake: string;
  /** What could not be asked. */
  readonly unknown: readonly string[];
};

/** Who runs the jobs, as far as it matters for what a machine does. */
export type OwnerOutlook = {
  readonly profile: string;
  /** Who started it, or its ticks; null for one that a person started. */
  readonly manager: Manager | 'crontab' | null;
  /** Whether that starts it again with the machine. */
  readonly isEnabled: boolean;
};

/** One thing that the machine will do. From `stopsAt` on nothing runs; null when jobs go on. */
export type OutlookNote = {
  readonly code: ReasonCode;
  readonly at: Instant | null;
  readonly stopsAt: Instant | null;
  readonly message: string;
  readonly remedy: Remedy | null;
};

/** What is asked of the machine beside that. */
type Facts = Pick<MachineFacts, 'disk' | 'lingers'>;

export type Known = {
  readonly outlook: Outlook;
  readonly machine: Facts;
  readonly owner: OwnerOutlook;
};

/** What of the outlook matters for jobs until `until`, what stops them first. */
export function assessOutlook(
  { outlook, machine, owner }: Known,
  { now, until }: { readonly now: Instant; readonly until: Instant },
): readonly OutlookNote[] {
  const notes = [
    goingDown(outlook.shutdown, hindranceToReturn(owner, machine.lingers), until),
    wantsRestart(outlook),
    lowDisk(machine, now),
    onBattery(outlook),
    lidSleep(outlook),
    idleSleep(outlook),
    wrongClock(outlook),
  ].filter((note) => note !== null);
  return [...notes.filter(stops), ...notes.filter((note) => !stops(note))];
}

const stops = ({ stopsAt }: OutlookNote): boolean => stopsAt !== null;

const note = (
  code: ReasonCode,
  message: string,
  remedy: string | null,
  times: { readonly at?: Instant; readonly stopsAt?: Instant } = {},
): OutlookNote => ({
  code,
  message,
  remedy: remedy === null ? null : advice(remedy),
  at: times.at ?? null,
  stopsAt: times.stopsAt ?? null,
});

function goingDown(
  shutdown: Outlook['shutdown'],
  hindrance: Hindrance | null,
  until: Instant,
): OutlookNote | null {
  if (shutdown === null || shutdown.at > until) return null;
  const { kind, at, by } = shutdown;
  const why = by === 'order' ? 'somebody ordered it' : 'upgrades want it';
  const callOff =
    by === 'order'
      ? 'Call it off: shutdown -c'
      : 'Put it off: Unattended-Upgrade::Automatic-Reboot in /etc/apt/apt.conf.d';
  if (kind === 'stop') {
    const message = `The machine is going to be switched off: ${why}. Nothing runs until somebody starts it.`;
    return note('machine_stops', message, callOff, { at, stopsAt: at });
  }
  const comesBack = `The machine is going to restart: ${why}.`;
  if (hindrance === null) {
    const message = `${comesBack} Runs that are going on then are ended; what runs the jobs comes back by itself.`;
    return note('machine_restarts', message, null, { at });
  }
  return note('machine_restarts', `${comesBack} ${hindrance.message}`, hindrance.remedy, {
    at,
    stopsAt: at,
  });
}

type Hindrance = { readonly message: string; readonly remedy: string };

/** Null when the owner is started again with the machine. */
function hindranceToReturn(
  { manager, profile, isEnabled }: OwnerOutlook,
  lingers: boolean | null,
): Hindrance | null {
  if (!isEnabled) {
    return {
      message: 'The service that runs the jobs is not enabled, so nothing starts it again.',
      remedy: `Install it again: cronkeeper service install runner${profileOption(profile)}`,
    };
  }
  switch (manager) {
    case 'systemd-system':
    case 'launchd-daemon':
    case 'crontab':
      return null;
    case 'systemd-user':
      return lingers === false
        ? {
            message: 'What runs the jobs comes back only when its user logs in.',
            remedy: 'Let it start with the machine: loginctl enable-linger',
          }
        : null;
    case 'launchd-agent':
      return {
        message: 'What runs the jobs comes back only when its user logs in.',
        remedy: `Let the machine start it: cronkeeper service install runner --system${profileOption(profile)}`,
      };
    case null:
      return {
        message: 'What runs the jobs was started by hand, and nothing starts it again.',
        remedy: `Let the machine start it: cronkeeper service install runner${profileOption(profile)}`,
      };
  }
}

const mostNamed = 3;

function wantsRestart({ restartWanted, shutdown }: Outlook): OutlookNote | null {
  if (restartWanted === null || shutdown !== null) return null;
  const named = restartWanted.slice(0, mostNamed).join(', ');
  const rest = restartWanted.length > mostNamed ? ' and more' : '';
  const what = named === '' ? '' : ` (${named}${rest})`;
  return note('machine_restarts', `The machine wants a restart${what}, but none is planned.`, null);
}

function lowDisk({ disk }: Facts, now: Instant): OutlookNote | null {
  const space = disk === null ? 'enough' : spaceOn(disk);
  if (disk === null || space === 'enough') return null;
  const remedy = 'Free some space on the disk of the home.';
  const left = `Only ${spaceWords(disk)}`;
  return space === 'full'
    ? note('disk_low', `${left}: nothing can be recorded, so nothing runs.`, remedy, {
        stopsAt: now,
      })
    : note('disk_low', `${left}.`, remedy);
}

function onBattery({ battery }: Outlook): OutlookNote | null {
  if (battery === null || !battery.isInUse) return null;
  const charge = battery.percent === null ? '' : `, ${battery.percent} % left`;
  return note('on_battery', `The machine runs on its battery${charge}.`, 'Plug it in.');
}

function lidSleep({ lid, keepAwake }: Outlook): OutlookNote | null {
  if (lid === null) return null;
  const message =
    lid.isClosed === true
      ? `The lid is closed; the machine may ${lid.action} at any time, and nothing runs then.`
      : `Closing the lid makes the machine ${lid.action}; nothing runs then.`;
  return note(
    'machine_sleeps',
    message,
    `Leave the lid open, or keep the machine awake: ${keepAwake}`,
  );
}

function idleSleep({ idleSleepMs, keepAwake }: Outlook): OutlookNote | null {
  if (idleSleepMs === null) return null;
  const message = `The machine sleeps after ${Math.round(idleSleepMs / 60_000)} min without use; nothing runs then.`;
  return note('machine_sleeps', message, `Keep it awake: ${keepAwake}`);
}

/** Of a clock that nothing corrects. */
export const unsynchronised = {
  message: 'The clock of the machine is not synchronised, so fire times may be off.',
  remedy: 'Let it be set: timedatectl set-ntp true',
} as const;

function wrongClock({ isClockSynchronised }: Outlook): OutlookNote | null {
  if (isClockSynchronised !== false) return null;
  return note('clock_unsynchronised', unsynchronised.message, unsynchronised.remedy);
}
