import type { Choice } from './appointment.ts';
import { isSameService } from './eligibility.ts';
import type { Role } from './provenance.ts';
import { advice, command, profileOption, type Remedy } from './refusal.ts';
import { serviceOf } from './service-record.ts';
import { isUp, type ServiceReport } from './service-report.ts';
import { installAgain, startAgain } from './service-words.ts';

/** What service managers have to do with a profile. */
export type ServicesView = {
  /** Whether this machine has a service manager. */
  readonly hasManager: boolean;
  readonly installed: readonly ServiceReport[];
};

/** The command that gives a profile a scheduler: the lasting one where there is a service manager. */
export function startRemedy(
  profile: string,
  services: ServicesView,
  role: 'runner' | 'gateway' = 'runner',
): Remedy {
  const own = services.installed.find(({ record }) => record.role === role);
  if (own !== undefined) return reviveRemedy(profile, own);
  const byHand = role === 'gateway' ? 'gateway run' : role;
  const verb = services.hasManager ? `service install ${role}` : byHand;
  return command(`cronkeeper ${verb}${profileOption(profile)}`);
}

/** Where the remedy is to give the profile any scheduler: the one that gives it a gateway. */
export function gatewayInstead(remedy: Remedy | null, profile: string): Remedy | null {
  const option = profileOption(profile);
  if (remedy?.text === `cronkeeper runner${option}`)
    return command(`cronkeeper gateway run${option}`);
  if (remedy?.text === `cronkeeper service install runner${option}`)
    return command(`cronkeeper service install gateway${option}`);
  return remedy;
}

/** A service that runs and yet does nothing needs a look; one that its manager does not know any more is installed again. */
export function reviveRemedy(profile: string, report: ServiceReport): Remedy {
  const { record, state } = report;
  const option = profileOption(profile);
  if (isUp(report))
    return advice(`Look at what it says: cronkeeper service logs ${record.role}${option}`);
  const isLost = state.kind === 'unknown' || state.kind === 'silent';
  return command(isLost ? installAgain(record) : startAgain(record));
}

/** What brings back the one that an exclusive rule names. */
export function ownerRemedy(
  profile: string,
  [first]: readonly Choice[],
  services: ServicesView,
): Remedy {
  if (first?.kind === 'role' && canBeInstalled(first.role))
    return startRemedy(profile, services, first.role);
  if (first?.kind === 'role' && first.role === 'timer') return timerRemedy(profile, services);
  const own = services.installed.find(
    ({ record }) => first?.kind === 'service' && isSameService(first.service, serviceOf(record)),
  );
  if (own !== undefined) return reviveRemedy(profile, own);
  const start = startWords(first);
  return advice(
    `${start}, or change the owner: cronkeeper owner appoint auto${profileOption(profile)}`,
  );
}

function timerRemedy(profile: string, { hasManager }: ServicesView): Remedy {
  const option = profileOption(profile);
  return hasManager
    ? command(`cronkeeper service install runner --timer${option}`)
    : advice(`Let cron tick, with a line of its crontab: * * * * * cronkeeper tick${option}`);
}

function startWords(choice: Choice | undefined): string {
  if (choice?.kind === 'service') return `Start ${choice.service.unit}`;
  return choice?.kind === 'role' ? `Start a ${choice.role}` : 'Start a runner there';
}

const canBeInstalled = (role: Role): role is 'runner' | 'gateway' =>
  role === 'runner' || role === 'gateway';
