import type { LeftAttempt } from '../../ports/executor.ts';
import { attemptFolder, readAdoption } from './attempt-folder.ts';
import { endAttempt, type Surroundings } from './inspection.ts';

const lookEveryMs = 500;
/** Looks within the patience with which the next owner is waited for: 60 s in which this process was awake. */
const looks = 120;

type Staying = LeftAttempt & { readonly folder: string; readonly adoption: string | null };

/**
 * Stays behind with running attempts whose owner went without knowing what its service manager meant. Was it a restart, then the
 * next owner adopts them, and that is the end of this. Was it a stop, then nobody comes, and they are ended. A signal to end
 * (`hurry`) means that the machine goes down, or that somebody wants an end of it: they are ended at once.
 * Resolves when each attempt is over, adopted or ended.
 */
export async function stayWith(
  left: readonly LeftAttempt[],
  around: Surroundings,
  hurry: AbortSignal,
): Promise<void> {
  let staying = left.map((one): Staying => {
    const folder = attemptFolder(around.home, one.key);
    return { ...one, folder, adoption: readAdoption(folder) };
  });
  for (let look = 0; look < looks && !hurry.aborted; look += 1) {
    staying = staying.filter((one) => isLeft(one, around));
    if (staying.length === 0) return;
    await around.clock.sleep(lookEveryMs, hurry);
  }
  const reason = hurry.aborted ? 'service_stopped' : 'owner_absent';
  const ends = staying
    .filter((one) => isLeft(one, around))
    .map(({ key, process }) => endAttempt(around, key, process, { outcome: 'cancelled', reason }));
  await Promise.allSettled(ends);
}

/** Any word newer than the one that was there is the adoption that is waited for. */
const isLeft = ({ process, folder, adoption }: Staying, { processes }: Surroundings): boolean =>
  processes.life(process) === 'alive' && readAdoption(folder) === adoption;
