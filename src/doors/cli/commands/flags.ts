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
const agent = 'An agent (with a prompt):';
const http = 'A call (instead of a command):';

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
  flag('--env K=V...', 'set a variable of its runs; repeat for more', { heading: placed }),
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
  flag('--agent NAME', 'built-in, claude, codex, hermes, openclaw, or command:LINE', {
    heading: agent,
  }),
  flag('--model PROVIDER/MODEL', 'which model it asks', { heading: agent }),
  flag('--tools TOOL...', 'what it may use: shell, read-file, fetch; repeat for more', {
    heading: agent,
  }),
  flag('--context-from JOB...', 'tell it the last success of a job; last: this one', {
    heading: agent,
  }),
  flag('--gate LINE', 'a line for /bin/sh; when it says nothing, nobody is asked', {
    heading: agent,
  }),
  flag('--max-tokens N', 'end a run that used so many', { heading: agent }),
  flag('--max-cost DOLLARS', 'end a run that cost so much, such as 0.25', {
    kind: 'amount',
    heading: agent,
  }),
  flag('--max-tool-calls N', 'end a run that used tools so often (50)', { heading: agent }),
  flag('--http ADDRESS', 'call it instead of a command: "POST https://…"; alone: GET', {
    heading: http,
  }),
  flag('--headers NAME:VALUE...', 'sent with it; repeat for more', {
    heading: http,
    also: ['header'],
  }),
  flag('--body TEXT', 'sent with it', { heading: http }),
  flag('--expect CODES', 'answers that are a success (2xx)', { heading: http }),
  flag('--allow HOST...', 'a private host or network that it may reach', { heading: http }),
  flag('--max-bytes BYTES', 'of the answer that are read', { kind: 'number', heading: http }),
];

/** Only of a job that is there. */
export const unsetEnv = flag('--unset-env NAME...', 'take a variable away; repeat for more', {
  heading: placed,
});

/** For people who know `hermes cron`: a script that is the job. */
export const scriptFlags: readonly Flag[] = [
  ownFlag('--script FILE', ''),
  ownFlag('--no-agent', ''),
];
