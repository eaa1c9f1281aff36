import { serviceText } from './eligibility.ts';
import type { Service } from './provenance.ts';
import { profileOption } from './refusal.ts';
import { mayOwn, type ServiceRecord, serviceName } from './service-record.ts';
import { shellLine, shellWord } from './shell-word.ts';

type Installed = Pick<
  ServiceRecord,
  'role' | 'manager' | 'isTimer' | 'profile' | 'user' | 'program'
>;

const isOfMachine = ({ manager }: Pick<Installed, 'manager'>): boolean =>
  manager === 'systemd-system' || manager === 'launchd-daemon';

/** What is typed to install a service again where it was and for whom it was: with fewer words another might be installed beside it. */
export function installAgain(service: Installed): string {
  const { role, profile, user } = service;
  const home = homeOption(service);
  const place = isOfMachine(service) ? ' --system' : ' --user';
  // Who used sudo need not be the one whose jobs it runs.
  const runAs = isOfMachine(service) ? ` --run-as ${shellWord(user)}` : '';
  const more = ownOptions(service).map((word) => ` ${word}`);
  const option = profileOption(profile);
  return typed(service, `service install ${role}${place}${runAs}${more.join('')}${option}${home}`);
}

/** Beside the folder that bears the user's name nobody can tell from here what is usual, so there the home is named. */
function homeOption({ program, user }: Pick<Installed, 'program' | 'user'>): string {
  const at = program.indexOf('--home');
  const home = program[at + 1];
  if (at < 0 || home === undefined || home.endsWith(`/${user}/.cronkeeper`)) return '';
  return ` --home ${shellWord(home)}`;
}

/** The options that a service of this role was installed with. */
export function ownOptions({
  role,
  isTimer,
  program,
}: Pick<Installed, 'role' | 'isTimer' | 'program'>): readonly string[] {
  if (isTimer) return ['--timer'];
  if (role !== 'dashboard') return [];
  const at = program.indexOf('--port');
  const port = at < 0 ? [] : ['--port', program[at + 1] ?? ''];
  return [...(mayOwn({ role, program }) ? ['--schedule'] : []), ...port];
}

/** What root types to set up what a user may not; sudo looks in other folders. */
export function setUpAsRoot(asked: {
  /** An absolute path. */
  readonly launcher: string;
  readonly profile: string | null;
  readonly home: string | null;
  readonly runAs: string | null;
}): string {
  const { launcher, profile, home, runAs } = asked;
  const named = [
    ...(profile === null ? [] : ['-p', profile]),
    ...(home === null ? [] : ['--home', home]),
    ...(runAs === null ? [] : ['--run-as', runAs]),
  ];
  return shellLine(['sudo', launcher, 'setup', ...named]);
}

/** What is typed so that another service stands by for this one: the rule names it after this one, then it is installed. */
export function standBehind(service: Installed & Service): string {
  const { manager, profile, isTimer } = service;
  const role = service.role === 'gateway' ? 'runner' : 'gateway';
  const second = { ...service, role } as const;
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
