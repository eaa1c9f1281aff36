import type { CommandSpec } from '../spec.ts';
import {
  allProfiles,
  jobArgument,
  jobFlags,
  queue,
  reason,
  revision,
  scriptFlags,
  wait,
} from './flags.ts';

const actions = () => import('../actions/jobs.ts');

const add: CommandSpec = {
  path: ['add'],
  operation: 'jobs.add',
  group: 'Jobs',
  summary: 'Add a job',
  args: [
    {
      name: 'WHEN',
      field: 'when',
      help: 'one argument: "every weekday at 9am", "0 9 * * 1-5", "in 2h"',
    },
    {
      name: 'PROMPT',
      field: 'prompt',
      help: 'what an agent is asked (not in this build yet)',
      isOptional: true,
    },
  ],
  flags: [
    ...jobFlags,
    ...scriptFlags,
    {
      field: 'key',
      long: 'key',
      kind: 'text',
      value: 'KEY',
      help: 'the same key again answers the same job',
      heading: 'Adding:',
    },
    {
      field: 'paused',
      long: 'paused',
      kind: 'flag',
      help: 'add it without letting it fire',
      heading: 'Adding:',
    },
    {
      field: 'pausedReason',
      long: 'paused-reason',
      kind: 'text',
      value: 'TEXT',
      help: 'why it is paused',
      heading: 'Adding:',
    },
    {
      field: 'strict',
      long: 'strict',
      kind: 'flag',
      help: 'store nothing unless it will run (exit 4)',
      heading: 'Adding:',
    },
  ],
  filled: ['command'],
  takesCommand: true,
  takesExcess: true,
  examples: [
    'cronkeeper add "every weekday at 9am" --name report -- ./report.sh',
    'cronkeeper add "0 9 * * 1-5" --tz Europe/Berlin -- node report.js --all',
    'cronkeeper add "every 30m" --shell "df -h | tail -1" --retries 2',
    'cronkeeper add "in 2 hours" --strict -- ./once.sh',
  ],
  load: async () => (await actions()).add,
};

const list: CommandSpec = {
  path: ['list'],
  operation: 'jobs.list',
  group: 'Jobs',
  summary: 'List jobs',
  args: [],
  flags: [
    {
      field: 'state',
      long: 'state',
      kind: 'text',
      value: 'STATE',
      help: 'only enabled, paused or done',
    },
    {
      field: 'search',
      long: 'search',
      kind: 'text',
      value: 'WORDS',
      help: 'words of a name, an id or a command',
    },
    { field: 'limit', long: 'limit', kind: 'number', value: 'N', help: 'at most so many (100)' },
    { field: 'after', long: 'after', kind: 'text', value: 'ID', help: 'read on after this job' },
    allProfiles,
    { field: 'all', long: 'all', kind: 'flag', help: '', isDoors: true },
  ],
  examples: ['cronkeeper list', 'cronkeeper list --state paused', 'cronkeeper list -A --json'],
  load: async () => (await actions()).list,
};

const show: CommandSpec = {
  path: ['show'],
  operation: 'jobs.show',
  alternative: 'runs.show',
  group: 'Jobs',
  summary: 'Show a job with its recent runs, or a run with its attempts',
  args: [{ ...jobArgument, name: 'JOB|RUN', help: 'name or id of a job, or id of a run' }],
  flags: [],
  examples: ['cronkeeper show report', 'cronkeeper show 01JZ0000000000000000000000 --json'],
  load: async () => (await actions()).show,
};

const edit: CommandSpec = {
  path: ['edit'],
  operation: 'jobs.edit',
  group: 'Jobs',
  summary: 'Change a job; without options in your editor',
  args: [jobArgument],
  flags: [
    {
      field: 'when',
      long: 'when',
      kind: 'text',
      value: 'WHEN',
      help: 'a new schedule',
      heading: 'What and when:',
      also: ['schedule'],
    },
    {
      field: 'prompt',
      long: 'prompt',
      kind: 'text',
      value: 'TEXT',
      help: 'what an agent is asked (not in this build yet)',
      heading: 'What and when:',
    },
    ...jobFlags,
    ...scriptFlags,
    revision,
  ],
  filled: ['command'],
  takesCommand: true,
  examples: [
    'cronkeeper edit report --when "every day at 8am"',
    'cronkeeper edit report -- ./report.sh --short',
    'cronkeeper edit report --grace none --max-runs none',
    'cronkeeper edit report',
  ],
  load: async () => (await import('../actions/edit.ts')).edit,
};

const pause: CommandSpec = {
  path: ['pause'],
  operation: 'jobs.pause',
  group: 'Jobs',
  summary: 'Pause a job until it is resumed',
  args: [jobArgument],
  flags: [reason, revision],
  examples: ['cronkeeper pause report', 'cronkeeper pause report --reason "holidays"'],
  load: async () => (await actions()).pause,
};

const resume: CommandSpec = {
  path: ['resume'],
  operation: 'jobs.resume',
  group: 'Jobs',
  summary: 'Let a paused job fire again, from now on',
  args: [jobArgument],
  flags: [revision],
  examples: ['cronkeeper resume report', 'cronkeeper resume report --json'],
  load: async () => (await actions()).resume,
};

const remove: CommandSpec = {
  path: ['remove'],
  operation: 'jobs.remove',
  group: 'Jobs',
  summary: 'Remove a job; its history stays',
  args: [jobArgument],
  flags: [revision],
  examples: ['cronkeeper remove report', 'cronkeeper remove 01JZ0000000000000000000000'],
  load: async () => (await actions()).remove,
};

const run: CommandSpec = {
  path: ['run'],
  operation: 'jobs.run',
  group: 'Jobs',
  summary: 'Ask the owner to run a job now',
  args: [jobArgument],
  flags: [queue, wait],
  examples: [
    'cronkeeper run report',
    'cronkeeper run report --wait',
    'cronkeeper run report --queue=2h',
  ],
  load: async () => (await import('../actions/run.ts')).run,
};

const next: CommandSpec = {
  path: ['next'],
  operation: 'jobs.next',
  group: 'Jobs',
  summary: 'Show when a job or a schedule fires next',
  args: [
    {
      name: 'JOB|WHEN',
      field: 'subject',
      help: 'a job, or a schedule as for add',
      completes: 'jobs',
    },
  ],
  flags: [
    {
      field: 'count',
      long: 'count',
      short: 'n',
      kind: 'number',
      value: 'N',
      help: 'how many times (5)',
    },
    { field: 'tz', long: 'tz', kind: 'text', value: 'ZONE', help: 'zone of the schedule' },
  ],
  examples: ['cronkeeper next report', 'cronkeeper next "0 2 * * *" --tz Europe/Berlin -n 10'],
  load: async () => (await actions()).next,
};

const why: CommandSpec = {
  path: ['why'],
  operation: 'jobs.why',
  group: 'Jobs',
  summary: 'Say why a job ran or did not run',
  args: [
    jobArgument,
    { name: 'TIME', field: 'time', help: 'which occurrence; else the latest', isOptional: true },
  ],
  flags: [],
  examples: ['cronkeeper why report', 'cronkeeper why report "2026-11-23 09:00"'],
  load: async () => (await actions()).why,
};

export const jobCommands: readonly CommandSpec[] = [
  add,
  list,
  show,
  edit,
  pause,
  resume,
  remove,
  run,
  next,
  why,
];
