import { type ProcessIdentity, sameProcess } from '../../core/provenance.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Life, ProcessTable } from '../../ports/host.ts';
import { holdLinuxProcess, linuxReader, macReader } from './process-readers.ts';
import type { ProcessReader, Sight } from './process-reading.ts';

/** The process table together with the way to name a process that is known by its pid. */
export type HostProcesses = ProcessTable & {
  /** Null when there is no such process, it has ended, or it may not be seen. */
  identify(pid: number): ProcessIdentity | null;
};

const pollMs = 5;

/**
 * What this machine tells about processes. A zombie counts as dead.
 *
 * @param options.fallbackMachineId asked where the machine has no identifier of its own, as in some containers; must be stable
 * @throws when the platform does not tell this boot or this process itself
 */
export function makeProcessTable(options: {
  readonly clock: Clock;
  readonly fallbackMachineId: () => string;
  readonly reader?: ProcessReader;
}): HostProcesses {
  const reader = options.reader ?? (process.platform === 'darwin' ? macReader : linuxReader);
  const here = {
    machineId: reader.machineId() ?? options.fallbackMachineId(),
    bootId: reader.bootId(),
    pidNamespace: reader.pidNamespace(),
  };
  const identify = (pid: number): ProcessIdentity | null => {
    if (!isPid(pid)) return null;
    const sight = reader.look(pid);
    if (sight.kind !== 'seen' || sight.ended) return null;
    return { ...here, pid, startMark: sight.startMark };
  };
  const self = identify(process.pid);
  if (!self) throw new Error('This process cannot be seen in the process table of the machine');
  const life = (identity: ProcessIdentity): Life => {
    const place = judgePlace(identity, here);
    if (place !== 'here') return place;
    return isPid(identity.pid) ? judgeSight(reader.look(identity.pid), identity) : 'dead';
  };

  const kill = async (identity: ProcessIdentity, withinMs: number): Promise<boolean> => {
    if (sameProcess(identity, self)) return false;
    const first = life(identity);
    if (first !== 'alive') return first === 'dead';
    signalIfSame(identity);
    const endsAt = options.clock.now().boot + withinMs;
    while (life(identity) === 'alive') {
      if (options.clock.now().boot >= endsAt) return false;
      await options.clock.sleep(pollMs);
    }
    return life(identity) === 'dead';
  };
  return { self: () => self, identify, life, kill };
}

type Place = Pick<ProcessIdentity, 'machineId' | 'bootId' | 'pidNamespace'>;

/** The kernel's number of the namespace that it begins with. */
const firstPidNamespace = '4026531836';

/**
 * An earlier boot of this machine has no living processes; of another machine or pid namespace nothing is known.
 *
 * A container has a boot of its own, which its manager lays over the kernel's file. A service that is confined inside of it sees the
 * file below instead, so there two names of one boot prove nothing: start marks count from the boot of the kernel and tell.
 */
function judgePlace(identity: ProcessIdentity, here: Place): 'here' | 'dead' | 'unknowable' {
  if (identity.machineId !== here.machineId) return 'unknowable';
  const isSameNamespace = identity.pidNamespace === here.pidNamespace;
  const isContained = here.pidNamespace !== firstPidNamespace && here.pidNamespace !== '';
  if (identity.bootId !== here.bootId && !(isSameNamespace && isContained)) return 'dead';
  return isSameNamespace ? 'here' : 'unknowable';
}

function judgeSight(sight: Sight, identity: ProcessIdentity): Life {
  if (sight.kind === 'hidden') return 'unknowable';
  if (sight.kind === 'gone' || sight.ended) return 'dead';
  return sight.startMark === identity.startMark ? 'alive' : 'dead';
}

/** Pid 1 and the special numbers of kill(2), zero and below, are never ours to signal. */
const isPid = (pid: number): boolean => Number.isSafeInteger(pid) && pid >= 1;

/**
 * The comparison and the signal stand side by side; on Linux the comparison reads through a held folder. What remains is
 * the moment between the two calls, in which the pid would have to end, be reaped and be given out again.
 */
function signalIfSame(identity: ProcessIdentity): void {
  const send = (sight: Sight): void => {
    if (identity.pid > 1 && judgeSight(sight, identity) === 'alive') sendKill(identity.pid);
  };
  if (process.platform === 'linux') holdLinuxProcess(identity.pid, (look) => send(look()));
  else send(macReader.look(identity.pid));
}

function sendKill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone already, or not ours to kill: the caller's wait tells which.
  }
}
