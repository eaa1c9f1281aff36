import { argument, flag, ownFlag, verbsOf } from '../flag.ts';
import { allProfiles, jobArgument, queue, runArgument, wait } from './flags.ts';

export const runCommands = verbsOf('Runs', [
  {
    path: ['runs'],
    operation: 'runs.list',
    summary: 'List decisions and runs, newest first',
    args: [{ ...jobArgument, isOptional: true }],
    flags: [
      flag('--state STATE', 'queued, running, ended, skipped, missed, refused'),
      flag('--outcome OUTCOME', 'succeeded, failed, timed_out, cancelled, unknown'),
      flag('-n, --limit N', 'at most so many (20)'),
      flag('--before RUN', 'read on before this run'),
      allProfiles,
    ],
    examples: [
      'cronkeeper runs',
      'cronkeeper runs report -n 5',
      'cronkeeper runs --outcome failed --json',
    ],
    load: async () => (await import('../actions/runs.ts')).list,
  },
  {
    path: ['logs'],
    operation: 'runs.logs',
    summary: 'Show the output of a run',
    args: [
      argument('RUN|JOB', 'a run, or a job for its newest run', {
        field: 'subject',
        completes: 'jobs',
      }),
    ],
    flags: [
      ownFlag('-f, --follow', 'go on until the run ends'),
      ownFlag('--raw', 'bytes as they are, also on a terminal'),
      flag('--attempt N', 'which attempt; else the newest'),
      flag('--from-byte N', 'where to begin (0)'),
      flag('--max-bytes N', 'how much is read at once'),
    ],
    examples: [
      'cronkeeper logs report',
      'cronkeeper logs report -f',
      'cronkeeper logs report --raw > output.log',
    ],
    load: async () => (await import('../actions/logs.ts')).logs,
  },
  {
    path: ['transcript'],
    operation: 'runs.transcript',
    summary: 'Show what an agent did in a run, and what it used',
    args: [
      argument('RUN|JOB', 'a run, or a job for its newest run', {
        field: 'subject',
        completes: 'jobs',
      }),
    ],
    flags: [
      flag('--attempt N', 'which attempt; else the newest'),
      flag('--after N', 'how many entries to leave out'),
      flag('--limit N', 'at most so many (200)'),
    ],
    examples: ['cronkeeper transcript summary', 'cronkeeper transcript summary --json'],
    load: async () => (await import('../actions/runs.ts')).transcript,
  },
  {
    path: ['cancel'],
    operation: 'runs.cancel',
    summary: 'End a run; without an owner the next one does (exit 4)',
    args: [runArgument],
    examples: ['cronkeeper cancel 01JZ0000000000000000000000', 'cronkeeper runs --state running'],
    load: async () => (await import('../actions/runs.ts')).cancel,
  },
  {
    path: ['retry'],
    operation: 'runs.retry',
    summary: 'Run again what a run did',
    args: [runArgument],
    flags: [queue, wait],
    examples: [
      'cronkeeper retry 01JZ0000000000000000000000',
      'cronkeeper retry 01JZ0000000000000000000000 --wait=10m',
    ],
    load: async () => (await import('../actions/run.ts')).retry,
  },
]);
