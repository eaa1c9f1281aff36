import { argument, flag, ownFlag, verbsOf } from '../flag.ts';
import { allProfiles, reason } from './flags.ts';

const actions = () => import('../actions/truth.ts');

export const truthCommands = verbsOf('Truth', [
  {
    path: ['status'],
    operation: 'status',
    summary: 'Say whether jobs will run, and who runs them',
    flags: [allProfiles],
    examples: [
      'cronkeeper status',
      'cronkeeper status -v',
      'cronkeeper status --json || echo "exit $?"',
    ],
    load: async () => (await import('../actions/status.ts')).status,
  },
  {
    path: ['healthcheck'],
    operation: 'status',
    summary: 'End with 0 when jobs will run, else with 1',
    filled: ['allProfiles'],
    examples: ['cronkeeper healthcheck', 'cronkeeper healthcheck -p la'],
    load: async () => (await import('../actions/status.ts')).healthcheck,
  },
  {
    path: ['tonight'],
    operation: 'tonight',
    summary: 'Say whether every job of the next hours will run',
    flags: [flag('--until TIME', 'how far to look ahead: 8h, "tomorrow 7:00" (12h)')],
    examples: [
      'cronkeeper tonight',
      'cronkeeper tonight --until "tomorrow 9am" -p la',
      'cronkeeper tonight --json || echo "something will not run"',
    ],
    load: async () => (await actions()).tonight,
  },
  {
    path: ['morning'],
    operation: 'morning',
    summary: 'Say what became of the last hours, and what needs you',
    flags: [flag('--since TIME', 'how far to look back: 8h, "yesterday 18:00" (12h)')],
    examples: [
      'cronkeeper morning',
      'cronkeeper morning --since "yesterday 18:00"',
      'cronkeeper morning -p la --json',
    ],
    load: async () => (await actions()).morning,
  },
  {
    path: ['doctor'],
    operation: 'doctor',
    alternative: 'environment',
    summary: 'Look for problems and say what mends them',
    args: [
      argument('JOB', 'with --env: the job whose environment is meant', {
        isOptional: true,
        isDoors: true,
        completes: 'jobs',
      }),
    ],
    flags: [
      ownFlag('--fix', 'mend what can be mended without harm'),
      ownFlag('--env', 'show what a job sees in its environment, and where it comes from'),
    ],
    examples: [
      'cronkeeper doctor',
      'cronkeeper doctor --fix',
      'cronkeeper doctor -p la --json',
      'cronkeeper doctor --env',
    ],
    load: async () => (await import('../actions/doctor.ts')).doctor,
  },
  {
    path: ['owner', 'show'],
    operation: 'owner.show',
    summary: 'Show who may own the profile and who does',
    examples: ['cronkeeper owner', 'cronkeeper owner show -p la'],
    load: async () => (await actions()).ownerShow,
  },
  {
    path: ['owner', 'appoint'],
    operation: 'owner.appoint',
    summary: 'Appoint who may own the profile',
    args: [argument('RULE', 'auto, role ROLE, host MACHINE-ID or service MANAGER/NAME')],
    flags: [
      flag('--then RULE...', 'a standby; repeat for more, in order', { field: 'standbys' }),
      flag('--level LEVEL', 'proven, corroborated or claimed'),
      reason,
      flag('--force', 'end the present holder and its runs now'),
    ],
    takesExcess: true,
    examples: [
      'cronkeeper owner appoint service systemd-user/cronkeeper-la.service -p la',
      'cronkeeper owner appoint role gateway --then "role runner"',
      'cronkeeper owner appoint auto --reason "the server is gone"',
    ],
    load: async () => (await actions()).ownerAppoint,
  },
  {
    path: ['owner', 'handover'],
    operation: 'owner.handover',
    summary: 'Ask the holder to hand over',
    examples: ['cronkeeper owner handover', 'cronkeeper owner handover -p la'],
    load: async () => (await actions()).ownerHandover,
  },
  {
    path: ['owner', 'history'],
    operation: 'owner.history',
    summary: 'Show how ownership changed',
    flags: [
      flag('-n, --limit N', 'at most so many (50)'),
      flag('--before N', 'read on before this entry'),
    ],
    examples: ['cronkeeper owner history', 'cronkeeper owner history -n 5 --json'],
    load: async () => (await actions()).ownerHistory,
  },
  {
    path: ['owner', 'requests'],
    operation: 'requests.list',
    summary: 'List requests that wait for the owner',
    flags: [flag('-n, --limit N', 'at most so many (100)')],
    examples: ['cronkeeper owner requests', 'cronkeeper owner requests -p la --json'],
    load: async () => (await import('../actions/access.ts')).ownerRequests,
  },
]);
