import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { makeClock } from '../adapters/host/clock.ts';
import { openHome } from '../adapters/host/home.ts';
import { random } from '../adapters/host/random.ts';
import { restoreSqlite } from '../adapters/stores/restore.ts';
import { decideBeforeChange, nextFireOf } from '../core/firing.ts';
import type { Job } from '../core/job.ts';
import { advice, command, Refusal } from '../core/refusal.ts';
import type { CliHost } from '../doors/cli/host.ts';
import { StoreUnavailable } from '../ports/store.ts';
import { type Base, openBase } from './base.ts';
import { homePath } from './config.ts';

const page = 1_000;

/**
 * `restore FILE`: puts a backup in the place of the store. Refused while an instance lives, unless forced. Occurrences between the backup and now are
 * decided as missed (`restored`): they may have run, and nothing tells.
 */
export const restoreBackup: CliHost['restore'] = async ({ home, file, force }) => {
  const backup = resolve(file);
  if (!existsSync(backup))
    throw new Refusal('not_found', `There is no file ${backup}.`, {
      remedy: command('cronkeeper backup FILE'),
    });
  if (!force) await refuseWhileAlive(home, backup);
  const clock = makeClock();
  const target = openHome(homePath(home ?? undefined, process.env)).database;
  const kept = await restoreSqlite({
    backup,
    target,
    at: clock.now().wall,
    now: () => clock.now().wall,
    sleep: (ms) => clock.sleep(ms),
    random,
  });
  const restored = await openBase(home ?? undefined);
  try {
    const missed = await decideGap(restored);
    const aside = kept === null ? '' : ` The former store is kept as ${kept}.`;
    return {
      path: target,
      message: `Restored. ${missed} jobs had occurrences since the backup; they are recorded as missed.${aside}`,
    };
  } finally {
    await restored.close();
  }
};

async function refuseWhileAlive(home: string | null, backup: string): Promise<void> {
  const base = await openBase(home ?? undefined).catch((error: unknown) => {
    throw isCorrupt(error) ? unreadable(backup, error) : error;
  });
  try {
    for (const profile of await base.store.profiles.list()) {
      for (const { role, process } of await base.store.instances.list(profile.name)) {
        if (base.processes.life(process) !== 'alive') continue;
        throw new Refusal('lease_held', `A ${role} (pid ${process.pid}) uses this store.`, {
          remedy: advice('Stop it first, then restore.'),
        });
      }
    }
  } catch (error) {
    throw isCorrupt(error) ? unreadable(backup, error) : error;
  } finally {
    await base.close();
  }
}

const isCorrupt = (error: unknown): boolean =>
  error instanceof StoreUnavailable && error.code === 'store_corrupt';

/** A broken store is what a backup is for, but it cannot tell who is alive: that only the person knows. */
const unreadable = (backup: string, cause: unknown): Refusal =>
  new Refusal(
    'store_corrupt',
    'The store that is there cannot be read, so it does not tell whether a process still uses it.',
    {
      remedy: advice(`Stop every process that does, then: cronkeeper restore ${backup} --force`),
      cause,
    },
  );

async function decideGap(base: Base): Promise<number> {
  const now = base.clock.now().wall;
  let decided = 0;
  for (const { name } of await base.store.profiles.list()) {
    for (;;) {
      const due = await base.store.jobs.due(name, now, page);
      for (const job of due) await passOver(base, job, now);
      decided += due.length;
      if (due.length < page) break;
    }
  }
  return decided;
}

async function passOver(base: Base, job: Job, now: number): Promise<void> {
  const decisions = decideBeforeChange(job, { now, newId: () => base.ids.next() }).map((row) => ({
    ...row,
    reason: 'restored' as const,
    message: 'The store was restored from a backup made before it; whether it ran is not known.',
  }));
  const nextFireAt = nextFireOf(job.definition, now);
  await base.store.jobs.change({
    profile: job.profile,
    jobId: job.id,
    seen: { revision: job.revision, nextFireAt: job.nextFireAt },
    after: { ...job, nextFireAt, state: nextFireAt === null ? 'done' : job.state, updatedAt: now },
    decisions,
    entry: {
      profile: job.profile,
      at: now,
      actor: 'cli',
      kind: 'job.restored',
      subject: job.id,
      detail: {},
    },
  });
}
