import type { Instant } from '../../core/instant.ts';
import type { Environment } from './recognition.ts';

export type Sighted = { readonly startMark: string; readonly startedAt: Instant };

/** A lock file as it lies on the disk now. Links to it in `/proc` name its path, so that few files have to be compared. */
export type LockFile = { readonly path: string; readonly device: number; readonly inode: number };

/** What can be seen of one process, each part when it is asked for. */
export type Look = {
  readonly pid: number;
  arguments(): readonly string[];
  environment(): Environment;
  /** Which of these files it has locked. */
  locks(files: readonly LockFile[]): readonly LockFile[];
  /** Null when there is no such process any more. */
  sight(): Sighted | null;
  /** Where it listens; null when it does not, or that cannot be seen. */
  port(): number | null;
};
