import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Trouble } from '../../core/readiness.ts';
import type { ReasonCode } from '../../core/refusal.ts';

/** As much as the smallest file of an attempt takes on any disk. */
const bytes = 4_096;

const known: ReadonlyMap<string, readonly [code: ReasonCode, why: string]> = new Map([
  ['ENOSPC', ['store_full', 'the disk is full']],
  ['EDQUOT', ['store_full', 'the quota is full']],
  ['EROFS', ['store_read_only', 'it cannot be written']],
]);

/** Does what every start needs. `probe` makes a process that does nothing; null when it could. */
export async function tryToBegin(
  home: string,
  probe: () => Promise<string | null>,
): Promise<Trouble | null> {
  const trouble = tryToWrite(home);
  if (trouble !== null) return trouble;
  const why = await probe();
  if (why === null) return null;
  return { code: 'start_failed', message: `no process can be made here: ${why}` };
}

/** Writes a file where attempts keep theirs, and removes it. */
function tryToWrite(home: string): Trouble | null {
  const folder = join(home, 'runs');
  const path = join(folder, '.trial');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(path, Buffer.alloc(bytes), { mode: 0o600 });
    return null;
  } catch (error) {
    const name = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    const [code, why] = known.get(name) ?? (['start_failed', name] as const);
    return { code, message: `runs cannot write their files into ${folder}: ${why}` };
  } finally {
    removeIfThere(path);
  }
}

function removeIfThere(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Where nothing can be made nothing can be removed either.
  }
}
