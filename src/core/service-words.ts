import { serviceText } from './eligibility.ts';
import type { Service } from './provenance.ts';
import { profileOption } from './refusal.ts';
import { mayOwn, type ServiceRecord, serviceName } from './service-record.ts';
import { shellLine } from './shell-word.ts';

type Installed = Pick<
  ServiceRecord,
  'role' | 'manager' | 'isTimer' | 'profile' | 'user' | 'program'
>;

const isOfMachine = ({ manager }: Pick<Installed, 'manager'>): boolean =>
  manager === 'systemd-system' || manager === 'launchd-daemon';

/** What is typed to install a service again where it was and for whom it was: with fewer words another might be installed beside it. */
export function installAgain(service: Installed): string {
  const { role, isTimer, profile, user } = service;
  const place = isOfMachine(service) ? ' --system' : ' --user';
  const asRoot = isOfMachine(service) && user === 'root' ? ' --run-as root' : '';
  const more = isTimer ? ' --timer' : dashboardWords(service);
  return typed(service, `service install ${role}${place}${asRoot}${more}${profileOption(profile)}`);
}

function dashboardWords({ role, program }: Installed): string {
  if (role !== 'dashboard') return '';
  const at = program.indexOf('--port');
  const port = at < 0 ? '' : ` --port ${program[at + 1]}`;
  return `${mayOwn({ role, program }) ? ' --schedule' : ''}${port}`;
}

/** What is typed so that another service stands by for this one: the rule names it after this one, then it is installed. */
export function standBehind(service: Installed & Service): string {
  const { manager, profile, isTimer } = service;
  const role = service.role === 'gateway' ? 'runner' : 'gateway';
  const second = { ...service, role, program: [] } as const;
  const unit = serviceName(manager, { role, profile, isTimer });
  const rule = [serviceText(service), '--then', `service ${serviceText({ manager, unit })}`];
  const appoint = shellLine(['cronkeeper', 'owner', 'appoint', 'service', ...rule]);
  return `${appoint}${profileOption(profile)} and ${installAgain(second)}`;
}

/** What is typed to start a service that is installed. */
export const startAgain = (service: Omit<Installed, 'program'>): string =>
  typed(service, `service start ${service.role}${profileOption(service.profile)}`);

/** Services of the machine are root's to change, whoever they run as. */
const typed = (service: Omit<Installed, 'program'>, words: string): string =>
  isOfMachine(service) && service.user !== 'root'
    ? `sudo cronkeeper ${words}`
    : `cronkeeper ${words}`;
