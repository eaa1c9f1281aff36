import { argument, flag, ownFlag } from '../flag.ts';
import type { Flag } from '../spec.ts';

/** How fields are typed that several verbs share. */

export const jobArgument = argument('JOB', 'name or id of a job', { completes: 'jobs' });

export const runArgument = argument('RUN', 'id of a run', { completes: 'runs' });

export const allProfiles = flag('-A, --all-profiles', 'of every profile of this home');

export const revision = flag('--revision N', 'refuse unless this is still the revision');

export const reason = flag('--reason TEXT', 'why; kept in the history');

export const queue = flag('--queue[=DURATION]', 'keep the request when nobody can run it now (1h)');

export const wait = ownFlag('--wait[=DURATION]', 'follow it to its end; exit 0, 1, or 5 (1h)');

const label = 'What and when:';
const policy = 'Policy:';
const placed = 'Where and with what:';
const results = 'Results:';

/** Every field of a job, for add and edit. */
export const jobFlags: readonly Flag[] = [
  flag('--name TEXT', 'a label for the job', { heading: label }),
  flag('--tz ZONE', 'zone of the schedule, such as Europe/Berlin', {
    heading: label,
    also: ['timezone'],
  }),
  flag('--shell LINE', 'a line for /bin/sh instead of a command', { heading: label }),
  flag('--start TIME', 'no run before', { heading: label }),
  flag('--end TIME', 'no run at or after', { heading: label }),
  flag('--max-runs N', 'done after so many scheduled runs', { heading: label, also: ['repeat'] }),
  flag('--jitter DURATION', 'start a stable part of this later', { heading: label }),
  flag('--catch-up HOW', 'after downtime: none, latest, all or all(N)', { heading: policy }),
  flag('--grace DURATION', 'how late a start is still fine', { heading: policy }),
  flag('--overlap HOW', 'while it still runs: skip, queue, replace, allow', { heading: policy }),
  flag('--timeout DURATION', 'end a run after this (1h)', { heading: policy }),
  flag('--no-output-timeout DURATION', 'end a run that is silent for this long', {
    heading: policy,
  }),
  flag('--retries N', 'try again after a failure, at most N times', { heading: policy }),
  flag('--retry-delay DURATION', 'wait before the first retry; doubles (30s)', { heading: policy }),
  flag('--on-loss HOW', 'when an end cannot be known: report or rerun', { heading: policy }),
  flag('--cwd DIR', 'folder in which the command starts', { heading: placed, also: ['workdir'] }),
  flag('--env K=V...', 'environment of its runs; repeat for more', { heading: placed }),
  flag('--require K[=V]...', 'needs: role=, service=, readable=, command=, env=, …', {
    heading: placed,
  }),
  flag('--deliver TARGET...', 'where results go; repeat for more', { heading: results }),
  flag('--on-failure TARGET...', 'where failures go; repeat for more', {
    heading: results,
    also: ['failure-deliver'],
  }),
  flag('--ping URL', 'monitor that is told of each start and end', { heading: results }),
  flag('--output-limit BYTES', 'output kept of each run (10 MiB)', {
    kind: 'number',
    heading: results,
  }),
  flag('--http URL', '', { heading: results }),
  flag('--agent NAME', '', { heading: results }),
  flag('--model NAME', '', { heading: results }),
];

/** For people who know `hermes cron`: a script that is the job. */
export const scriptFlags: readonly Flag[] = [
  ownFlag('--script FILE', ''),
  ownFlag('--no-agent', ''),
];
