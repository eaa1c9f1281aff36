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
      field: 'env',
      long: 'env',
      kind: 'flag',
      help: 'show what a job sees in its environment, and where it comes from',
      isDoors: true,
    },
  ],
  examples: ['cronkeeper doctor', 'cronkeeper doctor -p la --json', 'cronkeeper doctor --env'],
  load: async () => (await actions()).doctor,
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
  doctor,
  ownerShow,
  ownerAppoint,
  ownerHandover,
  ownerHistory,
];
