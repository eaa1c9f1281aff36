import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { bootMs, type Field } from './field.ts';
import { type Chance, type Nemesis, pick, type Strike } from './nemesis.ts';
import { nameOf, readStat, signal } from './processes.ts';

const lastPid = '/proc/sys/kernel/ns_last_pid';
const triesLimit = 200;
/** So long a stranger must be left alone. */
const watchMs = 2_500;

/** A stranger that has exactly this pid; null when the kernel gave it to somebody else each time. */
async function strangerAt(pid: number): Promise<ChildProcess | null> {
  for (let tries = 0; tries < triesLimit; tries += 1) {
    writeFileSync(lastPid, String(pid - 1));
    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    if (child.pid === pid) return child;
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
  }
  return null;
}

type Victim = { readonly what: string; readonly pid: number; readonly run?: string };

/** The holder, its starter and the wrapper of a run that goes on: those whose pids are written down. */
async function victims(field: Field): Promise<readonly Victim[]> {
  const { instance, starter } = await field.lease();
  const found: Victim[] = [];
  if (instance !== null) found.push({ what: 'holder', pid: instance.pid });
  if (starter !== null) found.push({ what: 'starter', pid: starter.pid });
  const { runs } = field.context.store;
  for (const run of await runs.open('default', 100)) {
    const attempt = (await runs.attempts(run.id)).find(({ state }) => state === 'began');
    if (attempt !== undefined)
      found.push({ what: 'wrapper', pid: attempt.process.pid, run: run.id });
  }
  return found;
}

/** Everyone dies, and a stranger gets the pid of one of the dead before anybody starts again. It is neither trusted nor killed. */
async function reusePid(field: Field, chance: Chance): Promise<Strike | null> {
  const victim = pick(chance, await victims(field));
  if (victim === undefined) return null;
  const from = bootMs();
  const { starter } = await field.lease();
  const alive = field.alive;
  for (const { running } of alive) running.signal('SIGKILL');
  for (const pid of [starter?.pid ?? 0, victim.pid]) if (pid > 1) signal(pid, 'SIGKILL');
  await Promise.all(alive.map(({ running }) => running.ended));
  const stranger = await strangerAt(victim.pid);
  field.fill();
  const until = bootMs();
  const ranAgain = await field.runsAgain(until, 15_000);
  const killedRuns = victim.run === undefined ? [] : [victim.run];
  const harm = { from, until, killedRuns, kills: alive.length + 1 };
  if (stranger?.pid === undefined) return { ...harm, detail: 'not reused' };
  await field.runsAgain(until + watchMs, watchMs * 3);
  const isLeftAlone = readStat(stranger.pid) !== null && stranger.exitCode === null;
  const complaint = isLeftAlone ? null : `a stranger with the pid of the ${victim.what} was killed`;
  stranger.kill('SIGKILL');
  return {
    ...harm,
    complaint,
    detail: `${victim.what}, now ${nameOf(stranger.pid) ?? 'gone'}${ranAgain ? '' : ', no run'}`,
  };
}

export const pidNemesis: Nemesis = { name: 'pid-reuse', weight: 4, strike: reusePid };
