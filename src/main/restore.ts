import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { makeClock } from '../adapters/host/clock.ts';
import { type Home, openHome } from '../adapters/host/home.ts';
import { random } from '../adapters/host/random.ts';
import { isListening } from '../adapters/neighbours/socket-folder.ts';
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
 * `restore FILE`: puts a backup in the place of the store. Refused while an instance lives. Occurrences between the backup and now are
 * decided as missed (`restored`): they may have run, and nothing tells.
 */
export const restoreBackup: CliHost['restore'] = async ({ home, file, force }) => {
  const backup = resolve(file);
  if (!statSync(backup, { throwIfNoEntry: false })?.isFile())
    throw new Refusal('not_found', `There is no file ${backup}.`, {
      remedy: command('cronkeeper backup FILE'),
    });
  const found = openHome(homePath(home ?? undefined, process.env));
  await refuseWhileAlive(found, home, force);
  const clock = makeClock();
  const kept = await putInPlace({
    backup,
    target: found.database,
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
      path: found.database,
      message: `Restored. ${missed} jobs had occurrences since the backup; they are recorded as missed.${aside}`,
    };
  } finally {
    await restored.close();
  }
};

/** An outage here is the backup's: the store itself is not read. */
async function putInPlace(options: Parameters<typeof restoreSqlite>[0]): Promise<string | null> {
  try {
    return await restoreSqlite(options);
  } catch (error) {
    if (!(error instanceof StoreUnavailable) || error.code !== 'store_corrupt') throw error;
    // biome-ignore lint/style/useErrorCause: a Refusal takes its cause among its options
    throw new Refusal('store_corrupt', `${options.backup} is not a whole store.`, {
      kind: 'failed',
      remedy: advice('Name a file that "cronkeeper backup" made. Nothing was changed.'),
      cause: error,
    });
  }
}

async function refuseWhileAlive(found: Home, home: string | null, force: boolean): Promise<void> {
  if (force || !existsSync(found.database)) return;
  const alive = await whoLives(found, home);
  if (alive === null) return;
  throw new Refusal('lease_held', `${alive} uses this store.`, {
    remedy: advice('Stop it first, then restore.'),
  });
}

async function whoLives(found: Home, home: string | null): Promise<string | null> {
  const told = await aliveByStore(home);
  return told === undefined ? aliveBySocket(found) : told;
}

/** Who lives, in words; null when nobody does. Undefined when the store cannot tell: it is why people restore. */
async function aliveByStore(home: string | null): Promise<string | null | undefined> {
  let base: Base;
  try {
    base = await openBase(home ?? undefined);
  } catch (error) {
    if (error instanceof StoreUnavailable) return undefined;
    throw error;
  }
  try {
    for (const profile of await base.store.profiles.list()) {
      for (const { role, process } of await base.store.instances.list(profile.name)) {
        if (base.processes.life(process) === 'alive') return `A ${role} (pid ${process.pid})`;
      }
    }
    return null;
  } catch (error) {
    if (error instanceof StoreUnavailable) return undefined;
    throw error;
  } finally {
    await base.close();
  }
}

/** Asks the sockets of the home when the store cannot say who uses it. */
async function aliveBySocket({ run }: Home): Promise<string | null> {
  for (const name of readdirSync(run)) {
    if (name.endsWith('.sock') && (await isListening(join(run, name)))) return 'A process of ours';
  }
  return null;
}

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
  const decidedUntil = await base.store.runs.decidedUntil(job.profile, job.id);
  const nextFireAt = nextFireOf(job.definition, Math.max(now, decidedUntil ?? now));
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
