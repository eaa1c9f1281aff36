import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { kill, processesWith } from '../journeys/asking.ts';
import { type Answer, launcher, Person, sleep, until } from '../journeys/program.ts';
import { seededRandom } from '../simulation/timeline.ts';
import { Disk, type FileSystem, whyNoDisk } from './disk.ts';
import { openStore, problemsOf } from './picture.ts';
import { cutAfterEachStep, stepCount } from './session.ts';

/** Cuts at random moments for each file system, and cuts while jobs run. */
const randomCuts = Number(process.env['CUTS'] ?? 4);
const runningCuts = Number(process.env['RUNNING'] ?? 1);
/** All sessions by hand; else one for each file system. */
const allSessions = process.env['SESSIONS'] === 'all';
const seed = Number(process.env['SEED'] ?? Date.now() % 100_000);
const skip = whyNoDisk() ?? false;
const kinds: readonly FileSystem[] = ['ext4', 'xfs'];

/** A person whose home is on a disk of its own. */
async function onDisk(
  kind: FileSystem,
  act: (person: Person, disk: Disk) => Promise<void>,
): Promise<void> {
  const disk = new Disk(kind);
  const home = join(disk.mount, 'home');
  const person = new Person({ CRONKEEPER_HOME: home, LC_JOURNEY: home });
  try {
    await act(person, disk);
  } finally {
    await endAll(home);
    await person.leave();
    disk.remove();
  }
}

/** The machine is off: every process of the home is gone. */
const endAll = (home: string): Promise<true> =>
  until('everything ended', async () => {
    const left = await processesWith(`LC_JOURNEY=${home}\0`);
    for (const pid of left) kill(pid);
    return left.length === 0 ? true : undefined;
  });

const writerFile = fileURLToPath(
  new URL('../../src/adapters/stores/durability.slow.ts', import.meta.url),
);

/** Creates profile after profile, and prints the name of each when it is acknowledged. */
function startWriter(path: string): { readonly child: ChildProcess; readonly told: string[] } {
  const child = spawn(process.execPath, [...hooks(), writerFile, 'append', path], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const told: string[] = [];
  assert.ok(child.stdout);
  createInterface({ input: child.stdout }).on('line', (line) => told.push(line));
  return { child, told };
}

/** What this process was started with for its modules, a sabotage for instance, the writer needs too. */
const hooks = (): readonly string[] => {
  const at = process.execArgv.indexOf('--import');
  return at < 0 ? [] : process.execArgv.slice(at, at + 2);
};

/** Starts the program as after the machine was switched on again: the boot has another id. */
async function typeAfterBoot(person: Person, ...words: readonly string[]): Promise<Answer> {
  const id = join(person.home, 'boot-id');
  writeFileSync(id, `${crypto.randomUUID()}\n`);
  const script = 'mount --bind "$1" /proc/sys/kernel/random/boot_id && shift && exec "$@"';
  const child = spawn('unshare', ['-m', 'sh', '-c', script, 'sh', id, launcher, ...words], {
    env: person.env,
    cwd: person.home,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const err: Buffer[] = [];
  child.stderr.on('data', (part: Buffer) => err.push(part));
  const late = setTimeout(() => child.kill('SIGKILL'), 60_000);
  const [code] = await once(child, 'close');
  clearTimeout(late);
  return { code, out: '', err: Buffer.concat(err).toString() };
}

const jobCount = 12;

/** Jobs of one occurrence each, one every quarter of a second; each start is witnessed on another disk. */
const dueSoon = (witness: string): string =>
  JSON.stringify({
    version: 1,
    jobs: Array.from({ length: jobCount }, (_, n) => ({
      name: `job ${n}`,
      when: new Date(Date.now() + 3_000 + n * 250).toISOString(),
      grace: '1d',
      shell: `echo "$CRONKEEPER_JOB_ID" >> ${witness}; sleep 0.4`,
    })),
  });

async function cutWhileRunning(
  person: Person,
  disk: Disk,
  afterMs: number,
): Promise<{ readonly faults: readonly string[]; readonly begun: number }> {
  const home = person.env['CRONKEEPER_HOME'] ?? '';
  const witness = join(mkdtempSync(join(tmpdir(), 'ck-witness-')), 'witness');
  writeFileSync(witness, '');
  const lines = (): string[] => readFileSync(witness, 'utf8').split('\n').slice(0, -1);
  const applied = await person.type(['apply', '-'], {}, dueSoon(witness));
  assert.equal(applied.code, 0, applied.err);
  person.start(['runner']);
  await until('the first began', () => (lines().length > 0 ? true : undefined), 60_000);
  await sleep(afterMs);
  disk.cutPower();
  await endAll(home);
  const begun = lines().length;
  disk.turnOn();
  const path = join(home, 'cronkeeper.db');
  const faults = [...(await problemsOf(path))];
  const ticked = await typeAfterBoot(person, 'tick');
  if (ticked.code !== 0) faults.push(`no recovery: ${ticked.err}`);
  const store = await openStore(path);
  for (const job of await store.jobs.list('default', { after: null, limit: 100 })) {
    const runs = await store.runs.list('default', { jobId: job.id, limit: 9 });
    const starts = lines().filter((line) => line === job.id).length;
    const [run] = runs;
    if (runs.length !== 1 || run === undefined)
      faults.push(`${runs.length} decisions of ${job.id}`);
    else if (run.state !== 'ended') faults.push(`${job.id} is ${run.state}`);
    else if (run.outcome === 'succeeded' && starts === 0) faults.push(`${job.id} never began`);
    if (starts > 1) faults.push(`${job.id} began ${starts} times`);
  }
  await store.close();
  rmSync(witness);
  return { faults, begun };
}

describe('the power is cut', { concurrency: 2, skip }, () => {
  for (const kind of kinds) {
    for (const keepOpen of [false, true]) {
      if (!allSessions && keepOpen !== (kind === 'xfs')) continue;
      const how = keepOpen ? ', with the store open elsewhere' : '';
      test(`after each step of a session on ${kind}${how}: everything acknowledged is there`, (t) =>
        onDisk(kind, async (person, disk) => {
          const lost = await cutAfterEachStep(person, disk, { keepOpen });
          t.diagnostic(`${disk.cuts} cuts, ${lost.length} lost`);
          assert.deepEqual(lost, []);
          assert.equal(disk.cuts, stepCount);
        }));
    }

    test(`at random moments of a writer on ${kind}: everything acknowledged is there`, (t) =>
      onDisk(kind, async (_, disk) => {
        const random = seededRandom(seed);
        const path = join(disk.mount, 'store.db');
        const acknowledged: string[] = [];
        for (let cut = 0; cut < randomCuts; cut += 1) {
          const { child, told } = startWriter(path);
          const closed = once(child, 'close');
          await until('it writes', () => (told.length > 0 ? true : undefined), 30_000);
          await sleep(random() * 150);
          // What is told from here on was told by a machine without power: a sync that is under way may answer wrongly then.
          acknowledged.push(...told);
          disk.cutPower();
          child.kill('SIGKILL');
          await closed;
          disk.turnOn();
          assert.deepEqual(await problemsOf(path), []);
          const store = await openStore(path);
          const found = new Set((await store.profiles.list()).map(({ name }) => name));
          const halves = [];
          for (const name of found) {
            const { version } = await store.appointments.current(name);
            const entries = await store.audit.list(name, { limit: 9 });
            if (version !== 1 || entries.length !== 1) halves.push(name);
          }
          await store.close();
          assert.deepEqual(
            acknowledged.filter((name) => !found.has(name)),
            [],
            `SEED=${seed}`,
          );
          assert.deepEqual(halves, [], `SEED=${seed}`);
        }
        t.diagnostic(
          `${disk.cuts} cuts, ${acknowledged.length} acknowledged, 0 lost; SEED=${seed}`,
        );
      }));
  }

  test('while jobs run: each occurrence has one decision, and none begins twice', async (t) => {
    const random = seededRandom(seed);
    for (let cut = 0; cut < runningCuts; cut += 1) {
      await onDisk(kinds[cut % 2] ?? 'ext4', async (person, disk) => {
        const { faults, begun } = await cutWhileRunning(person, disk, random() * 1_500);
        t.diagnostic(`${begun} of ${jobCount} had begun; SEED=${seed}`);
        assert.deepEqual(faults, [], `SEED=${seed}`);
      });
    }
  });
});
