import type { CommandSpec } from '../spec.ts';
import { allProfiles, reason } from './flags.ts';

const actions = () => import('../actions/truth.ts');

const status: CommandSpec = {
  path: ['status'],
  operation: 'status',
  group: 'Truth',
  summary: 'Say whether jobs will run, and who runs them',
  args: [],
  flags: [allProfiles],
  examples: [
    'cronkeeper status',
    'cronkeeper status -v',
    'cronkeeper status --json || echo "exit $?"',
  ],
  load: async () => (await actions()).status,
};

const healthcheck: CommandSpec = {
  path: ['healthcheck'],
  operation: 'status',
  group: 'Truth',
  summary: 'End with 0 when jobs will run, else with 1',
  args: [],
  flags: [],
  filled: ['allProfiles'],
  examples: ['cronkeeper healthcheck', 'cronkeeper healthcheck -p la'],
  load: async () => (await actions()).healthcheck,
};

const tonight: CommandSpec = {
  path: ['tonight'],
  operation: 'tonight',
  group: 'Truth',
  summary: 'Say whether every job of the next hours will run',
  args: [],
  flags: [
    {
      field: 'until',
      long: 'until',
      kind: 'text',
      value: 'TIME',
      help: 'how far to look ahead: 8h, "tomorrow 7:00" (12h)',
    },
  ],
  examples: [
    'cronkeeper tonight',
    'cronkeeper tonight --until "tomorrow 9am" -p la',
    'cronkeeper tonight --json || echo "something will not run"',
  ],
  load: async () => (await actions()).tonight,
};

const morning: CommandSpec = {
  path: ['morning'],
  operation: 'morning',
  group: 'Truth',
  summary: 'Say what became of the last hours, and what needs you',
  args: [],
  flags: [
    {
      field: 'since',
      long: 'since',
      kind: 'text',
      value: 'TIME',
      help: 'how far to look back: 8h, "yesterday 18:00" (12h)',
    },
  ],
  examples: [
    'cronkeeper morning',
    'cronkeeper morning --since "yesterday 18:00"',
    'cronkeeper morning -p la --json',
  ],
  load: async () => (await actions()).morning,
};

const doctor: CommandSpec = {
  path: ['doctor'],
  operation: 'doctor',
  alternative: 'environment',
  group: 'Truth',
  summary: 'Look for problems and say what mends them',
  args: [
    {
      name: 'JOB',
      field: 'job',
      help: 'with --env: the job whose environment is meant',
      isOptional: true,
      isDoors: true,
      completes: 'jobs',
    },
  ],
  flags: [
    {
      field: 'fix',
      long: 'fix',
      kind: 'flag',
      help: 'mend what can be mended without harm',
      isDoors: true,
    },
    {
      field: 'env',
      long: 'env',
      kind: 'flag',
      help: 'show what a job sees in its environment, and where it comes from',
      isDoors: true,
    },
  ],
  examples: [
    'cronkeeper doctor',
    'cronkeeper doctor --fix',
    'cronkeeper doctor -p la --json',
    'cronkeeper doctor --env',
  ],
  load: async () => (await import('../actions/doctor.ts')).doctor,
};

const ownerShow: CommandSpec = {
  path: ['owner', 'show'],
  operation: 'owner.show',
  group: 'Truth',
  summary: 'Show who may own the profile and who does',
  args: [],
  flags: [],
  examples: ['cronkeeper owner', 'cronkeeper owner show -p la'],
  load: async () => (await actions()).ownerShow,
};

const ownerAppoint: CommandSpec = {
  path: ['owner', 'appoint'],
  operation: 'owner.appoint',
  group: 'Truth',
  summary: 'Appoint who may own the profile',
  args: [
    {
      name: 'RULE',
      field: 'rule',
      help: 'auto, role ROLE, host MACHINE-ID or service MANAGER/NAME',
    },
  ],
  flags: [
    {
      field: 'standbys',
      long: 'then',
      kind: 'list',
      value: 'RULE',
      help: 'a standby; repeat for more, in order',
    },
    {
      field: 'level',
      long: 'level',
      kind: 'text',
      value: 'LEVEL',
      help: 'proven, corroborated or claimed',
    },
    reason,
    {
      field: 'force',
      long: 'force',
      kind: 'flag',
      help: 'end the present holder and its runs now',
    },
  ],
  takesExcess: true,
  examples: [
    'cronkeeper owner appoint service systemd-user/cronkeeper-la.service -p la',
    'cronkeeper owner appoint role gateway --then "role runner"',
    'cronkeeper owner appoint auto --reason "the server is gone"',
  ],
  load: async () => (await actions()).ownerAppoint,
};

const ownerHandover: CommandSpec = {
  path: ['owner', 'handover'],
  operation: 'owner.handover',
  group: 'Truth',
  summary: 'Ask the holder to hand over',
  args: [],
  flags: [],
  examples: ['cronkeeper owner handover', 'cronkeeper owner handover -p la'],
  load: async () => (await actions()).ownerHandover,
};

const ownerRequests: CommandSpec = {
  path: ['owner', 'requests'],
  operation: 'requests.list',
  group: 'Truth',
  summary: 'List requests that wait for the owner',
  args: [],
  flags: [
    {
      field: 'limit',
      long: 'limit',
      short: 'n',
      kind: 'number',
      value: 'N',
      help: 'at most so many (100)',
    },
  ],
  examples: ['cronkeeper owner requests', 'cronkeeper owner requests -p la --json'],
  load: async () => (await import('../actions/access.ts')).ownerRequests,
};

const ownerHistory: CommandSpec = {
  path: ['owner', 'history'],
  operation: 'owner.history',
  group: 'Truth',
  summary: 'Show how ownership changed',
  args: [],
  flags: [
    {
      field: 'limit',
      long: 'limit',
      short: 'n',
      kind: 'number',
      value: 'N',
      help: 'at most so many (50)',
    },
    {
      field: 'before',
      long: 'before',
      kind: 'number',
      value: 'N',
      help: 'read on before this entry',
    },
  ],
  examples: ['cronkeeper owner history', 'cronkeeper owner history -n 5 --json'],
  load: async () => (await actions()).ownerHistory,
};

export const truthCommands: readonly CommandSpec[] = [
  status,
  healthcheck,
  tonight,
  morning,
  doctor,
  ownerShow,
  ownerAppoint,
  ownerHandover,
  ownerHistory,
  ownerRequests,
];
