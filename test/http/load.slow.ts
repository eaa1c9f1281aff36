import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { toUlid } from '../../src/core/id.ts';
import { Person, type Running, sleep, until } from '../journeys/program.ts';

/**
 * What a dashboard costs beside a runner that works: 10,000 jobs and 100,000 runs of history, 50 questions a second, 1,000 streams. By
 * hand, because it measures: `LOAD=full node --test test/http/load.slow.ts` after a build. The figures are printed; the bounds are
 * those that we promise on a machine that does nothing else.
 */
const jobs = 10_000;
const runs = 100_000;
const perSecond = 50;
const streams = 1_000;
/** How many jobs begin at the same moment, each second: they and the dashboard share the processors. Five are 432,000 runs a day. */
const workingJobs = Number(process.env['WORKING'] ?? 5);
const secondsMeasured = Number(process.env['LOAD_SECONDS'] ?? 20);

const skip =
  process.env['LOAD'] === 'full' ? false : 'it measures for two minutes: LOAD=full node --test';

const quantile = (values: readonly number[], part: number): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length * part)] ?? Number.NaN;

/** Copies of one job and of one run of it, as the program itself wrote them, with ids of their own. */
function multiply(person: Person): void {
  const database = new DatabaseSync(person.file('cronkeeper.db'));
  database.function('now_ms', { directOnly: true }, () => Date.now());
  const columnsOf = (table: string): readonly string[] =>
    database
      .prepare(`SELECT name FROM pragma_table_info('${table}')`)
      .all()
      .map((row) => String(row['name']));
  const copy = (table: string, id: string, changed: Readonly<Record<string, string>>): void => {
    const columns = columnsOf(table);
    const values = columns.map((name) => changed[name] ?? name);
    database
      .prepare(
        `INSERT INTO ${table} (${columns.join()}) SELECT ${values.join()} FROM ${table} WHERE id = ?`,
      )
      .run(id);
  };
  const idOf = (index: number): string =>
    toUlid(
      Date.now() - runs * 1_000 + index * 1_000,
      Array.from({ length: 16 }, (_, place) => Math.floor(index / 32 ** (15 - place)) % 32),
    );
  const job = database.prepare(`SELECT id FROM jobs WHERE name_key = 'rare'`).get();
  const run = database
    .prepare(`SELECT id FROM runs WHERE job_id = ? LIMIT 1`)
    .get(String(job?.['id']));
  assert.ok(job !== undefined && run !== undefined);
  database.exec('BEGIN IMMEDIATE');
  const ids: string[] = [];
  for (let index = 0; index < jobs; index += 1) {
    const id = idOf(index);
    ids.push(id);
    copy('jobs', String(job['id']), { id: `'${id}'`, name_key: `'copy ${index}'` });
  }
  for (let index = 0; index < runs; index += 1) {
    const at = Date.now() - (runs - index) * 1_000;
    copy('runs', String(run['id']), {
      id: `'${idOf(jobs + index)}'`,
      job_id: `'${ids[index % jobs]}'`,
      fire_time: String(at),
      decided_at: String(at),
      request_id: 'NULL',
    });
  }
  database.exec('COMMIT');
  database.close();
}

const residentMb = (pid: number): number => {
  const [, kb = ''] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kb) / 1_024;
};

/** Processor time that the process has used, in ms: says what an answer costs, however busy the machine is. */
const usedMs = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
};

type Door = { readonly port: number; readonly token: string };

/** Asks in an even beat, whether or not answers keep up. @returns how long each answer took, in ms */
async function askFor(
  door: Door,
  paths: readonly string[],
  seconds: number,
): Promise<readonly number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 50 });
  const took: number[] = [];
  const asked: Promise<void>[] = [];
  const start = performance.now();
  for (let count = 0; count < seconds * perSecond; count += 1) {
    await sleep(Math.max(0, start + (count * 1_000) / perSecond - performance.now()));
    const began = performance.now();
    asked.push(
      new Promise((resolve, reject) => {
        const path = paths[count % paths.length] ?? '/';
        const request = get({ ...address(door), path, agent }, (answer) => {
          assert.equal(answer.statusCode, 200, path);
          answer.resume();
          answer.on('end', () => {
            took.push(performance.now() - began);
            resolve();
          });
        });
        request.on('error', reject);
      }),
    );
  }
  await Promise.all(asked);
  agent.destroy();
  return took;
}

const address = ({ port, token }: Door) => ({
  host: '127.0.0.1',
  port,
  headers: { authorization: `Bearer ${token}` },
});

/** Opens the streams in a thread of their own, so that their reading does not delay the clock of the questions. */
async function openStreams(door: Door): Promise<Worker> {
  const listeners = new Worker(new URL('./listeners.ts', import.meta.url), {
    workerData: {
      request: { ...address(door), path: '/api/v1/events', agent: false },
      streams,
    },
  });
  await once(listeners, 'message');
  return listeners;
}

/** Lateness of the runs that the working jobs began since then, in ms. */
function latenessSince(person: Person, since: number): readonly number[] {
  const database = new DatabaseSync(person.file('cronkeeper.db'), { readOnly: true });
  const rows = database
    .prepare(
      `SELECT started_at - fire_time AS late FROM runs WHERE fire_time >= ? AND started_at IS NOT NULL AND job_name LIKE 'works%'`,
    )
    .all(since);
  database.close();
  return rows.map((row) => Number(row['late']));
}

async function doorOf(dashboard: Running, person: Person): Promise<Door> {
  const port = await until(
    'the dashboard',
    () => {
      const found = /"port":\s*(\d+)/.exec(dashboard.output());
      return found === null ? undefined : Number(found[1]);
    },
    60_000,
  );
  const { answer } = await person.ask([
    'dashboard',
    'token',
    'add',
    'load',
    '--scope',
    'read',
    '-A',
  ]);
  return { port, token: answer.text('token') };
}

test('a large home is looked at without the runner noticing', {
  skip,
  timeout: 600_000,
}, async (t) => {
  const person = new Person();
  try {
    await person.type(['add', 'every 365d', '--name', 'rare', '--', 'true']);
    person.start(['runner']);
    await until(
      'an owner',
      async () => (await person.type(['run', 'rare', '--wait'])).code === 0 || undefined,
      60_000,
    );
    multiply(person);
    for (let count = 0; count < workingJobs; count += 1)
      await person.type(['add', 'every 1s', '--name', `works ${count}`, '--', 'true']);
    await sleep(5_000);
    const alone = Date.now();
    await sleep(secondsMeasured * 1_000);
    const before = latenessSince(person, alone);

    const dashboard = person.start(['--json', 'dashboard', '--no-open', '--port', '0']);
    const door = await doorOf(dashboard, person);
    const lists = ['/api/v1/jobs?limit=100', '/api/v1/runs?limit=100'];
    await askFor(door, lists, 3);
    const quietMb = residentMb(dashboard.pid);
    const busy = Date.now();
    const open = await openStreams(door);
    const openMb = residentMb(dashboard.pid);
    const used = usedMs(dashboard.pid);
    const took = await askFor(door, lists, secondsMeasured);
    const usedPerAnswerMs = (usedMs(dashboard.pid) - used) / took.length;
    const during = latenessSince(person, busy);
    const workedMb = residentMb(dashboard.pid);
    const heard = once(open, 'message');
    open.postMessage('end');
    const [bytesHeard] = await heard;
    await open.terminate();

    const figures = {
      jobs,
      runs,
      answers: took.length,
      usedPerAnswerMs,
      p50Ms: quantile(took, 0.5),
      p99Ms: quantile(took, 0.99),
      quietMb,
      openMb,
      workedMb,
      bytesHeard,
      latenessAloneMs: {
        runs: before.length,
        p50: quantile(before, 0.5),
        p99: quantile(before, 0.99),
      },
      latenessDuringMs: {
        runs: during.length,
        p50: quantile(during, 0.5),
        p99: quantile(during, 0.99),
      },
    };
    t.diagnostic(JSON.stringify(figures));
    assert.ok(before.length > workingJobs && during.length > workingJobs);
    assert.ok(openMb - quietMb < 60, `${openMb - quietMb} MB for ${streams} streams`);
    assert.ok(figures.p99Ms < 50, `p99 ${figures.p99Ms} ms`);
    assert.ok(figures.latenessDuringMs.p99 - figures.latenessAloneMs.p99 < 100);
  } finally {
    await person.leave();
  }
});
