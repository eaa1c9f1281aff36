import { machineZone } from '../adapters/host/zone.ts';
import { isZone } from '../core/time-zone.ts';
import type { Known } from './setting-families.ts';
import {
  bytes,
  duration,
  model,
  monitor,
  networks,
  powerWords,
  profileName,
  targets,
  whole,
  zone,
} from './setting-readers.ts';

/** The zone of the machine. A TZ that names none leaves it without one; the system then keeps UTC, and so does a new job. */
function localZone(): string {
  const named = machineZone(process.env);
  return named !== null && isZone(named) ? named : 'UTC';
}

/** Every setting that has a name of ours, in the order in which they are shown. */
export const known: readonly Known[] = [
  {
    name: 'profile',
    unit: '',
    summary: 'The profile that is meant when none is named.',
    default: 'default',
    read: profileName,
  },
  {
    name: 'zone',
    unit: '',
    summary: 'The time zone of new jobs that do not name one.',
    default: localZone(),
    read: zone,
  },
  {
    name: 'model',
    unit: '',
    summary: 'The model of new agent jobs that do not name one, as PROVIDER/MODEL.',
    default: 'none',
    read: model,
  },
  {
    name: 'leaseTtl',
    unit: 'ms',
    summary: 'How long an owner may be silent before a standby replaces it.',
    default: 15_000,
    read: duration(1_000, 300_000),
  },
  {
    name: 'concurrency',
    unit: 'runs',
    summary: 'Runs at once in a profile.',
    default: 64,
    read: whole(1, 1_000),
  },
  {
    name: 'agentConcurrency',
    unit: 'runs',
    summary: 'Agents and calls at once in a profile, counted apart from commands.',
    default: 20,
    read: whole(1, 1_000),
  },
  {
    name: 'keepRunsFor',
    unit: 'ms',
    summary: 'Ended runs are kept so long.',
    default: 30 * 86_400_000,
    read: duration(60_000, 3_650 * 86_400_000),
  },
  {
    name: 'keepRuns',
    unit: 'runs',
    summary: 'Ended runs kept at most in a profile.',
    default: 100_000,
    read: whole(1, 100_000_000),
  },
  {
    name: 'keepOutput',
    unit: 'bytes',
    summary: 'Stored output kept at most in a profile.',
    default: 1024 ** 3,
    read: bytes,
  },
  {
    name: 'alerts',
    unit: '',
    summary: 'Where alerts go when a job names no target of its own; several with spaces between.',
    default: 'inbox',
    read: targets,
  },
  {
    name: 'deliverFor',
    unit: 'ms',
    summary: 'A message that is not taken is tried again for so long.',
    default: 86_400_000,
    read: duration(1_000, 30 * 86_400_000),
  },
  {
    name: 'deliveryTimeout',
    unit: 'ms',
    summary: 'One try of a message may last so long.',
    default: 30_000,
    read: duration(100, 30_000),
  },
  {
    name: 'privateTargets',
    unit: '',
    summary: 'Private addresses, networks or hosts that messages may go to.',
    default: 'none',
    read: networks,
  },
  {
    name: 'agentsMay',
    unit: '',
    summary:
      'What jobs of agents and the chat may do unapproved: command, shell, http, protected, or PROFILE/command for one profile.',
    default: 'none',
    read: powerWords,
  },
  {
    name: 'agentJobs',
    unit: 'jobs',
    summary: 'Jobs of agents and the chat in a profile that are not done, at most.',
    default: 20,
    read: whole(0, 100_000),
  },
  {
    name: 'agentDepth',
    unit: 'runs',
    summary: 'How many runs deep jobs may be made inside runs; 0: no run makes jobs.',
    default: 0,
    read: whole(0, 16),
  },
  {
    name: 'heartbeat',
    unit: '',
    summary: 'Address that the owner calls while it runs jobs; {profile} stands for its profile.',
    default: 'none',
    read: monitor,
  },
  {
    name: 'heartbeatEvery',
    unit: 'ms',
    summary: 'How often it calls there.',
    default: 60_000,
    read: duration(500, 86_400_000),
  },
];
