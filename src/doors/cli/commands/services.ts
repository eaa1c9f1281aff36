import { argument, ownFlag, type Verb, verbsOf } from '../flag.ts';

const actions = () => import('../actions/services.ts');

const role = argument('ROLE', 'runner (if none is named), gateway or dashboard', {
  isOptional: true,
  isDoors: true,
});

const where = [
  ownFlag('--system', 'of the machine; through sudo'),
  ownFlag('--user', 'of this user alone'),
  ownFlag('--run-as USER', 'whose jobs it runs, and as whom (who used sudo)'),
];

const shared = { operation: null, args: [role] } as const;

const setup: Verb = {
  path: ['setup'],
  operation: null,
  summary: 'Set up everything: a service from boot on, and your crontab',
  flags: [
    ownFlag('--yes', 'do it all without asking'),
    ...where,
    ownFlag('--no-crontab', 'leave the crontab as it is'),
  ],
  examples: ['cronkeeper setup', 'sudo cronkeeper setup --yes', 'cronkeeper setup --yes --user'],
  load: async () => (await import('../actions/setup.ts')).setup,
};

const install: Verb = {
  ...shared,
  path: ['service', 'install'],
  summary: 'Let the system keep a scheduler or a dashboard alive, from boot on',
  flags: [
    ...where,
    ownFlag('--timer', 'no process that stays: a timer ticks every minute'),
    ownFlag('--schedule', 'of a dashboard: let it run the jobs, too'),
    ownFlag('--port N', 'of a dashboard: where it answers'),
    ownFlag('--dry-run', 'only print the files'),
    ownFlag('--appoint', 'make it the owner, whoever a person appointed'),
    ownFlag('--reason TEXT', 'why; kept in the history'),
  ],
  examples: [
    'sudo cronkeeper service install runner',
    'cronkeeper service install runner --user -p la',
    'cronkeeper service install runner --timer --dry-run',
    'cronkeeper service install dashboard --user',
  ],
  load: async () => (await actions()).install,
};

const verb = (
  name: 'uninstall' | 'start' | 'stop' | 'restart' | 'status',
  summary: string,
): Verb => ({
  ...shared,
  path: ['service', name],
  summary,
  flags: where,
  examples: [`cronkeeper service ${name} runner`, `sudo cronkeeper service ${name} gateway -p la`],
  load: async () => (await actions())[name],
});

const logs: Verb = {
  ...shared,
  path: ['service', 'logs'],
  summary: 'Show what a service wrote',
  flags: [
    ...where,
    ownFlag('-n, --lines N', 'at most so many (100)'),
    ownFlag('-f, --follow', 'go on as it writes'),
  ],
  examples: ['cronkeeper service logs runner', 'cronkeeper service logs runner -n 20 -f'],
  load: async () => (await actions()).logs,
};

/** For the installer, which asks a home through this program as the user of the home. */
const record: Verb = {
  path: ['service', 'record'],
  operation: null,
  summary: 'Read or change what the home knows about its services',
  args: [
    argument('ACT', 'list, put or remove', { isDoors: true }),
    argument('SERVICE', '', { isDoors: true, isOptional: true }),
  ],
  isHidden: true,
  examples: [
    'cronkeeper service record list --json',
    'cronkeeper service record remove systemd-user/cronkeeper-la.service',
  ],
  load: async () => (await actions()).record,
};

export const serviceCommands = verbsOf('Services', [
  setup,
  install,
  verb('uninstall', 'Take a service away and leave all as it was'),
  verb('start', 'Start a service'),
  verb('stop', 'Stop a service and its runs'),
  verb('restart', 'Start a service anew; its runs go on'),
  verb('status', 'Say how a service stands'),
  logs,
  record,
]);
