import assert from 'node:assert/strict';
import { Agent, get } from 'node:http';
import { DatabaseSync } from 'node:sqlite';
import { toUlid } from '../../src/core/id.ts';
import { type Person, type Running, sleep, until } from '../journeys/program.ts';

/** A home with years of history, and somebody who looks at it in an even beat. */
export const jobs = 10_000;
export const runs = 100_000;
export const perSecond = 50;

/** Copies of one job and of one run of it, as the program itself wrote them, with ids of their own. */
export function multiply(person: Person): void {
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

export type Door = { readonly port: number; readonly token: string };

/** Asks in an even beat, whether or not answers keep up. @returns how long each answer took, in ms */
export async function askFor(
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

export const address = ({ port, token }: Door) => ({
  host: '127.0.0.1',
  port,
  headers: { authorization: `Bearer ${token}` },
});

/** Lateness of the runs that the working jobs began since then, in ms. */
export function latenessSince(person: Person, since: number): readonly number[] {
  const database = new DatabaseSync(person.file('cronkeeper.db'), { readOnly: true });
  const rows = database
    .prepare(
      `SELECT started_at - fire_time AS late FROM runs WHERE fire_time >= ? AND started_at IS NOT NULL AND job_name LIKE 'works%'`,
    )
    .all(since);
  database.close();
  return rows.map((row) => Number(row['late']));
}

export async function doorOf(dashboard: Running, person: Person): Promise<Door> {
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
