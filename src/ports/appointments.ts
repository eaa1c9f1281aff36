import type { Appointment, Rule } from '../core/appointment.ts';
import type { AuditEntry } from './audit.ts';

export type AppointmentStore = {
  current(profile: string): Promise<Appointment>;
  /**
   * Writes the next version if `seenVersion` is still current. With `force` the epoch is raised and the holder removed in the same
   * transaction, and running attempts must be ended.
   */
  appoint(change: {
    readonly profile: string;
    readonly seenVersion: number;
    readonly rule: Rule;
    readonly reason: string | null;
    readonly force: boolean;
    readonly entry: AuditEntry;
  }): Promise<'appointed' | 'stale'>;
};
