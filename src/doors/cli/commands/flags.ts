import type { Flag, Positional } from '../spec.ts';

/** How fields are typed that several verbs share. */

export const jobArgument: Positional = {
  name: 'JOB',
  field: 'job',
  help: 'name or id of a job',
  completes: 'jobs',
};

export const runArgument: Positional = {
  name: 'RUN',
  field: 'run',
  help: 'id of a run',
  completes: 'runs',
};

export const allProfiles: Flag = {
  field: 'allProfiles',
  long: 'all-profiles',
  short: 'A',
  kind: 'flag',
  help: 'of every profile of this home',
};

export const revision: Flag = {
  field: 'revision',
  long: 'revision',
  kind: 'number',
  value: 'N',
  help: 'refuse unless this is still the revision',
};

export const reason: Flag = {
  field: 'reason',
  long: 'reason',
  kind: 'text',
  value: 'TEXT',
  help: 'why; kept in the history',
};

export const queue: Flag = {
  field: 'queue',
  long: 'queue',
  kind: 'optional',
  value: 'DURATION',
  help: 'keep the request when nobody can run it now (1h)',
};

export const wait: Flag = {
  field: 'wait',
  long: 'wait',
  kind: 'optional',
  value: 'DURATION',
  help: 'follow it to its end; exit 0, 1, or 5 (1h)',
  isDoors: true,
};

const label = 'What and when:';
const policy = 'Policy:';
const placed = 'Where and with what:';
const results = 'Results:';

/** Every field of a job, for add and edit. */
export const jobFlags: readonly Flag[] = [
  {
    field: 'name',
    long: 'name',
    kind: 'text',
    value: 'TEXT',
    help: 'a label for the job',
    heading: label,
  },
  {
    field: 'tz',
    long: 'tz',
    kind: 'text',
    value: 'ZONE',
    help: 'zone of the schedule, such as Europe/Berlin',
    heading: label,
    also: ['timezone'],
  },
  {
    field: 'shell',
    long: 'shell',
    kind: 'text',
    value: 'LINE',
    help: 'a line for /bin/sh instead of a command',
    heading: label,
  },
  {
    field: 'start',
    long: 'start',
    kind: 'text',
    value: 'TIME',
    help: 'no run before',
    heading: label,
  },
  {
    field: 'end',
    long: 'end',
    kind: 'text',
    value: 'TIME',
    help: 'no run at or after',
    heading: label,
  },
  {
    field: 'maxRuns',
    long: 'max-runs',
    kind: 'number',
    value: 'N',
    help: 'done after so many scheduled runs',
    heading: label,
    also: ['repeat'],
  },
  {
    field: 'jitter',
    long: 'jitter',
    kind: 'text',
    value: 'DURATION',
    help: 'start a stable part of this later',
    heading: label,
  },
  {
    field: 'catchUp',
    long: 'catch-up',
    kind: 'text',
    value: 'HOW',
    help: 'after downtime: none, latest, all or all(N)',
    heading: policy,
  },
  {
    field: 'grace',
    long: 'grace',
    kind: 'text',
    value: 'DURATION',
    help: 'how late a start is still fine',
    heading: policy,
  },
  {
    field: 'overlap',
    long: 'overlap',
    kind: 'text',
    value: 'HOW',
    help: 'while it still runs: skip, queue, replace, allow',
    heading: policy,
  },
  {
    field: 'timeout',
    long: 'timeout',
    kind: 'text',
    value: 'DURATION',
    help: 'end a run after this (1h)',
    heading: policy,
  },
  {
    field: 'noOutputTimeout',
    long: 'no-output-timeout',
    kind: 'text',
    value: 'DURATION',
    help: 'end a run that is silent for this long',
    heading: policy,
  },
  {
    field: 'retries',
    long: 'retries',
    kind: 'number',
    value: 'N',
    help: 'try again after a failure, at most N times',
    heading: policy,
  },
  {
    field: 'retryDelay',
    long: 'retry-delay',
    kind: 'text',
    value: 'DURATION',
    help: 'wait before the first retry; doubles (30s)',
    heading: policy,
  },
  {
    field: 'onLoss',
    long: 'on-loss',
    kind: 'text',
    value: 'HOW',
    help: 'when an end cannot be known: report or rerun',
    heading: policy,
  },
  {
    field: 'cwd',
    long: 'cwd',
    kind: 'text',
    value: 'DIR',
    help: 'folder in which the command starts',
    heading: placed,
    also: ['workdir'],
  },
  {
    field: 'env',
    long: 'env',
    kind: 'list',
    value: 'K=V',
    help: 'environment of its runs; repeat for more',
    heading: placed,
  },
  {
    field: 'require',
    long: 'require',
    kind: 'list',
    value: 'K[=V]',
    help: 'needs: role=, service=, readable=, command=, env=, …',
    heading: placed,
  },
  {
    field: 'deliver',
    long: 'deliver',
    kind: 'list',
    value: 'TARGET',
    help: 'where results go; repeat for more',
    heading: results,
  },
  {
    field: 'onFailure',
    long: 'on-failure',
    kind: 'list',
    value: 'TARGET',
    help: 'where failures go; repeat for more',
    heading: results,
    also: ['failure-deliver'],
  },
  {
    field: 'ping',
    long: 'ping',
    kind: 'text',
    value: 'URL',
    help: 'monitor that is told of each start and end',
    heading: results,
  },
  {
    field: 'outputLimit',
    long: 'output-limit',
    kind: 'number',
    value: 'BYTES',
    help: 'output kept of each run (10 MiB)',
    heading: results,
  },
  {
    field: 'http',
    long: 'http',
    kind: 'text',
    value: 'URL',
    help: '',
    heading: results,
  },
  {
    field: 'agent',
    long: 'agent',
    kind: 'text',
    value: 'NAME',
    help: '',
    heading: results,
  },
  {
    field: 'model',
    long: 'model',
    kind: 'text',
    value: 'NAME',
    help: '',
    heading: results,
  },
];

/** For people who know `hermes cron`: a script that is the job. */
export const scriptFlags: readonly Flag[] = [
  { field: 'script', long: 'script', kind: 'text', value: 'FILE', help: '', isDoors: true },
  { field: 'noAgent', long: 'no-agent', kind: 'flag', help: '', isDoors: true },
];
