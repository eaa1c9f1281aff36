import type { Instant } from './instant.ts';
import type { ServiceRecord } from './service-record.ts';

/** How a service stands, as its manager says. Of a timer, `isActive` means that the timer is armed. */
export type ServiceState =
  /** The manager could not be asked, or did not answer in time. */
  | { readonly kind: 'silent'; readonly why: string }
  /** The manager knows no such service. */
  | { readonly kind: 'unknown' }
  | {
      readonly kind: 'known';
      readonly isActive: boolean;
      /** It starts again by itself at boot; a unit of a user does so only with lingering. */
      readonly isEnabled: boolean;
      /** In the manager's own words: `active (running)`. */
      readonly words: string;
      readonly mainPid: number | null;
      /** Whether the manager replaces a process that hangs; absent where it does not say. */
      readonly hasWatchdog?: boolean;
      /** When a timer ticks next; null without one, and while a tick is going on. */
      readonly nextTickAt: Instant | null;
      /** The file that the manager goes by. */
      readonly file: string | null;
    };

/** A service that was installed, with the manager's answer about it. */
export type ServiceReport = { readonly record: ServiceRecord; readonly state: ServiceState };

export const isUp = ({ state }: ServiceReport): boolean => state.kind === 'known' && state.isActive;
