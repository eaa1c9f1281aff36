import type { CommandSpec, Flag, Positional } from '../spec.ts';

const actions = () => import('../actions/services.ts');

const role: Positional = {
  name: 'ROLE',
  field: 'role',
  help: 'runner (if none is named), gateway or dashboard',
  isOptional: true,
  isDoors: true,
};

const where: readonly Flag[] = [
  {
    field: 'system',
    long: 'system',
    kind: 'flag',
    help: 'of the machine; through sudo',
    isDoors: true,
  },
  { field: 'user', long: 'user', kind: 'flag', help: 'of this user alone', isDoors: true },
  {
    field: 'runAs',
    long: 'run-as',
    kind: 'text',
    value: 'USER',
    help: 'whose jobs it runs, and as whom (who used sudo)',
    isDoors: true,
  },
];

const shared = { operation: null, group: 'Services', args: [role] } as const;

const setup: CommandSpec = {
  path: ['setup'],
  operation: null,
  group: 'Services',
  args: [],
  summary: 'Set up everything: a service from boot on, and your crontab',
  flags: [
    { field: 'yes', long: 'yes', kind: 'flag', help: 'do it all without asking', isDoors: true },
    ...where,
    {
      field: 'noCrontab',
      long: 'no-crontab',
      kind: 'flag',
      help: 'leave the crontab as it is',
      isDoors: true,
    },
  ],
  examples: ['cronkeeper setup', 'sudo cronkeeper setup --yes', 'cronkeeper setup --yes --user'],
  load: async () => (await import('../actions/setup.ts')).setup,
};

const install: CommandSpec = {
  ...shared,
  path: ['service', 'install'],
  summary: 'Let the system keep a scheduler or a dashboard alive, from boot on',
  flags: [
    ...where,
    {
      field: 'timer',
      long: 'timer',
      kind: 'flag',
      help: 'no process that stays: a timer ticks every minute',
      isDoors: true,
    },
    {
      field: 'schedule',
      long: 'schedule',
      kind: 'flag',
      help: 'of a dashboard: let it run the jobs, too',
      isDoors: true,
    },
    {
      field: 'port',
      long: 'port',
      kind: 'number',
      value: 'N',
      help: 'of a dashboard: where it answers',
      isDoors: true,
    },
    {
      field: 'dryRun',
      long: 'dry-run',
      kind: 'flag',
      help: 'only print the files',
      isDoors: true,
    },
    {
      field: 'appoint',
      long: 'appoint',
      kind: 'flag',
      help: 'make it the owner, whoever a person appointed',
      isDoors: true,
    },
    {
      field: 'reason',
      long: 'reason',
      kind: 'text',
      value: 'TEXT',
      help: 'why; kept in the history',
      isDoors: true,
    },
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
): CommandSpec => ({
  ...shared,
  path: ['service', name],
  summary,
  flags: where,
  examples: [`cronkeeper service ${name} runner`, `sudo cronkeeper service ${name} gateway -p la`],
  load: async () => (await actions())[name],
});

const logs: CommandSpec = {
  ...shared,
  path: ['service', 'logs'],
  summary: 'Show what a service wrote',
  flags: [
    ...where,
    {
      field: 'lines',
      long: 'lines',
      short: 'n',
      kind: 'number',
      value: 'N',
      help: 'at most so many (100)',
      isDoors: true,
    },
    {
      field: 'follow',
      long: 'follow',
      short: 'f',
      kind: 'flag',
      help: 'go on as it writes',
      isDoors: true,
    },
  ],
  examples: ['cronkeeper service logs runner', 'cronkeeper service logs runner -n 20 -f'],
  load: async () => (await actions()).logs,
};

/** For the installer, which asks a home through this program as the user of the home. */
const record: CommandSpec = {
  path: ['service', 'record'],
  operation: null,
  group: 'Services',
  summary: 'Read or change what the home knows about its services',
  args: [
    { name: 'ACT', field: 'act', help: 'list, put or remove', isDoors: true },
    { name: 'SERVICE', field: 'service', help: '', isDoors: true, isOptional: true },
  ],
  flags: [],
  isHidden: true,
  examples: [
    'cronkeeper service record list --json',
    'cronkeeper service record remove systemd-user/cronkeeper-la.service',
  ],
  load: async () => (await actions()).record,
};

export const serviceCommands: readonly CommandSpec[] = [
  setup,
  install,
  verb('uninstall', 'Take a service away and leave all as it was'),
  verb('start', 'Start a service'),
  verb('stop', 'Stop a service and its runs'),
  verb('restart', 'Start a service anew; its runs go on'),
  verb('status', 'Say how a service stands'),
  logs,
  record,
];
