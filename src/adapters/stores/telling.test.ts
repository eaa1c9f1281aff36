import assert from 'node:assert/strict';
import test from 'node:test';
import { definitionDefaults, type Job } from '../../core/job.ts';
import { personal } from '../../core/maker.ts';
import type { Run } from '../../core/run.ts';
import type { Settlement } from '../../core/settlement.ts';
import type { SqlDriver, SqlSession } from './driver.ts';
import { jobValues, runValues } from './rows.ts';
import { runStore } from './runs.ts';
import { insertJob } from './sql/jobs.ts';
import { claimLease, insertLease } from './sql/leases.ts';
import { insertOwed } from './sql/outbox.ts';
import { insertProfile } from './sql/profiles.ts';
import { insertDecision } from './sql/runs.ts';
import { openSqliteDriver } from './sqlite-driver.ts';
import { migrate, schemaVersion } from './sqlite-schema.ts';
import { makeTelling } from './telling.ts';

const at = Date.UTC(2026, 10, 28);
const fence = { profile: 'la', epoch: 1, instanceId: 'one' };

const job: Job = {
  id: 'a',
  profile: 'la',
  revision: 1,
  state: 'enabled',
  pausedReason: null,
  authority: personal,
  definition: {
    ...definitionDefaults,
    name: 'report',
    schedule: { kind: 'every', everyMs: 60_000, anchor: at },
    action: { kind: 'command', argv: ['true'], shell: false },
    cwd: '/',
    env: {},
    deliver: ['inbox', 'ntfy:t'],
  },
  nextFireAt: at,
  scheduledRuns: 0,
  createdAt: at,
  updatedAt: at,
};

const run: Run = {
  id: 'r',
  profile: 'la',
  jobId: 'a',
  jobName: 'report',
  jobRevision: 1,
  cause: 'schedule',
  fireTime: at,
  fireTimeEnd: null,
  count: 1,
  state: 'queued',
  outcome: null,
  reason: null,
  message: null,
  retryOf: null,
  requestId: null,
  epoch: 1,
  decidedAt: at,
  notBefore: at,
  deadline: null,
  cancelRequested: false,
  startedAt: null,
  endedAt: null,
  exitCode: null,
  outputBytes: null,
  outputTruncated: false,
};

const ended: Settlement = {
  runId: 'r',
  attempt: null,
  run: {
    state: 'ended',
    outcome: 'succeeded',
    reason: null,
    message: null,
    notBefore: null,
    endedAt: at,
    outputBytes: null,
    outputTruncated: false,
  },
};

/** A store with a queued run whose job tells two targets. `fails` makes the nth row of the outbox fail to be written. */
async function openStore(): Promise<{
  driver: SqlDriver;
  wrapped: SqlDriver;
  failAt: (n: number) => void;
}> {
  const driver = await openSqliteDriver(
    { path: ':memory:', now: () => at, sleep: async () => {}, random: () => 0 },
    schemaVersion,
  );
  await migrate(driver);
  await driver.run(insertProfile, ['la', at]);
  await driver.run(insertLease, ['la']);
  await driver.all(claimLease, ['la', 0, 0, 'free', 'one', '{}', 1, 15_000]);
  await driver.run(insertJob, jobValues(job));
  await driver.run(insertDecision, runValues(run));
  let left = Number.POSITIVE_INFINITY;
  const through = (session: SqlSession): SqlSession => ({
    all: (sql, params) => session.all(sql, params),
    run: async (sql, params) => {
      if (sql === insertOwed) {
        left -= 1;
        if (left === 0) throw new Error('the power went');
      }
      return session.run(sql, params);
    },
  });
  const wrapped: SqlDriver = {
    all: (sql, params) => driver.all(sql, params),
    run: (sql, params) => driver.run(sql, params),
    transaction: (work) => driver.transaction((session) => work(through(session))),
    changeToken: () => driver.changeToken(),
    writeBack: () => driver.writeBack(),
    backup: (path) => driver.backup(path),
    problems: () => driver.problems(),
    settings: () => driver.settings(),
    close: () => driver.close(),
  };
  return {
    driver,
    wrapped,
    failAt: (n) => {
      left = n;
    },
  };
}

const rowsOf = async (driver: SqlDriver, table: 'deliveries' | 'runs'): Promise<number> =>
  (
    await driver.all(
      table === 'runs' ? `SELECT id FROM runs WHERE state = 'ended'` : 'SELECT id FROM deliveries',
    )
  ).length;

for (const n of [1, 2]) {
  test(`a run is not over while what it owes is not written (row ${n} of 2)`, async (t) => {
    const { driver, wrapped, failAt } = await openStore();
    t.after(() => driver.close());
    const runs = runStore(wrapped, makeTelling(['inbox']));
    failAt(n);
    await assert.rejects(runs.settle(fence, [ended]), /the power went/);
    assert.equal(await rowsOf(driver, 'runs'), 0);
    assert.equal(await rowsOf(driver, 'deliveries'), 0);
    failAt(Number.POSITIVE_INFINITY);
    assert.deepEqual(await runs.settle(fence, [ended]), { kind: 'done', value: ['r'] });
    assert.equal(await rowsOf(driver, 'runs'), 1);
    assert.equal(await rowsOf(driver, 'deliveries'), 2);
  });
}

test('a run whose job is damaged is recorded all the same, and its failure is told where alerts go', async (t) => {
  const { driver, wrapped } = await openStore();
  t.after(() => driver.close());
  await driver.run(`UPDATE jobs SET definition = replace(definition, 'ntfy:t', 'ntfy:u')`);
  const runs = runStore(wrapped, makeTelling(['ntfy:ops']));
  const bad = { ...ended.run, outcome: 'failed', reason: 'exit_nonzero' } as const;
  assert.deepEqual(await runs.settle(fence, [{ ...ended, run: bad }]), {
    kind: 'done',
    value: ['r'],
  });
  const [row] = await driver.all('SELECT target FROM deliveries');
  assert.equal(row?.['target'], 'ntfy:ops');
});
