import { profileOption } from './refusal.ts';
import { mayOwn, type ServiceRecord } from './service-record.ts';

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

/** What is typed to start a service that is installed. */
export const startAgain = (service: Omit<Installed, 'program'>): string =>
  typed(service, `service start ${service.role}${profileOption(service.profile)}`);

/** Services of the machine are root's to change, whoever they run as. */
const typed = (service: Omit<Installed, 'program'>, words: string): string =>
  isOfMachine(service) && service.user !== 'root'
    ? `sudo cronkeeper ${words}`
    : `cronkeeper ${words}`;
