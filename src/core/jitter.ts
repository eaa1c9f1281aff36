import type { Instant } from './instant.ts';

/**
 * A stable delay from 0 to `jitterMs` (exclusive) for one occurrence: the same job and fire time always wait equally long.
 * FNV-1a over the job id and the fire time.
 */
export function jitterOf(jobId: string, fireTime: Instant, jitterMs: number): number {
  if (jitterMs <= 0) return 0;
  let hash = 0x811c9dc5;
  for (const character of `${jobId}@${fireTime}`) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  }
  return hash % jitterMs;
}
