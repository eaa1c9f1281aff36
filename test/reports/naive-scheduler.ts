/**
 * A scheduler as it is written at first, and as both reports describe it: every process that shows or serves the jobs also ticks, and
 * whoever gets the lock runs what is due. Nothing says who should.
 *
 *   node test/reports/naive-scheduler.ts FOLDER
 */
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from '../journeys/asking.ts';

export type NaiveJob = {
  readonly name: string;
  readonly line: string;
  /** UTC milliseconds; null when it is over. */
  readonly nextAt: number | null;
  /** Null for a job of one time. */
  readonly everyMs: number | null;
};

const tickMs = 200;

export const jobsFile = (folder: string): string => join(folder, 'jobs.json');
export const readJobs = (folder: string): readonly NaiveJob[] =>
  JSON.parse(readFileSync(jobsFile(folder), 'utf8'));
export const writeJobs = (folder: string, jobs: readonly NaiveJob[]): void =>
  writeFileSync(jobsFile(folder), JSON.stringify(jobs));

/** One lock for a tick. What a process that was killed left behind is broken. */
function takeLock(path: string): boolean {
  try {
    const file = openSync(path, 'wx');
    writeFileSync(file, String(process.pid));
    closeSync(file);
    return true;
  } catch {
    const holder = Number(read(path));
    if (holder > 0 && !isAlive(holder)) rmSync(path, { force: true });
    return false;
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Its holder has just let it go.
    return '';
  }
}

function tick(folder: string): void {
  const lock = join(folder, 'tick.lock');
  if (!takeLock(lock)) return;
  try {
    const now = Date.now();
    const isDue = ({ nextAt }: NaiveJob): boolean => nextAt !== null && nextAt <= now;
    const jobs = readJobs(folder);
    const due = jobs.filter(isDue);
    // Moved on before it runs, so that nobody runs it twice.
    if (due.length > 0)
      writeJobs(
        folder,
        jobs.map((job) => (isDue(job) ? movedOn(job, now) : job)),
      );
    for (const job of due) run(job);
  } finally {
    rmSync(lock, { force: true });
  }
}

/** To the next time after now: what was due meanwhile is forgotten. */
function movedOn(job: NaiveJob, now: number): NaiveJob {
  const { nextAt, everyMs } = job;
  if (nextAt === null || everyMs === null) return { ...job, nextAt: null };
  const steps = Math.floor((now - nextAt) / everyMs) + 1;
  return { ...job, nextAt: nextAt + steps * everyMs };
}

/** Its own child: it is where this process is, and ends with the application that this process belongs to. */
function run({ name, line, nextAt }: NaiveJob): void {
  const env = {
    PATH: process.env['PATH'],
    JOB_NAME: name,
    FIRE_TIME: new Date(nextAt ?? 0).toISOString(),
  };
  spawn('/bin/sh', ['-c', line], { env, stdio: 'ignore' });
}

const [folder] = process.argv.slice(2);
if (import.meta.main && folder !== undefined) setInterval(() => tick(folder), tickMs);
