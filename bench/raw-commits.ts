import { DatabaseSync } from 'node:sqlite';

/**
 * What this disk lets through: a claim and a finish for each job, `batch` jobs in one commit, in the same kind of database as ours and with
 * as little besides as can be: a fence, an occurrence that is unique, and the job's next fire time.
 *
 * @param warmUp so many jobs come first and do not count
 * @returns jobs a second
 */
export function rawJobsPerSecond(
  path: string,
  { batch, warmUp, forMs }: { batch: number; warmUp: number; forMs: number },
): number {
  const database = new DatabaseSync(path);
  try {
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
      CREATE TABLE lease (epoch INTEGER); INSERT INTO lease VALUES (1);
      CREATE TABLE jobs (id INTEGER PRIMARY KEY, next INTEGER);
      CREATE TABLE runs (job INTEGER, due INTEGER, state TEXT, ended INTEGER, PRIMARY KEY (job, due));`);
    const fence = database.prepare('UPDATE lease SET epoch = epoch WHERE epoch = 1');
    const claim = database.prepare(`INSERT INTO runs VALUES (?, ?, 'running', NULL)`);
    const advance = database.prepare('UPDATE jobs SET next = ? WHERE id = ?');
    const finish = database.prepare(
      `UPDATE runs SET state = 'ended', ended = ? WHERE job = ? AND due = ? AND state = 'running'`,
    );
    const insert = database.prepare('INSERT INTO jobs VALUES (?, 0)');
    database.exec('BEGIN');
    for (let id = 0; id < jobs; id += 1) insert.run(id);
    database.exec('COMMIT');
    const commit = (each: (job: number, due: number) => void, first: number): void => {
      database.exec('BEGIN IMMEDIATE');
      fence.run();
      for (let n = first; n < first + batch; n += 1) each(n % jobs, n);
      database.exec('COMMIT');
    };
    const runBatch = (first: number): void => {
      commit((job, due) => {
        claim.run(job, due);
        advance.run(due + jobs, job);
      }, first);
      commit((job, due) => finish.run(due, job, due), first);
    };
    let done = 0;
    for (; done < warmUp; done += batch) runBatch(done);
    const before = done;
    const began = performance.now();
    for (; performance.now() - began < forMs; done += batch) runBatch(done);
    return ((done - before) / (performance.now() - began)) * 1_000;
  } finally {
    database.close();
  }
}

const jobs = 10_000;
