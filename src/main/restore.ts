import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { hasRunFolder } from '../adapters/executors/attempt-folder.ts';
import { makeClock } from '../adapters/host/clock.ts';
import { type Home, keptMachineId, openHome } from '../adapters/host/home.ts';
import { makeIds } from '../adapters/host/ids.ts';
import { makeProcessTable } from '../adapters/host/processes.ts';
import { random } from '../adapters/host/random.ts';
import { chooseSocketPath, isListening } from '../adapters/neighbours/socket-folder.ts';
import { type PassedOver, restoreSqlite } from '../adapters/stores/restore.ts';
import { decideBeforeChange, nextFireOf } from '../core/firing.ts';
import type { Job } from '../core/job.ts';
import { advice, command, Refusal } from '../core/refusal.ts';
import type { CliHost } from '../doors/cli/host.ts';
import type { Ids } from '../ports/clock.ts';
import type { ProcessTable } from '../ports/host.ts';
import { type Store, StoreUnavailable } from '../ports/store.ts';
import { type Base, openBase } from './base.ts';
import { homePath } from './config.ts';

const page = 1_000;

/**
 * `restore FILE`: puts a backup in the place of the store. Refused while an instance lives. Occurrences between the backup and now are
 * decided as missed (`restored`), and what waited in the backup is not done again: it may have been done, and nothing tells.
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
  const now = clock.now().wall;
  const ids = makeIds(() => now);
  let missed = 0;
  let others: readonly string[] = [];
  const { kept, passedOver } = await putInPlace({
    backup,
    target: found.database,
    at: now,
    now: () => clock.now().wall,
    sleep: (ms) => clock.sleep(ms),
    random,
    isOfHome: (runId) => hasRunFolder(found.path, runId),
    decide: async (store) => {
      const table = makeProcessTable({
        clock,
        fallbackMachineId: () => keptMachineId(found, () => ids.next()),
      });
      others = await forgetInstances(store, found, table);
      missed = await decideGap(store, ids, now);
    },
  });
  const aside = kept === null ? '' : ` The former store is kept as ${kept}.`;
  return {
    path: found.database,
    message: `Restored. ${missed} jobs had occurrences since the backup; they are recorded as missed.${notAgain(passedOver)}${aside} ${bothRun(others)}`,
  };
};

function notAgain({ runs, requests, deliveries }: PassedOver): string {
  if (runs + requests + deliveries === 0) return '';
  return ` Runs (${runs}), requests (${requests}) and messages (${deliveries}) that waited in the backup are not begun, answered or sent again.`;
}

/** A copy cannot tell whether the home that it was made in goes on. */
const bothRun = ([other]: readonly string[]): string =>
  other === undefined
    ? 'If the backup is of another home, which still runs, both homes run these jobs now: stop one.'
    : `${other} still runs: both homes run these jobs now. Stop one.`;

/** The processes that are written down in a backup are of the time and the home that it was made in. Answers who of another home lives. */
async function forgetInstances(
  store: Store,
  home: Home,
  { life }: Pick<ProcessTable, 'life'>,
): Promise<readonly string[]> {
  const others: string[] = [];
  for (const { name } of await store.profiles.list()) {
    for (const { id, role, process, socket } of await store.instances.list(name)) {
      if (isOfOther(home, socket) && life(process) === 'alive')
        others.push(`A ${role} (pid ${process.pid}) of the home ${dirname(dirname(socket))}`);
      await store.instances.remove(name, id);
    }
  }
  return others;
}

/** Sockets lie in their home, as long as their path is short enough. */
const isOfOther = ({ path, run }: Home, socket: string): boolean =>
  dirname(socket) !== run && dirname(chooseSocketPath(path, 'x'.repeat(26), '/')) === run;

/** An outage here is the backup's: the store itself is not read. */
async function putInPlace(
  options: Parameters<typeof restoreSqlite>[0],
): ReturnType<typeof restoreSqlite> {
  try {
    return await restoreSqlite(options);
  } catch (error) {
    const uncopied = whyNotCopied(error, options);
    if (uncopied !== null) throw uncopied;
    if (!(error instanceof StoreUnavailable) || error.code !== 'store_corrupt') throw error;
    // biome-ignore lint/style/useErrorCause: a Refusal takes its cause among its options
    throw new Refusal('store_corrupt', `${options.backup} is not a whole store.`, {
      kind: 'failed',
      remedy: advice('Name a file that "cronkeeper backup" made. Nothing was changed.'),
      cause: error,
    });
  }
}

/** Of the copy of the backup in the home; null for everything else. */
function whyNotCopied(
  cause: unknown,
  { backup, target }: { readonly backup: string; readonly target: string },
): Refusal | null {
  if (!(cause instanceof Error && 'syscall' in cause && cause.syscall === 'copyfile')) return null;
  const told = 'code' in cause ? String(cause.code) : cause.message;
  switch (told) {
    case 'EACCES':
    case 'EPERM':
      return new Refusal('not_permitted', `This user may not read ${backup}.`, {
        remedy: advice('Give this user the right to read it. Nothing was changed.'),
        cause,
      });
    case 'ENOSPC':
    case 'EDQUOT':
      return new Refusal('store_full', `There is no space beside ${target} for ${backup}.`, {
        kind: 'failed',
        remedy: advice('Free some space on the disk of the home. Nothing was changed.'),
        cause,
      });
    default:
      return new Refusal('store_unavailable', `${backup} could not be copied (${told}).`, {
        kind: 'failed',
        remedy: advice('Copy it to another disk by hand and restore that. Nothing was changed.'),
        cause,
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
  return (await aliveByStore(found, home)) ?? aliveBySocket(found);
}

/** Who lives, in words; null when nobody is known to. A store that cannot tell is why people restore. */
async function aliveByStore(found: Home, home: string | null): Promise<string | null> {
  let base: Base;
  try {
    base = await openBase(home ?? undefined);
  } catch (error) {
    if (cannotTell(error)) return null;
    throw error;
  }
  try {
    for (const profile of await base.store.profiles.list()) {
      for (const { role, process, socket } of await base.store.instances.list(profile.name)) {
        // Of a store that was copied, as a file too, the rows may name processes of another home.
        if (isOfOther(found, socket)) continue;
        if (base.processes.life(process) === 'alive') return `A ${role} (pid ${process.pid})`;
      }
    }
    return null;
  } catch (error) {
    if (error instanceof StoreUnavailable) return null;
    throw error;
  } finally {
    await base.close();
  }
}

/** Damaged, of a newer program that somebody goes back from, or no store of ours. */
const cannotTell = (error: unknown): boolean =>
  error instanceof StoreUnavailable ||
  (error instanceof Refusal && ['store_version_newer', 'home_foreign'].includes(error.code));

/** Whoever listens in the home uses it, whatever its store says. */
async function aliveBySocket({ run }: Home): Promise<string | null> {
  for (const name of readdirSync(run)) {
    if (name.endsWith('.sock') && (await isListening(join(run, name)))) return 'A process of ours';
  }
  return null;
}

async function decideGap(store: Store, ids: Ids, now: number): Promise<number> {
  let decided = 0;
  for (const { name } of await store.profiles.list()) {
    for (;;) {
      const due = await store.jobs.due(name, now, page);
      for (const job of due) await passOver({ store, ids }, job, now);
      decided += due.length;
      if (due.length < page) break;
    }
  }
  return decided;
}

async function passOver(
  { store, ids }: { readonly store: Store; readonly ids: Ids },
  job: Job,
  now: number,
): Promise<void> {
  const decisions = decideBeforeChange(job, { now, newId: () => ids.next() }).map((row) => ({
    ...row,
    reason: 'restored' as const,
    message: 'The store was restored from a backup made before it; whether it ran is not known.',
  }));
  const decidedUntil = await store.runs.decidedUntil(job.profile, job.id);
  const nextFireAt = nextFireOf(job.definition, Math.max(now, decidedUntil ?? now));
  await store.jobs.change({
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
