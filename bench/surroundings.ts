import { execFileSync } from 'node:child_process';
import { existsSync, statfsSync } from 'node:fs';
import { cpus, loadavg, release, type as systemType, tmpdir, totalmem } from 'node:os';

/** On what the figures were measured. */
export type Surroundings = {
  readonly when: string;
  readonly machine: string;
  readonly node: string;
  readonly sqlite: string;
  readonly commit: string;
  /** Of the last minute, before the first measure. */
  readonly loadBefore: number;
};

/** Looks at this machine, before anything is measured. */
export function lookAround(): Surroundings {
  const { sqlite = 'none' } = process.versions;
  const memoryGb = Math.round(totalmem() / 2 ** 30);
  return {
    when: new Date().toISOString(),
    machine: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, ${memoryGb} GB, ${systemType()} ${release()}`,
    node: process.versions.node,
    sqlite,
    commit: commit(),
    loadBefore: Number(loadavg()[0]?.toFixed(2)),
  };
}

function commit(): string {
  try {
    const words = ['-C', import.meta.dirname, 'rev-parse', '--short', 'HEAD'];
    return execFileSync('git', words, { encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return 'not in git';
  }
}

const inMemory = new Set([0x01021994, 0x858458f6]);

/** A folder whose files reach a disk, for what a measure writes. */
export function diskFolder(): string {
  const place = [tmpdir(), '/var/tmp'].find(
    (one) => existsSync(one) && !inMemory.has(statfsSync(one).type),
  );
  if (place !== undefined) return place;
  throw new Error('no folder on a disk: set TMPDIR to one');
}
