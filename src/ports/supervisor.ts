import type { Service } from '../core/provenance.ts';

/**
 * What is to become of a service whose process was told to end, as its manager says.
 * - `stop`: it is stopped for good, or the whole machine is.
 * - `restart`: it runs again at once. Nothing is queued for it either when only this process was meant.
 * - `unanswered`: the manager did not say.
 */
export type Fate = 'stop' | 'restart' | 'unanswered';

/** The service manager above this process, as far as there is one. */
export type Supervisor = {
  /** It takes this process for hung when it hears nothing for so long; null when it does not watch. */
  readonly patienceMs: number | null;
  /** Tells it: ready, and at work. Called as often as it is true, passed on as often as is needed. Never waits, never fails. */
  atWork(): void;
  /** Asks what is queued for the service. 2 s at most; never throws. */
  fate(service: Service): Promise<Fate>;
  /** Nothing more is told. */
  close(): void;
};
