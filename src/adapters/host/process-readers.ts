import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, readlinkSync } from 'node:fs';
import { parseProcessStat } from '../../core/process-stat.ts';
import {
  type ProcessReader,
  parseMachineId,
  parsePlatformUuid,
  parsePsLine,
  type Sight,
} from './process-reading.ts';

/** Reads `/proc`. A process that only its owner may see (`hidepid`) is `hidden`, never `gone`. */
export const linuxReader: ProcessReader = {
  machineId: () => parseMachineId(readOrEmpty('/etc/machine-id')),
  bootId: () => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
  pidNamespace: () => readlinkSync('/proc/self/ns/pid').replace(/\D/g, ''),
  look: (pid) => lookIn(`/proc/${pid}/stat`, pid),
};

/**
 * Calls `act` while the process `pid` is held by its folder in `/proc`. `lookAgain` reads through that folder, so it
 * never shows a later process with the same pid: then it says `gone`.
 */
export function holdLinuxProcess<T>(pid: number, act: (lookAgain: () => Sight) => T): T | null {
  let folder: number;
  try {
    folder = openSync(`/proc/${pid}`, constants.O_RDONLY | constants.O_DIRECTORY);
  } catch {
    return null;
  }
  try {
    return act(() => lookIn(`/proc/self/fd/${folder}/stat`, pid));
  } finally {
    closeSync(folder);
  }
}

function lookIn(path: string, pid: number): Sight {
  try {
    const seen = parseProcessStat(readFileSync(path, 'utf8'));
    if (seen === null) return { kind: 'hidden' };
    return { kind: 'seen', startMark: seen.startMark, ended: seen.ended };
  } catch {
    return sightWithoutRecord(pid);
  }
}

/** Nothing is readable about the process: a signal that is not sent tells whether there is one. */
function sightWithoutRecord(pid: number): Sight {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH')
      return { kind: 'gone' };
  }
  return { kind: 'hidden' };
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function ask(command: string, args: readonly string[]): string {
  return execFileSync(command, args, {
    encoding: 'utf8',
    timeout: 2_000,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin:/usr/sbin:/sbin' },
  });
}

/** Asks `ps`, `sysctl` and `ioreg`. Start marks have a resolution of one second. Never run on a Mac. */
export const macReader: ProcessReader = {
  machineId() {
    try {
      return parsePlatformUuid(ask('ioreg', ['-rd1', '-c', 'IOPlatformExpertDevice']));
    } catch {
      // A machine that does not tell has none; the caller's own identifier stands in.
      return null;
    }
  },
  bootId: () => ask('sysctl', ['-n', 'kern.bootsessionuuid']).trim().toLowerCase(),
  pidNamespace: () => '',
  look(pid) {
    try {
      const seen = parsePsLine(ask('ps', ['-o', 'state=,lstart=', '-p', String(pid)]));
      if (seen) return { kind: 'seen', ...seen };
    } catch {
      // `ps` exits with 1 when there is no such process.
    }
    return sightWithoutRecord(pid);
  },
};
