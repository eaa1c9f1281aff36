import { profileOption } from './refusal.ts';
import type { ServiceRecord } from './service-record.ts';

type Installed = Pick<ServiceRecord, 'role' | 'manager' | 'isTimer' | 'profile' | 'user'>;

const isOfMachine = ({ manager }: Installed): boolean =>
  manager === 'systemd-system' || manager === 'launchd-daemon';

/** What is typed to install a service again where it was and for whom it was: with fewer words another might be installed beside it. */
export function installAgain(service: Installed): string {
  const { role, isTimer, profile, user } = service;
  const place = isOfMachine(service) ? ' --system' : ' --user';
  const asRoot = isOfMachine(service) && user === 'root' ? ' --run-as root' : '';
  const timer = isTimer ? ' --timer' : '';
  return typed(
    service,
    `service install ${role}${place}${asRoot}${timer}${profileOption(profile)}`,
  );
}

/** What is typed to start a service that is installed. */
export const startAgain = (service: Installed): string =>
  typed(service, `service start ${service.role}${profileOption(service.profile)}`);

/** Services of the machine are root's to change, whoever they run as. */
const typed = (service: Installed, words: string): string =>
  isOfMachine(service) && service.user !== 'root'
    ? `sudo cronkeeper ${words}`
    : `cronkeeper ${words}`;
