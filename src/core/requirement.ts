import type { Level, Manager, Role } from './provenance.ts';

/** What a job needs from the process that executes it. Probed there before every start; unmet means `refused`, not "elsewhere". */
export type Requirement =
  /** Without a manager the service may be of any: the system's and a user's may have units of one name. */
  | { readonly kind: 'service'; readonly manager?: Manager; readonly unit: string }
  | { readonly kind: 'role'; readonly role: Role }
  | { readonly kind: 'level'; readonly level: Level }
  | { readonly kind: 'readable'; readonly path: string }
  | { readonly kind: 'writable'; readonly path: string }
  | { readonly kind: 'command'; readonly command: string }
  | { readonly kind: 'env'; readonly variable: string }
  | { readonly kind: 'channel'; readonly channel: string }
  | { readonly kind: 'full-disk-access' };
