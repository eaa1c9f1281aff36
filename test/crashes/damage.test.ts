import assert from 'node:assert/strict';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Refusal } from '../../src/core/refusal.ts';
import { StoreUnavailable } from '../../src/ports/store.ts';
import { entryOf, jobOf } from '../conformance/store-samples.ts';
import { seededRandom } from '../simulation/timeline.ts';
import { openStore } from './picture.ts';
import { oldRuns } from './rows.ts';

const seeds = Number(process.env['SEEDS'] ?? 300);
const first = Number(process.env['SEED'] ?? 1);
/** Only damages whose name has this. */
const only = process.env['DAMAGE'] ?? '';
const folder = mkdtempSync(join(tmpdir(), 'ck-damage-'));
after(() => rmSync(folder, { recursive: true }));
const profile = 'default';
/** So many jobs have their newest version in the log. */
const edited = 10;

/** What would be run, and what is decided; the rest of a store is history. */
async function readAll(
  path: string,
): Promise<{ readonly jobs: Map<string, string>; readonly decisions: number }> {
  const store = await openStore(path, true);
  try {
    const jobs = new Map<string, string>();
    for (const job of await store.jobs.list(profile, { after: null, limit: 1_000 }))
      jobs.set(job.id, JSON.stringify([job.definition, job.nextFireAt, job.state]));
    for (const job of await store.jobs.due(profile, 4e12, 1_000))
      assert.equal(JSON.stringify([job.definition, job.nextFireAt, job.state]), jobs.get(job.id));
    await store.jobs.nextFireTimes(profile, 1);
    await store.leases.read(profile);
    await store.appointments.current(profile);
    await store.runs.open(profile, 1_000);
    const runs = await store.runs.list(profile, { limit: 10_000 });
    return { jobs, decisions: runs.length };
  } finally {
    await store.close();
  }
}

/** A store with jobs, decisions, and a log that is not folded in yet; `states` are its jobs after each commit. */
async function makeStore(path: string): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const maker = await openStore(path);
  await maker.profiles.ensure(profile, 1, 'test');
  const versions = new Map<string, Set<string>>();
  for (let n = 0; n < 40; n += 1) {
    const id = `01M8HHP27Q8QG2V4AGNCAD${String(n).padStart(4, '0')}`;
    const job = jobOf(id, { profile, nextFireAt: 1_800_000_000_000 + n });
    await maker.jobs.create({ job, key: null, entry: entryOf('job.created', { profile }) });
    versions.set(id, new Set([JSON.stringify([job.definition, job.nextFireAt, job.state])]));
  }
  await oldRuns(path, 60);
  // Closing folds the log into the file; what follows stays in the log, because another has the store open.
  await maker.close();
  const store = await openStore(path);
  const keepOpen = await openStore(path);
  for (const [id, seen] of [...versions].slice(-edited)) {
    const job = await store.jobs.get(profile, id);
    assert.ok(job);
    const changed = { ...job, revision: 2, definition: { ...job.definition, timeoutMs: 7_000 } };
    const written = await store.jobs.change({
      profile,
      jobId: id,
      seen: job,
      after: changed,
      decisions: [],
      entry: entryOf('job.changed', { profile }),
    });
    assert.equal(written, 'changed');
    seen.add(JSON.stringify([changed.definition, changed.nextFireAt, changed.state]));
  }
  for (const suffix of ['', '-wal']) copyFileSync(path + suffix, `${path}.kept${suffix}`);
  await store.close();
  await keepOpen.close();
  return versions;
}

type Damage = (files: { database: Buffer; log: Buffer }, random: () => number) => void;

const at = (buffer: Buffer, random: () => number): number => Math.floor(random() * buffer.length);

function flip(buffer: Buffer, random: () => number, bits: number): void {
  for (let n = 0; n < bits; n += 1) {
    const place = at(buffer, random);
    buffer.writeUInt8(buffer.readUInt8(place) ^ (1 << Math.floor(random() * 8)), place);
  }
}

/** One bit in the 400 bytes that begin so far from a place where the text stands. */
function flipNear(buffer: Buffer, random: () => number, text: RegExp, from: number): void {
  const places = [...buffer.toString('latin1').matchAll(text)].map(({ index }) => index);
  const place = (places[at(buffer, random) % places.length] ?? 0) + from;
  flip(buffer.subarray(place, place + 400), random, 1);
}

const damages: Readonly<Record<string, Damage>> = {
  'one bit of the file': ({ database }, random) => flip(database, random, 1),
  'twenty bits of the file': ({ database }, random) => flip(database, random, 20),
  'one bit of what is run': ({ database }, random) =>
    flipNear(database, random, /"argv":\[/g, -300),
  'one bit of the schema': ({ database }, random) => flipNear(database, random, /CREATE TABLE/g, 0),
  'bits of the log': ({ log }, random) => flip(log, random, 1 + Math.floor(random() * 20)),
  'a page of zeros': ({ database }, random) => {
    const page = Math.floor(at(database, random) / 4_096) * 4_096;
    database.fill(0, page, page + 4_096);
  },
  'a page of another place': ({ database }, random) => {
    const [from, to] = [at(database, random), at(database, random)].map((place) => place & ~4_095);
    database.copy(database, to ?? 0, from ?? 0, (from ?? 0) + 4_096);
  },
  'a header of zeros': ({ database }) => database.fill(0, 0, 100),
  'a file that ends early': (files, random) => {
    files.database = files.database.subarray(0, at(files.database, random));
  },
  'a log that ends early': (files, random) => {
    files.log = files.log.subarray(0, at(files.log, random));
  },
  'a log of another store': (files) => {
    files.log = otherLog;
  },
};

let otherLog: Buffer = Buffer.alloc(0);

/** Every refusal and outage is a clear answer; anything else would be a crash of the program. */
const isDetected = (error: unknown): boolean =>
  error instanceof StoreUnavailable || error instanceof Refusal;

// A log that ends in a damaged place cannot be told from one whose last commits were never made: the store is an earlier one then.
test('a damaged store is found out, or says what it said before', async (t) => {
  const path = join(folder, 'store.db');
  const versions = await makeStore(path);
  const other = join(folder, 'other.db');
  await makeStore(other);
  otherLog = readFileSync(`${other}.kept-wal`);
  const tally = { detected: 0, harmless: 0, older: 0 };
  const wrong: string[] = [];
  const kinds = Object.entries(damages).filter(([name]) => name.includes(only));
  for (let seed = first; seed < first + seeds; seed += 1) {
    const random = seededRandom(seed);
    const [name, damage] = kinds[seed % kinds.length] ?? ['', () => {}];
    const files = { database: readFileSync(`${path}.kept`), log: readFileSync(`${path}.kept-wal`) };
    damage(files, random);
    const victim = join(folder, 'victim.db');
    for (const suffix of ['', '-wal', '-shm']) rmSync(victim + suffix, { force: true });
    writeFileSync(victim, files.database);
    writeFileSync(`${victim}-wal`, files.log);
    try {
      const { jobs, decisions } = await readAll(victim);
      const faults = [...jobs].filter(([id, job]) => versions.get(id)?.has(job) !== true);
      if (faults.length > 0) wrong.push(`${seed} ${name}: ${JSON.stringify(faults[0])}`);
      else if (jobs.size !== versions.size || decisions !== 60)
        wrong.push(`${seed} ${name}: ${jobs.size} jobs, ${decisions} decisions`);
      else if (
        [...jobs.values()].filter((job) => job.includes('"timeoutMs":7000')).length === edited
      )
        tally.harmless += 1;
      else if (name.includes(' log')) tally.older += 1;
      else wrong.push(`${seed} ${name}: an older state`);
    } catch (error) {
      if (isDetected(error)) tally.detected += 1;
      else wrong.push(`${seed} ${name}: ${String(error)}`);
    }
    assert.ok(existsSync(victim), 'the damaged file is kept');
  }
  t.diagnostic(`${seeds} seeds: ${JSON.stringify(tally)}, ${wrong.length} wrong`);
  assert.deepEqual(wrong, []);
  assert.ok(tally.detected > seeds / 9 && tally.harmless > 0, 'nothing was damaged');
});
