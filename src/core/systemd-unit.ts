import { marksText } from './service-marks.ts';
import type { ServicePlan } from './service-plan.ts';
import { timerOf } from './service-record.ts';
import { hardening } from './systemd-hardening.ts';
import { commandLine, unitWord } from './systemd-quoting.ts';

/** A file of a service: a unit or its timer. `path` is absolute. */
export type UnitFile = { readonly path: string; readonly text: string };

/** Where units of people belong, not those of packages. */
export const unitFolder = ({
  manager,
  userFolder,
}: Pick<ServicePlan, 'manager' | 'userFolder'>): string =>
  manager === 'systemd-user' ? `${userFolder}/.config/systemd/user` : '/etc/systemd/system';

/** The files of a service, the unit first. */
export function systemdFiles(plan: ServicePlan): readonly UnitFile[] {
  const folder = unitFolder(plan);
  const unit = { path: `${folder}/${plan.unit}`, text: serviceText(plan) };
  if (!plan.isTimer) return [unit];
  return [unit, { path: `${folder}/${timerOf(plan.unit)}`, text: timerText(plan) }];
}

const isSystem = ({ manager }: ServicePlan): boolean => manager === 'systemd-system';

function serviceText(plan: ServicePlan): string {
  const what = plan.isTimer ? 'tick' : plan.role;
  return sections(plan, [
    [
      '[Unit]',
      `Description=cronkeeper ${what} of profile ${plan.profile}`,
      ...(isSystem(plan) ? [afterAll] : []),
      ...(plan.isTimer ? [] : ['StartLimitIntervalSec=0']),
    ],
    [
      '[Service]',
      ...(plan.isTimer ? passing : kept),
      ...(isSystem(plan) ? [`User=${plan.user}`] : []),
      `ExecStart=${commandLine(plan.program)}`,
      `Environment=${unitWord(`PATH=${plan.path}`)}`,
      ...runsOutlive,
      ...hardening(plan),
    ],
    ...(plan.isTimer
      ? []
      : [['[Install]', `WantedBy=${isSystem(plan) ? 'multi-user' : 'default'}.target`]]),
  ]);
}

/** What is begun before is ended after: a service that goes down with its machine still asks over the bus what is meant. */
const afterAll = 'After=network-online.target time-sync.target dbus.service';

/**
 * A process that is kept. Its scheduling loop feeds the watchdog; a loop that is stuck may be a process that is stopped, which hears
 * nothing but KILL. It is started again for ever, because jobs that nobody runs are worse than a log that fills.
 */
const kept: readonly string[] = [
  'Type=notify',
  'NotifyAccess=all',
  'WatchdogSec=15',
  'WatchdogSignal=SIGKILL',
  'TimeoutStartSec=300',
  'Restart=always',
  'RestartSec=1',
];

/**
 * A tick ends by itself when nothing runs and nothing is due soon; until then the timer waits. It counts as started when its program is:
 * as `oneshot` it would be starting for as long as it ticks, and so would be the whole machine after a boot.
 */
const passing: readonly string[] = ['Type=exec'];

/** Only the scheduler is the manager's to end: its runs go on and are adopted, or it ends them itself. */
const runsOutlive: readonly string[] = [
  'KillMode=process',
  'TimeoutStopSec=30',
  'OOMPolicy=continue',
  'LimitCORE=0',
];

/** `Persistent=` makes up for one tick that was missed while the machine was off; it works with `OnCalendar=` only. */
function timerText(plan: ServicePlan): string {
  return sections(plan, [
    ['[Unit]', `Description=cronkeeper timer of profile ${plan.profile}`],
    ['[Timer]', 'OnCalendar=minutely', 'Persistent=true', 'AccuracySec=1s', `Unit=${plan.unit}`],
    ['[Install]', 'WantedBy=timers.target'],
  ]);
}

const sections = (plan: ServicePlan, parts: readonly (readonly string[])[]): string =>
  [
    '# Written by "cronkeeper service install"; "cronkeeper service uninstall" takes it away.',
    '# To change it, use a drop-in (systemctl edit): an edited file counts as changed by others.',
    ...parts.map((lines) => `${lines.join('\n')}\n`),
    `${marksText(plan)}\n`,
  ].join('\n');
