import { spaceOn, spaceWords } from './disk-space.ts';
import { type Finding, fine, problem, warning } from './finding.ts';
import type { Instant } from './instant.ts';
import type { DiskFacts, MachineFacts } from './machine-facts.ts';
import { grantWords, judgeNodePlace } from './node-place.ts';
import { advice } from './refusal.ts';

/** What the facts of a machine mean for scheduled work: one finding for each check, in the order of the list. */
export const judgeMachine = (facts: MachineFacts, now: Instant): readonly Finding[] => [
  judgeNode(facts),
  judgeZoneData(facts, now),
  judgeWsl(facts),
  judgeContainer(facts),
  judgeDisk(facts.disk),
  ...(facts.platform === 'darwin' ? [judgeGrant(facts)] : []),
];

const leastNode = '24.15.0';
const leastSqlite = '3.51.3';

/** Compares versions number by number; what is no number counts as 0. */
export function isOlder(version: string, least: string): boolean {
  const numbersOf = (text: string): readonly number[] => text.split(/[.-]/).map(Number);
  const numbers = numbersOf(version);
  for (const [index, wanted] of numbersOf(least).entries()) {
    const number = numbers[index] || 0;
    if (number !== wanted) return number < wanted;
  }
  return false;
}

export function judgeNode({ node }: Pick<MachineFacts, 'node'>): Finding {
  return isOlder(node.version, leastNode)
    ? problem(
        'node',
        `Node ${node.version} (${node.path}) is too old.`,
        advice(`Install Node ${leastNode} or newer: https://nodejs.org`),
      )
    : fine('node', `Node ${node.version}.`);
}

/** Versions before this one can lose what was committed. */
export function judgeSqlite(version: string): Finding {
  return isOlder(version, leastSqlite)
    ? problem(
        'sqlite',
        `SQLite ${version} can lose what was written.`,
        advice(`Use a Node that brings SQLite ${leastSqlite} or newer.`),
      )
    : fine('sqlite', `SQLite ${version}.`);
}

/** Governments change their rules a few times a year; data of the year before last misses some of them. */
const keptYears = 1;

export function judgeZoneData({ zoneData }: Pick<MachineFacts, 'zoneData'>, now: Instant): Finding {
  const year = Number(/^(\d{4})/.exec(zoneData ?? '')?.[1] ?? Number.NaN);
  const update = advice('Update Node: it brings the rules of time zones along.');
  if (Number.isNaN(year))
    return warning('zone-data', 'It is not known how old the rules of time zones are.', update);
  return year < new Date(now).getUTCFullYear() - keptYears
    ? warning('zone-data', `The rules of time zones are of ${zoneData}.`, update)
    : fine('zone-data', `The rules of time zones are of ${zoneData}.`);
}

export function judgeWsl({ isWsl }: Pick<MachineFacts, 'isWsl'>): Finding {
  return isWsl
    ? warning(
        'wsl',
        'This Linux runs inside Windows (WSL), which stops it some time after its last window is closed; then nothing runs.',
        advice(
          'Let the Task Scheduler of Windows start it at logon: wsl.exe --exec sleep infinity. Use a service of the system, not of the user.',
        ),
      )
    : fine('wsl', 'This is not WSL.');
}

export function judgeContainer({ container }: Pick<MachineFacts, 'container'>): Finding {
  if (container === null) return fine('container', 'This is not a container.');
  const name = container.kind === 'container' ? 'a container' : `a container (${container.kind})`;
  if (container.init === 'node')
    return warning(
      'container',
      `This is ${name}, and its process 1 is Node, which leaves the remains of orphaned processes until no more can be made.`,
      advice(
        'Let bin/cronkeeper be the entry point of the image, or give the container an init (--init).',
      ),
    );
  if (container.init === 'manager')
    return fine('container', `This is ${name} with a service manager of its own.`);
  return fine(
    'container',
    `This is ${name}. No service manager vouches for the owner here, so its provenance is "corroborated" at most. That means: the kernel shows that the container was started for it, and nobody confirms it.`,
  );
}

/** Only the person can grant it, and only to an executable; so the right one has to be named. */
function judgeGrant({ node }: MachineFacts): Finding {
  const { path, why } = judgeNodePlace(node.path);
  const who = `Jobs that read protected files need Full Disk Access for ${node.path}`;
  if (why === null)
    return fine('full-disk-access', `${who}, and a service keeps it. ${grantWords(path)}`);
  return warning(
    'full-disk-access',
    `${who}, but ${why}.`,
    advice(
      'Install Node from https://nodejs.org (/usr/local/bin/node), then install the service again.',
    ),
  );
}

export function judgeDisk(disk: DiskFacts | null): Finding {
  if (disk === null)
    return warning(
      'disk',
      'It cannot be found out how much space is left for the home.',
      advice('Look at it: df -h'),
    );
  const free = spaceWords(disk);
  const room = advice('Free some space on that disk, or keep less: cronkeeper config list.');
  const space = spaceOn(disk);
  if (space === 'full' || space === 'short') return problem('disk', `Only ${free}.`, room);
  if (disk.kind !== 'kept')
    return warning(
      'disk',
      disk.kind === 'memory'
        ? 'The home lies in memory: jobs and history are gone when the machine restarts.'
        : 'The home lies in the container itself: jobs and history are gone with the container.',
      advice('Keep the home on a disk or a volume that stays: --home /path/to/folder'),
    );
  if (space === 'low') return warning('disk', `Only ${free}.`, room);
  return fine('disk', `${free}.`);
}
