import type { Appointment } from './appointment.ts';
import { ruleWords } from './eligibility.ts';
import type { Incident, Owed } from './incident.ts';
import { alertsOf } from './incident.ts';
import type { Instance } from './instance.ts';
import type { Instant } from './instant.ts';
import { minuteMs } from './instant.ts';
import { profileOption } from './refusal.ts';
import { tickPeriodMs } from './tick-period.ts';

/** Without ticks that tell its period, a timer is taken for one of so long a period. */
const usualPeriodMs = 5 * minuteMs;

/**
 * How long a lease may look the same before its owner counts as absent, in the observer's own awake time: two TTL, in which any standby
 * would have taken over; under a timer two of its periods more, because nobody holds the lease between two ticks.
 */
export function absenceMs(ttlMs: number, instances: readonly Instance[]): number {
  const ticks = instances.filter(({ role }) => role === 'timer');
  if (ticks.length === 0) return 2 * ttlMs;
  return 2 * ttlMs + 2 * (tickPeriodMs(ticks) ?? usualPeriodMs);
}

/** Under a rule nothing else than what it names would ever own the profile. */
function startWords(profile: string, appointment: Appointment): string {
  const option = profileOption(profile);
  return appointment.rule.kind === 'auto'
    ? `Start one: cronkeeper runner${option}`
    : `Only ${ruleWords(appointment)} may run them. How to start that: cronkeeper status${option}`;
}

/** The incident of a profile whose jobs nobody runs, and what is told about it. */
export function ownerAbsent(
  profile: string,
  facts: {
    readonly id: string;
    readonly targets: readonly string[];
    readonly at: Instant;
    readonly silentMs: number;
    readonly enabledJobs: number;
    readonly appointment: Appointment;
  },
): { readonly incident: Incident; readonly alerts: readonly Owed[] } {
  const { id, targets, at, silentMs, enabledJobs, appointment } = facts;
  const incident: Incident = {
    id,
    profile,
    kind: 'owner_absent',
    subject: '',
    cause: '',
    targets,
    openedAt: at,
  };
  const jobs = enabledJobs === 1 ? '1 job waits' : `${enabledJobs} jobs wait`;
  const alerts = alertsOf(incident, {
    event: 'owner_absent',
    title: `Nothing runs the jobs of profile "${profile}"`,
    text: `No authorised scheduler has been at work for ${Math.round(silentMs / 1_000)} s; ${jobs}. ${startWords(profile, appointment)}`,
    at,
  });
  return { incident, alerts };
}

/** What is told when somebody runs the jobs again. */
export const ownerPresent = (
  incident: Incident,
  by: { readonly role: string; readonly host: string; readonly at: Instant },
): readonly Owed[] =>
  alertsOf(incident, {
    event: 'owner_present',
    title: `The jobs of profile "${incident.profile}" run again`,
    text: `A ${by.role} on ${by.host} runs them. What was missed meanwhile: cronkeeper morning${profileOption(incident.profile)}`,
    at: by.at,
  });
