import type { Appointment } from '../core/appointment.ts';
import { judgeEligibility } from '../core/eligibility.ts';
import type { Instance, Standing } from '../core/instance.ts';
import { toIso } from '../core/instant.ts';
import type { Lease } from '../core/lease.ts';
import type { ReasonCode } from '../core/refusal.ts';
import { portOf } from '../core/tunnel.ts';
import type { InstanceAnswer } from './answers.ts';
import { provenanceAnswer } from './present.ts';
import type { ProfileView } from './readiness.ts';

/** Where an instance stands now, judged anew by the appointment in force; what its row says may be older. */
export type JudgedStanding = {
  readonly standing: Standing;
  readonly reasonCode: ReasonCode | null;
  readonly reason: string | null;
};

export function judgeStanding(
  instance: Instance,
  appointment: Appointment,
  lease: Lease,
): JudgedStanding {
  const { holder } = lease;
  if (holder?.instanceId === instance.id)
    return { standing: 'holder', reasonCode: null, reason: null };
  if (instance.standing === 'foreign') {
    const { reasonCode, reason } = instance;
    return { standing: 'foreign', reasonCode, reason };
  }
  const eligibility = judgeEligibility(appointment, instance);
  if (eligibility.kind !== 'eligible') {
    const { kind, code, message } = eligibility;
    return { standing: kind, reasonCode: code, reason: message };
  }
  if (holder === null) return { standing: 'standby', reasonCode: null, reason: null };
  const reason = `The ${holder.role} (pid ${holder.process.pid} on ${holder.host}) owns the profile; it takes over when that one ends.`;
  return { standing: 'standby', reasonCode: 'lease_held', reason };
}

export function instanceAnswer(
  instance: Instance,
  { appointment, lease, now }: ProfileView,
): InstanceAnswer {
  return {
    instanceId: instance.id,
    role: instance.role,
    pid: instance.process.pid,
    host: instance.host,
    startedAt: toIso(instance.startedAt),
    version: instance.version,
    url: instance.url,
    command: instance.command,
    ...judgeStanding(instance, appointment, lease),
    provenance: provenanceAnswer(instance.provenance, now),
    seenAt: toIso(instance.seenAt),
    program: 'cronkeeper',
    port: instance.url === null ? null : portOf(instance.url),
  };
}
