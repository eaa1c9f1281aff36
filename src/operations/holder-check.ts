import type { Lease } from '../core/lease.ts';
import type { HolderCheck } from '../core/readiness.ts';
import type { Clock } from '../ports/clock.ts';
import type { ProcessTable } from '../ports/host.ts';
import type { Neighbours } from '../ports/neighbours.ts';

/** How long a scheduling loop may take to answer before it counts as silent. */
const answerDeadlineMs = 1_000;

/**
 * Finds out whether the holder is there: its process must be the recorded one, and its scheduling loop must answer for this profile.
 * Takes at most a second.
 */
export async function checkHolder(
  lease: Lease,
  world: {
    readonly clock: Clock;
    readonly processes: ProcessTable;
    readonly neighbours: Neighbours;
  },
): Promise<HolderCheck> {
  const { holder } = lease;
  if (holder === null) return { kind: 'none' };
  const life = world.processes.life(holder.process);
  if (life === 'dead') return { kind: 'dead' };
  if (life === 'unknowable') {
    const heartbeatAgeMs = Math.max(0, world.clock.now().wall - lease.renewedAt);
    return { kind: 'remote', heartbeatAgeMs };
  }
  const answer = await world.neighbours.ask(holder.socket, answerDeadlineMs);
  if (answer === null) {
    return world.processes.life(holder.process) === 'dead' ? { kind: 'dead' } : { kind: 'silent' };
  }
  const isMine = answer.instanceId === holder.instanceId && answer.profile === lease.profile;
  const { overdueMs, trouble } = answer;
  const epoch = isMine ? answer.epoch : null;
  return { kind: 'answered', epoch, overdueMs, ...(trouble === undefined ? {} : { trouble }) };
}
