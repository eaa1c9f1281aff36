import type { Appointment, Choice } from './appointment.ts';
import type { Provenance, Role, Service } from './provenance.ts';
import { satisfiesLevel } from './provenance.ts';
import type { ReasonCode } from './refusal.ts';

/** What of a process matters for the question whether it may own a profile. */
export type Candidate = {
  readonly role: Role;
  readonly schedules: boolean;
  readonly provenance: Provenance;
};

/** `rank` orders the eligible: higher takes over from lower. */
export type Eligibility =
  | { readonly kind: 'eligible'; readonly rank: number }
  | { readonly kind: 'delegator'; readonly code: ReasonCode; readonly message: string }
  | { readonly kind: 'ineligible'; readonly code: ReasonCode; readonly message: string };

export const serviceText = (service: Service): string => `${service.manager}/${service.unit}`;

/** The rule in words: "the service systemd-system/x.service, else role gateway". */
export function ruleWords(appointment: Appointment): string {
  if (appointment.rule.kind === 'auto') return 'whoever is most proven (auto)';
  return appointment.rule.choices.map(choiceWords).join(', else ');
}

export function choiceWords(choice: Choice): string {
  switch (choice.kind) {
    case 'service':
      return `the service ${serviceText(choice.service)}`;
    case 'role':
      return `role ${choice.role}`;
    case 'host':
      return `host ${choice.machineId}`;
  }
}

/**
 * May this process ever own the profile? Independent of who is alive: a process that fails is never elected,
 * even when it is the only one.
 */
export function judgeEligibility(appointment: Appointment, candidate: Candidate): Eligibility {
  if (appointment.rule.kind === 'auto') return judgeAuto(candidate);
  const { choices } = appointment.rule;
  // Who was started only to ask never owns, even where a rule names its role or host.
  const index = candidate.schedules ? choices.findIndex((choice) => meets(choice, candidate)) : -1;
  if (index >= 0) return { kind: 'eligible', rank: choices.length - index };
  return explainExclusion(appointment, choices, candidate);
}

function judgeAuto({ role, schedules, provenance }: Candidate): Eligibility {
  if (role === 'desktop') {
    return {
      kind: 'delegator',
      code: 'not_authorised_owner',
      message: 'Desktop never owns a profile by itself; it asks the owner.',
    };
  }
  if (!schedules) {
    return {
      kind: 'delegator',
      code: 'not_authorised_owner',
      message: 'It was started without --schedule; it asks the owner.',
    };
  }
  if (provenance.level === 'proven' && provenance.service !== null)
    return { kind: 'eligible', rank: 3 };
  if (role === 'runner' || role === 'gateway') return { kind: 'eligible', rank: 2 };
  return { kind: 'eligible', rank: 1 };
}

function meets(choice: Choice, { role, provenance }: Candidate): boolean {
  if (!satisfiesLevel(provenance.level, choice.level)) return false;
  switch (choice.kind) {
    case 'service':
      return isSameService(choice.service, provenance.service);
    case 'role':
      return role === choice.role;
    case 'host':
      return provenance.machineId === choice.machineId;
  }
}

export const isSameService = (one: Service, other: Service | null): boolean =>
  other !== null && one.manager === other.manager && one.unit === other.unit;

function explainExclusion(
  appointment: Appointment,
  choices: readonly Choice[],
  { role, schedules, provenance }: Candidate,
): Eligibility {
  const owner = ruleWords(appointment);
  if (!schedules) {
    return {
      kind: 'delegator',
      code: 'not_authorised_owner',
      message: `The owner of this profile is ${owner}; this process asks it.`,
    };
  }
  const named = choices.find(
    (choice) => choice.kind === 'service' && isSameService(choice.service, provenance.service),
  );
  if (named !== undefined) {
    const mismatch = provenance.level === 'mismatch';
    return {
      kind: 'ineligible',
      code: mismatch ? 'provenance_mismatch' : 'provenance_insufficient',
      message: `It says that it is ${choiceWords(named)}, but that is only "${provenance.level}"; the owner must be "${named.level}".`,
    };
  }
  const roleOnly = choices.find((choice) => choice.kind === 'role' && choice.role === role);
  if (roleOnly !== undefined) {
    return {
      kind: 'ineligible',
      code: 'provenance_insufficient',
      message: `Its role fits, but its provenance is "${provenance.level}"; the owner must be "${roleOnly.level}".`,
    };
  }
  const hostOnly = choices.every((choice) => choice.kind === 'host');
  return {
    kind: 'ineligible',
    code: hostOnly ? 'machine_mismatch' : 'not_authorised_owner',
    message: `The owner of this profile is ${owner}; this ${role} is not.`,
  };
}
