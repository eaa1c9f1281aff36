import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { isFinal, type Run } from '../../src/core/run.ts';
import { type Json, Person, patienceMs, processesOf, type Running, until } from './program.ts';

/** What several journeys ask of the program, and wait for. Waiting looks into the store: a command line each time would be slow. */

/**
 * A person for the time of one walk. Every process of theirs carries a mark in a variable that runs inherit, so that what a failed
 * walk leaves behind ends too.
 */
export async function walk(steps: (person: Person) => Promise<void>): Promise<void> {
  const person = new Person();
  const mark = markOf(person);
  person.env[mark.name] = mark.value;
  try {
    await steps(person);
  } finally {
    await person.leave();
    for (const pid of await processesOfPerson(person)) kill(pid);
  }
}

const markOf = ({ home }: Person): { readonly name: string; readonly value: string } => ({
  name: 'LC_JOURNEY',
  value: home,
});

export const processesOfPerson = (person: Person): Promise<readonly number[]> =>
  processesWith(`${markOf(person).name}=${markOf(person).value}\0`);

export function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

/** Starts a runner and waits until it owns the profile. */
export async function startRunner(
  person: Person,
  args: readonly string[] = ['runner'],
): Promise<Running> {
  const running = person.start(args);
  await until(`pid ${running.pid} owns`, async () =>
    (await holderPid(person)) === running.pid ? true : undefined,
  );
  return running;
}

export async function holderPid(person: Person, profile = 'default'): Promise<number | null> {
  const store = await person.openStore();
  try {
    return (await store.leases.read(profile)).holder?.process.pid ?? null;
  } finally {
    await store.close();
  }
}

/** Pids of the processes that this one made, as of wrappers that wait for a run. */
export const childrenOf = (pid: number | string): readonly string[] =>
  spawnSync('pgrep', ['-P', `${pid}`], { encoding: 'utf8' })
    .stdout.split('\n')
    .filter(Boolean);

/** Two ticks as of a timer: the first one is moved back, because waiting for a minute would be long. */
export async function tickTwice(person: Person): Promise<void> {
  for (const agoMs of [0, 60_000]) {
    const store = await person.openStore();
    try {
      for (const row of await store.instances.list('default'))
        await store.instances.report({
          ...row,
          startedAt: row.startedAt - agoMs,
          seenAt: row.seenAt - agoMs,
        });
    } finally {
      await store.close();
    }
    const { code, err } = await person.type(['tick']);
    if (code !== 0) throw new Error(`A tick ended with ${code}: ${err}`);
  }
}

export async function starterPid(person: Person): Promise<number> {
  const store = await person.openStore();
  try {
    return (await store.leases.read('default')).holder?.starter?.pid ?? 0;
  } finally {
    await store.close();
  }
}

/** Adds a job; answers its id. */
export async function add(person: Person, ...words: readonly string[]): Promise<string> {
  const { code, answer } = await person.ask(['add', ...words]);
  if (code !== 0) throw new Error(`add ended with ${code}: ${JSON.stringify(answer.value)}`);
  return answer.text('job', 'id');
}

/** Asks for a run now; answers the run's id as soon as it has one. An owner that is too busy to answer is asked again. */
export async function runNow(person: Person, job: string): Promise<string> {
  const receipt = await until('the owner is asked', async () => {
    const { answer } = await person.ask(['run', job]);
    return answer.has('error') ? undefined : answer.text('request', 'receipt');
  });
  const store = await person.openStore();
  try {
    return await until(
      `request ${receipt} becomes a run`,
      async () => (await store.requests.get('default', receipt))?.runId ?? undefined,
    );
  } finally {
    await store.close();
  }
}

/** Waits until the run fits, and answers it as the door shows it. */
export async function whenRun(
  person: Person,
  runId: string,
  what: string,
  fits: (run: Run) => boolean,
  withinMs = patienceMs,
): Promise<Json> {
  const store = await person.openStore();
  try {
    const seen = async (): Promise<true | undefined> => {
      const run = await store.runs.get('default', runId);
      return run !== null && fits(run) ? true : undefined;
    };
    await until(`run ${runId} ${what}`, seen, withinMs);
  } finally {
    await store.close();
  }
  return (await person.ask(['show', runId])).answer.at('run');
}

export const whenRunning = (person: Person, runId: string, withinMs = patienceMs): Promise<Json> =>
  whenRun(
    person,
    runId,
    'began',
    ({ state, startedAt }) => state === 'running' && startedAt !== null,
    withinMs,
  );

export const whenOver = (person: Person, runId: string, withinMs = patienceMs): Promise<Json> =>
  whenRun(person, runId, 'is over', ({ state }) => isFinal(state), withinMs);

/** The rows of a job, oldest first, as soon as they fit. */
export async function whenRuns(
  person: Person,
  jobId: string,
  what: string,
  fits: (runs: readonly Run[]) => boolean,
  withinMs = patienceMs,
): Promise<readonly Run[]> {
  const store = await person.openStore();
  try {
    return await until(
      what,
      async () => {
        const runs = (await store.runs.list('default', { jobId, limit: 1_000 })).toReversed();
        return fits(runs) ? runs : undefined;
      },
      withinMs,
    );
  } finally {
    await store.close();
  }
}

export const logsOf = async (person: Person, subject: string): Promise<string> =>
  (await person.type(['logs', subject, '--raw'])).out;

export const isAlive = (pid: number): boolean => {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

/** By a signal, all of its threads. */
export const isStopped = (pid: number): boolean => {
  try {
    return /^State:\s+T/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

/**
 * Stops a process between two of its writes: one that is stopped inside a write keeps the store locked, and then every answer is
 * about that.
 */
export const stopBetweenWrites = (person: Person, running: Running): Promise<true> =>
  until('it was stopped between two writes', async () => {
    running.signal('SIGSTOP');
    await until('it is stopped', () => isStopped(running.pid) || undefined);
    if (canWrite(person)) return true;
    running.signal('SIGCONT');
    return undefined;
  });

function canWrite(person: Person): boolean {
  const database = new DatabaseSync(person.file('cronkeeper.db'));
  try {
    database.exec('BEGIN IMMEDIATE; ROLLBACK');
    return true;
  } catch {
    return false;
  } finally {
    database.close();
  }
}

/** Memory of a process in KiB, or null when it is gone. */
export function residentKib(pid: number): number | null {
  try {
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return null;
  }
}

/** Living processes whose environment, or whose command line, has this text. */
export async function processesWith(
  text: string,
  where: 'environ' | 'cmdline' = 'environ',
): Promise<readonly number[]> {
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    const said = await readFile(`/proc/${name}/${where}`, 'utf8').catch(() => '');
    if (said.includes(text) && isAlive(Number(name))) found.push(Number(name));
  }
  return found;
}

/** The wrapper that serves a run now, which holds the mark of its beginning open, and its helpers: they share its session. */
export async function wrapperOf(runId: string): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const holds = async (pid: number): Promise<boolean> =>
    (await readlink(`/proc/${pid}/fd/7`).catch(() => '')).includes(`/runs/${runId}/`);
  const sessionOf = async (pid: number): Promise<number> => {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3]);
  };
  const held = await Promise.all(pids.map(holds));
  const wrapper = pids.find((_, index) => held[index]);
  if (wrapper === undefined) return [];
  const sessions = await Promise.all(pids.map(sessionOf));
  return pids.filter((_, index) => sessions[index] === wrapper);
}

/** Far enough away that only requests run the job. */
const never = 'every 30 days';

/** Adds a job that runs a line of shell when it is asked to. */
export const shell = (
  person: Person,
  name: string,
  line: string,
  ...options: readonly string[]
): Promise<string> => add(person, never, '--name', name, '--shell', line, ...options);

export const whenGone = (runId: string, withinMs: number): Promise<true> =>
  until(
    `every process of ${runId} is gone`,
    async () => ((await processesOf(runId)).length === 0 ? true : undefined),
    withinMs,
  );
