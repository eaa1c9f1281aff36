import { type Finding, fine, problem, warning } from './finding.ts';
import type { MachineFacts } from './machine-facts.ts';
import type { Service } from './provenance.ts';
import { advice, command, profileOption } from './refusal.ts';
import { mayOwn } from './service-record.ts';
import type { ServiceReport } from './service-report.ts';
import { installAgain, standBehind, startAgain } from './service-words.ts';

/** What is known about the services of a profile. */
export type ServiceFacts = {
  readonly profile: string;
  readonly hasManager: boolean;
  readonly reports: readonly ServiceReport[];
  readonly machine: Pick<MachineFacts, 'user' | 'lingers'>;
};

/** Whether scheduled work comes back by itself after a crash, a hang, a logout and a restart of the machine. */
export const judgeServices = (facts: ServiceFacts): readonly Finding[] => [
  ...judgeInstalled(facts),
  judgeLinger(facts),
  judgeWatchdog(facts),
];

function judgeInstalled({ profile, hasManager, reports }: ServiceFacts): readonly Finding[] {
  const found = reports.map(judgeReport);
  // One that only asks gives the profile no owner.
  if (reports.some(({ record }) => mayOwn(record))) return found;
  if (!hasManager)
    return [
      ...found,
      fine('service', 'This machine has no service manager that could keep one of ours.'),
    ];
  return [
    ...found,
    warning(
      'service',
      `No service that runs jobs is installed for profile "${profile}", so nothing starts its owner when the machine starts.`,
      command(`cronkeeper service install runner${profileOption(profile)}`),
    ),
  ];
}

function judgeReport({ record, state }: ServiceReport): Finding {
  const { unit } = record;
  const again = command(installAgain(record));
  switch (state.kind) {
    case 'silent':
      return warning(
        'service',
        `The manager of ${unit} did not answer: ${state.why}.`,
        advice(`Ask it yourself: ${askWords(record)}`),
      );
    case 'unknown':
      return problem('service', `${unit} was installed, but its manager does not know it.`, again);
    case 'known':
      if (!state.isActive)
        return problem('service', `${unit} is ${state.words}.`, command(startAgain(record)));
      return state.isEnabled
        ? fine('service', `${unit} is ${state.words}, and starts again with the machine.`)
        : warning(
            'service',
            `${unit} is ${state.words}, but it does not start with the machine.`,
            again,
          );
  }
}

/** What is typed to ask a manager about a unit: each answers only where it is asked. */
function askWords({ manager, unit }: Service): string {
  switch (manager) {
    case 'systemd-system':
      return `systemctl status ${unit}`;
    case 'systemd-user':
      return `systemctl --user status ${unit}`;
    case 'launchd-agent':
      return `launchctl list ${unit}`;
    case 'launchd-daemon':
      return `sudo launchctl list ${unit}`;
  }
}

const isOfUser = ({ record }: ServiceReport): boolean => record.manager === 'systemd-user';

/** Without lingering the services of a user end with its last session, and start with its next one. */
function judgeLinger({ reports, machine }: ServiceFacts): Finding {
  if (reports.some(({ record }) => record.manager === 'launchd-agent'))
    return fine(
      'linger',
      `An agent of launchd runs while ${machine.user} is logged in; for a Mac that nobody logs in to, install it with --system.`,
    );
  if (!reports.some(isOfUser))
    return fine('linger', 'No service depends on whether somebody is logged in.');
  if (machine.lingers !== false)
    return fine('linger', `Services of ${machine.user} run while nobody is logged in.`);
  return {
    ...problem(
      'linger',
      `Services of ${machine.user} end when it logs out, and do not start with the machine.`,
      command('loginctl enable-linger'),
    ),
    mend: 'linger',
  };
}

/** A process that hangs is alive: only a watchdog that the scheduling loop feeds replaces it. */
function judgeWatchdog({ reports }: ServiceFacts): Finding {
  const kept = reports.filter(({ record }) => !record.isTimer && mayOwn(record));
  const launchd = kept.find(({ record }) => record.manager.startsWith('launchd'));
  if (launchd !== undefined)
    return warning(
      'watchdog',
      `launchd has no watchdog: a hanging ${launchd.record.unit} is replaced by a standby only.`,
      advice(`Keep a second one that stands by: ${standBehind(launchd.record)}`),
    );
  const unwatched = kept.find(({ state }) => state.kind === 'known' && state.hasWatchdog === false);
  if (unwatched !== undefined) {
    const { manager, unit } = unwatched.record;
    const scope = manager === 'systemd-user' ? ' --user' : '';
    return warning(
      'watchdog',
      `The manager of ${unit} would not notice that it hangs: its watchdog is off.`,
      advice(`Take WatchdogSec out of what changes the unit: systemctl${scope} edit ${unit}`),
    );
  }
  return kept.length === 0
    ? fine('watchdog', 'No service is kept that could need one.')
    : fine('watchdog', `A hanging ${kept[0]?.record.unit} is replaced by its manager.`);
}
