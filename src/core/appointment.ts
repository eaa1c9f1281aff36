import type { Instant } from './instant.ts';
import type { Level, Role, Service } from './provenance.ts';

/** One line of an exclusive rule. `level` is what a process must prove about the service. */
export type Choice =
  | { readonly kind: 'service'; readonly service: Service; readonly level: Level }
  | { readonly kind: 'role'; readonly role: Role; readonly level: Level }
  | { readonly kind: 'host'; readonly machineId: string; readonly level: Level };

/** `auto` chooses by tiers. `exclusive` lists who may own, the first preferred; nothing else ever owns. */
export type Rule =
  | { readonly kind: 'auto' }
  | { readonly kind: 'exclusive'; readonly choices: readonly Choice[] };

/** The rule in force for a profile. `version` grows by one with each change; claims are judged against it. */
export type Appointment = {
  readonly profile: string;
  readonly version: number;
  readonly rule: Rule;
  readonly actor: string;
  readonly reason: string | null;
  readonly at: Instant;
};
