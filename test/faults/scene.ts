import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fireTimes } from '../../src/core/fire-times.ts';
import type { Attempt } from '../../src/core/run.ts';
import { type Person, type Running, until } from '../journeys/program.ts';

/** What several scenes need: tools of the machine, faults inside the owner, and the judgement of what jobs and scheduler wrote. */

const hook = new URL('./owner-hook.ts', import.meta.url).href;

/** The environment of an owner with this fault in it; see `owner-hook.ts`. */
export const withFault = (fault: string, blockMs = 0): Record<string, string> => ({
  NODE_OPTIONS: `--import=${hook}`,
  CK_FAULT: fault,
  CK_BLOCK_MS: String(blockMs),
});

/** Installs what a scene needs, when this is root on Debian; answers why the scene cannot be played, or undefined. */
export function missing(path: string, packageName: string): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root';
  if (existsSync(path)) return undefined;
  try {
    execFileSync('apt-get', ['install', '-y', packageName], { stdio: 'ignore', timeout: 120_000 });
  } catch {
    // Without network or without apt: said below.
  }
  return existsSync(path) ? undefined : `needs ${path}: apt-get install ${packageName}`;
}

export const needsRoot = (): string | undefined =>
  process.getuid?.() === 0 && process.platform === 'linux' ? undefined : 'needs root on Linux';

export const shortTtl = async (person: Person, ttl = '2s'): Promise<void> => {
  assert.equal((await person.type(['config', 'set', 'leaseTtl', ttl])).code, 0);
};

/** `T` is stopped by a signal. */
export const stateOf = (pid: number): string => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
  } catch {
    return 'gone';
  }
};

export const whenStopped = (running: Running): Promise<true> =>
  until(`pid ${running.pid} is stopped`, () => (stateOf(running.pid) === 'T' ? true : undefined));

export async function attemptsOf(person: Person, runId: string): Promise<readonly Attempt[]> {
  const store = await person.openStore();
  try {
    return await store.runs.attempts(runId);
  } finally {
    await store.close();
  }
}

/** Lines of a file that are exactly this. */
export const linesOf = (person: Person, line: string, file = 'witness'): number =>
  person
    .read(file)
    .split('\n')
    .filter((one) => one === line).length;

/**
 * Compares the ledger with the schedule: answers what is wrong with the occurrences of the job that came due before the last five
 * seconds, and how many of them there are. To be asked while a scheduler lives.
 */
export async function unaccounted(
  person: Person,
  jobId: string,
): Promise<{ readonly wrong: readonly string[]; readonly due: number }> {
  const store = await person.openStore();
  try {
    const job = await store.jobs.get('default', jobId);
    if (job === null) throw new Error(`no job ${jobId}`);
    const { schedule } = job.definition;
    const decided = new Map<number, number>();
    for (const run of await store.runs.list('default', { jobId, limit: 100_000 })) {
      const from = run.fireTime ?? 0;
      for (const at of fireTimes(schedule, from - 1, run.fireTimeEnd ?? from, 100_000).times)
        decided.set(at, (decided.get(at) ?? 0) + 1);
    }
    const { times } = fireTimes(schedule, job.createdAt, Date.now() - 5_000, 100_000);
    const wrong = times
      .filter((at) => decided.get(at) !== 1)
      .map((at) => `${new Date(at).toISOString()} was decided ${decided.get(at) ?? 0} times`);
    return { wrong, due: times.length };
  } finally {
    await store.close();
  }
}
