import type { Instant } from '../core/instant.ts';
import type { EnvironmentBase } from '../core/run-environment.ts';

/** What an owner left behind of its own environment; only what runs inherit. */
export type KeptEnvironment = {
  readonly at: Instant;
  readonly names: Readonly<Record<string, string>>;
};

/** What the runs of a profile start from. */
export type RunEnvironments = {
  /** What runs inherit from this process, without any file. */
  readonly own: Readonly<Record<string, string | undefined>>;
  /**
   * As it is now: a change of a file counts from the next run on. Cheap.
   *
   * @throws Refusal `file_invalid` or `home_modes` when a file is there and cannot be used; nothing runs with half an environment
   */
  base(profile: string): EnvironmentBase;
  /** Leaves what runs inherit from this process, for whoever asks when no owner is there. Never fails. */
  keep(profile: string): void;
  /** What the last owner left; null when none did. Never fails. */
  kept(profile: string): KeptEnvironment | null;
};
