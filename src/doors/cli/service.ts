import type { ServicePlan } from '../../core/service-plan.ts';
import type { ServiceRole } from '../../core/service-record.ts';
import type { Controlled, ControlVerb } from '../../operations/service-control.ts';
import type { Installed } from '../../operations/service-install.ts';
import type { Uninstalled } from '../../operations/service-uninstall.ts';
import type { ServiceFile } from '../../ports/services.ts';

/** What a person wants of a service of this machine. */
export type ServiceRequest = {
  /** Null where nobody said. */
  readonly profile: string | null;
  readonly home: string | null;
  readonly verb: 'install' | 'uninstall' | 'status' | ControlVerb;
  readonly role: ServiceRole;
  readonly scope: 'system' | 'user' | null;
  readonly runAs: string | null;
  readonly isTimer: boolean;
  /** Of a dashboard: whether it may own the profile, and on which port it answers; null for its usual one. */
  readonly schedules: boolean;
  readonly port: number | null;
  readonly isDryRun: boolean;
  readonly appoints: boolean;
  readonly reason: string | null;
};

/** What became of it; `plan` says which service it was. */
export type ServiceOutcome = { readonly plan: ServicePlan } & (
  | { readonly kind: 'planned'; readonly files: readonly ServiceFile[] }
  | ({ readonly kind: 'installed' } & Installed)
  | ({ readonly kind: 'uninstalled' } & Uninstalled)
  | ({ readonly kind: 'controlled' } & Controlled)
);

export type LogsRequest = Pick<ServiceRequest, 'profile' | 'home' | 'role' | 'scope' | 'runAs'> & {
  readonly lines: number;
  readonly follows: boolean;
};

/** What the installer asks of the home, as the user of the home. */
export type RecordRequest =
  | { readonly act: 'list' }
  | { readonly act: 'put'; readonly text: string }
  | { readonly act: 'remove'; readonly service: string };
