import type { CommandSpec } from '../spec.ts';
import { allProfiles, jobArgument, queue, runArgument, wait } from './flags.ts';

const runs: CommandSpec = {
  path: ['runs'],
  operation: 'runs.list',
  group: 'Runs',
  summary: 'List decisions and runs, newest first',
  args: [{ ...jobArgument, isOptional: true }],
  flags: [
    {
      field: 'state',
      long: 'state',
      kind: 'text',
      value: 'STATE',
      help: 'queued, running, ended, skipped, missed, refused',
    },
    {
      field: 'outcome',
      long: 'outcome',
      kind: 'text',
      value: 'OUTCOME',
      help: 'succeeded, failed, timed_out, cancelled, unknown',
    },
    {
      field: 'limit',
      long: 'limit',
      short: 'n',
      kind: 'number',
      value: 'N',
      help: 'at most so many (20)',
    },
    {
      field: 'before',
      long: 'before',
      kind: 'text',
      value: 'RUN',
      help: 'read on before this run',
    },
    allProfiles,
  ],
  examples: [
    'cronkeeper runs',
    'cronkeeper runs report -n 5',
    'cronkeeper runs --outcome failed --json',
  ],
  load: async () => (await import('../actions/runs.ts')).list,
};

const logs: CommandSpec = {
  path: ['logs'],
  operation: 'runs.logs',
  group: 'Runs',
  summary: 'Show the output of a run',
  args: [
    {
      name: 'RUN|JOB',
      field: 'subject',
      help: 'a run, or a job for its newest run',
      completes: 'jobs',
    },
  ],
  flags: [
    {
      field: 'follow',
      long: 'follow',
      short: 'f',
      kind: 'flag',
      help: 'go on until the run ends',
      isDoors: true,
    },
    {
      field: 'raw',
      long: 'raw',
      kind: 'flag',
      help: 'bytes as they are, also on a terminal',
      isDoors: true,
    },
    {
      field: 'attempt',
      long: 'attempt',
      kind: 'number',
      value: 'N',
      help: 'which attempt; else the newest',
    },
    {
      field: 'fromByte',
      long: 'from-byte',
      kind: 'number',
      value: 'N',
      help: 'where to begin (0)',
    },
    {
      field: 'maxBytes',
      long: 'max-bytes',
      kind: 'number',
      value: 'N',
      help: 'how much is read at once',
    },
  ],
  examples: [
    'cronkeeper logs report',
    'cronkeeper logs report -f',
    'cronkeeper logs report --raw > output.log',
  ],
  load: async () => (await import('../actions/logs.ts')).logs,
};

const cancel: CommandSpec = {
  path: ['cancel'],
  operation: 'runs.cancel',
  group: 'Runs',
  summary: 'End a run',
  args: [runArgument],
  flags: [],
  examples: ['cronkeeper cancel 01JZ0000000000000000000000', 'cronkeeper runs --state running'],
  load: async () => (await import('../actions/runs.ts')).cancel,
};

const retry: CommandSpec = {
  path: ['retry'],
  operation: 'runs.retry',
  group: 'Runs',
  summary: 'Run again what a run did',
  args: [runArgument],
  flags: [queue, wait],
  examples: [
    'cronkeeper retry 01JZ0000000000000000000000',
    'cronkeeper retry 01JZ0000000000000000000000 --wait=10m',
  ],
  load: async () => (await import('../actions/run.ts')).retry,
};

export const runCommands: readonly CommandSpec[] = [runs, logs, cancel, retry];
