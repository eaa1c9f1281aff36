import { advice, Refusal } from './refusal.ts';
import type { ServiceMarks } from './service-marks.ts';
import type { ServicePlan } from './service-plan.ts';
import { serviceRoles } from './service-record.ts';
import type { UnitFile } from './systemd-unit.ts';

/** What a property list can hold, as far as services need it. */
type Value = string | number | true | readonly Value[] | { readonly [key: string]: Value };

export const isOfLaunchd = ({ manager }: Pick<ServicePlan, 'manager'>): boolean =>
  manager === 'launchd-agent' || manager === 'launchd-daemon';

/** Where launchd looks for the services of one user, and for those of the machine. */
export const plistFolder = ({
  manager,
  userFolder,
}: Pick<ServicePlan, 'manager' | 'userFolder'>): string =>
  manager === 'launchd-agent' ? `${userFolder}/Library/LaunchAgents` : '/Library/LaunchDaemons';

/**
 * The one file of a service: a timer is in it, too.
 *
 * @throws Refusal `usage` when a path or a name holds what no property list can
 */
export const launchdFiles = (plan: ServicePlan): readonly UnitFile[] => [
  { path: `${plistFolder(plan)}/${plan.unit}.plist`, text: plistText(plan) },
];

/** What a process of ours says before its own log is open, and what it says when it crashes. */
export const logPath = ({ home, unit }: Pick<ServicePlan, 'home' | 'unit'>): string =>
  `${home}/logs/${unit}.log`;

function plistText(plan: ServicePlan): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    '<!-- Written by "cronkeeper service install"; "cronkeeper service uninstall" takes it away. -->',
    marksComment(plan),
    '<plist version="1.0">',
    element(jobOf(plan)),
    '</plist>',
    '',
  ].join('\n');
}

const seldom = 5;
const endWithin = 30;
const onlyOwner = 0o077;

function jobOf(plan: ServicePlan): Value {
  return {
    Label: plan.unit,
    ProgramArguments: plan.program,
    EnvironmentVariables: { PATH: plan.path },
    WorkingDirectory: plan.home,
    StandardOutPath: logPath(plan),
    StandardErrorPath: logPath(plan),
    Umask: onlyOwner,
    RunAtLoad: true,
    // An empty calendar names every minute. Minutes that were slept through are made up for once, on waking.
    ...(plan.isTimer
      ? { StartCalendarInterval: {} }
      : { KeepAlive: true, ThrottleInterval: seldom }),
    ExitTimeOut: endWithin,
    // Runs go on and are adopted, or the scheduler ends them itself.
    AbandonProcessGroup: true,
    // launchd lets timers of services fire late together with others, to save power.
    LegacyTimers: true,
    ProcessType: 'Standard',
    ...(plan.manager === 'launchd-daemon'
      ? { UserName: plan.user, InitGroups: true }
      : // Also in a session without a screen, such as one by ssh.
        { LimitLoadToSessionType: ['Aqua', 'Background'] }),
  };
}

function element(value: Value): string {
  if (typeof value === 'string') return `<string>${xmlText(value)}</string>`;
  if (typeof value === 'number') return `<integer>${value}</integer>`;
  if (value === true) return '<true/>';
  if (isList(value)) return `<array>\n${value.map(element).join('\n')}\n</array>`;
  const entries = Object.entries(value).map(
    ([key, each]) => `<key>${xmlText(key)}</key>\n${element(each)}`,
  );
  return entries.length === 0 ? '<dict/>' : `<dict>\n${entries.join('\n')}\n</dict>`;
}

const isList = (value: Value): value is readonly Value[] => Array.isArray(value);

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML cannot hold, in whatever way it is written
const impossible = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udfff]/u;

function xmlText(text: string): string {
  // A parser may turn a bare return into a line feed.
  if (!impossible.test(text))
    return text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('\r', '&#13;');
  throw new Refusal('usage', 'A path or name holds a character that no property list can hold.', {
    kind: 'usage',
    remedy: advice('Use a home, a user and a PATH without control characters.'),
    details: { text },
  });
}

/** A comment is skipped by launchd. Two hyphens would end it, so none is written as it is. */
function marksComment({ home, user, profile, role }: ServiceMarks): string {
  const json = JSON.stringify({ home, user, profile, role }).replaceAll('-', '\\u002d');
  return `<!-- cronkeeper ${json} -->`;
}

/** The marks in the text of a property list; null when it is not ours. */
export function readPlistMarks(text: string): ServiceMarks | null {
  const marks = parseObject(/^<!-- cronkeeper (\{.*\}) -->$/m.exec(text)?.[1] ?? '');
  const [home, user, profile] = ['home', 'user', 'profile'].map((key) => marks.get(key));
  const role = serviceRoles.find((name) => name === marks.get('role'));
  if (home === undefined || user === undefined || profile === undefined || role === undefined)
    return null;
  return { home, user, profile, role };
}

function parseObject(json: string): ReadonlyMap<string, string> {
  try {
    const value: Readonly<Record<string, unknown>> = JSON.parse(json);
    const entries = Object.entries(value);
    return new Map(
      entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  } catch {
    // A line that somebody changed by hand is no mark.
    return new Map();
  }
}
