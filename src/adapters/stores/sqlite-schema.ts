import { advice, Refusal } from '../../core/refusal.ts';
import { StoreUnavailable } from '../../ports/store.ts';
import { integer } from './columns.ts';
import { commit, type SqlDriver, type SqlRow, type SqlSession } from './driver.ts';
import { authorityTables } from './schema-authority.ts';
import { chatTables } from './schema-chat.ts';
import { dashboardTables } from './schema-dashboard.ts';
import { lighterEvents } from './schema-events.ts';
import { outboxTables } from './schema-outbox.ts';
import { recipients } from './schema-recipients.ts';

/** Everything that only SQLite understands, and the tables. Text columns compare by code point (in PostgreSQL: COLLATE "C"). */
export const pragmas = [
  'PRAGMA journal_mode = WAL',
  'PRAGMA synchronous = FULL',
  // On macOS an ordinary fsync does not reach the disk; elsewhere these change nothing.
  'PRAGMA fullfsync = ON',
  'PRAGMA checkpoint_fullfsync = ON',
  'PRAGMA foreign_keys = ON',
  'PRAGMA temp_store = MEMORY',
  'PRAGMA journal_size_limit = 67108864',
] as const;

/** Older ones can lose commits when two connections reset the log at the same moment. */
export const oldestSqlite = '3.51.3';

export function isSqliteTooOld(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  const [oldMajor = 0, oldMinor = 0, oldPatch = 0] = oldestSqlite.split('.').map(Number);
  return major * 1e6 + minor * 1e3 + patch < oldMajor * 1e6 + oldMinor * 1e3 + oldPatch;
}

const tables = [
  `CREATE TABLE profiles (
    name TEXT NOT NULL PRIMARY KEY,
    created_at BIGINT NOT NULL
  )`,
  `CREATE TABLE jobs (
    profile TEXT NOT NULL REFERENCES profiles (name),
    id TEXT NOT NULL,
    revision BIGINT NOT NULL,
    state TEXT NOT NULL,
    paused_reason TEXT,
    name_key TEXT NOT NULL,
    definition TEXT NOT NULL,
    next_fire_at BIGINT,
    scheduled_runs BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (profile, id)
  )`,
  `CREATE INDEX jobs_by_name ON jobs (profile, name_key, id)`,
  `CREATE INDEX jobs_due ON jobs (profile, next_fire_at, id) WHERE state = 'enabled'`,
  `CREATE TABLE removed_jobs (
    profile TEXT NOT NULL,
    id TEXT NOT NULL,
    name_key TEXT NOT NULL,
    removed_at BIGINT NOT NULL,
    PRIMARY KEY (profile, id)
  )`,
  `CREATE TABLE job_keys (
    profile TEXT NOT NULL,
    key TEXT NOT NULL,
    content TEXT NOT NULL,
    job_id TEXT NOT NULL,
    PRIMARY KEY (profile, key)
  )`,
  `CREATE INDEX job_keys_by_job ON job_keys (profile, job_id)`,
  `CREATE TABLE runs (
    id TEXT NOT NULL PRIMARY KEY,
    profile TEXT NOT NULL,
    job_id TEXT NOT NULL,
    job_name TEXT NOT NULL,
    job_revision BIGINT NOT NULL,
    cause TEXT NOT NULL,
    fire_time BIGINT,
    fire_time_end BIGINT,
    occurrences BIGINT NOT NULL,
    state TEXT NOT NULL,
    outcome TEXT,
    reason TEXT,
    message TEXT,
    retry_of TEXT,
    request_id TEXT,
    epoch BIGINT,
    decided_at BIGINT NOT NULL,
    not_before BIGINT NOT NULL,
    deadline BIGINT,
    cancel_requested BIGINT NOT NULL,
    started_at BIGINT,
    ended_at BIGINT,
    exit_code BIGINT,
    output_bytes BIGINT,
    output_truncated BIGINT NOT NULL
  )`,
  // Runs without a fire time, made by requests, never collide: nulls are distinct.
  `CREATE UNIQUE INDEX runs_by_occurrence ON runs (profile, job_id, fire_time)`,
  `CREATE INDEX runs_by_range ON runs (profile, job_id, fire_time_end) WHERE fire_time_end IS NOT NULL`,
  `CREATE INDEX runs_open ON runs (profile, not_before, id) WHERE state IN ('queued', 'running')`,
  `CREATE INDEX runs_by_decision ON runs (profile, decided_at, id)`,
  `CREATE INDEX runs_by_job ON runs (profile, job_id, decided_at, id)`,
  `CREATE INDEX runs_final ON runs (profile, decided_at, id, output_bytes) WHERE state NOT IN ('queued', 'running')`,
  `CREATE TABLE attempts (
    run_id TEXT NOT NULL REFERENCES runs (id),
    number BIGINT NOT NULL,
    state TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    instance_id TEXT NOT NULL,
    process TEXT NOT NULL,
    provenance TEXT NOT NULL,
    adopted_by TEXT,
    authorised_at BIGINT NOT NULL,
    timeout_ms BIGINT NOT NULL,
    started_at BIGINT,
    ended_at BIGINT,
    outcome TEXT,
    exit_code BIGINT,
    reason TEXT,
    PRIMARY KEY (run_id, number)
  )`,
  `CREATE INDEX attempts_open ON attempts (run_id) WHERE state IN ('authorised', 'began')`,
  // Without a reference to profiles: the row outlives its profile, because an epoch must never repeat.
  `CREATE TABLE leases (
    profile TEXT NOT NULL PRIMARY KEY,
    epoch BIGINT NOT NULL,
    holder_id TEXT,
    holder TEXT,
    appointment_version BIGINT NOT NULL,
    renewals BIGINT NOT NULL,
    renewed_at BIGINT NOT NULL,
    ttl_ms BIGINT NOT NULL,
    end_runs_up_to BIGINT NOT NULL,
    preferred_id TEXT
  )`,
  `CREATE TABLE appointments (
    profile TEXT NOT NULL REFERENCES profiles (name),
    version BIGINT NOT NULL,
    rule TEXT NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT,
    at BIGINT NOT NULL,
    PRIMARY KEY (profile, version)
  )`,
  `CREATE TABLE instances (
    profile TEXT NOT NULL,
    id TEXT NOT NULL,
    body TEXT NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (profile, id)
  )`,
  `CREATE TABLE requests (
    id TEXT NOT NULL PRIMARY KEY,
    profile TEXT NOT NULL REFERENCES profiles (name),
    kind TEXT NOT NULL,
    job_id TEXT,
    run_id TEXT,
    retry_of TEXT,
    actor TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT,
    message TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    answered_at BIGINT
  )`,
  `CREATE INDEX requests_waiting ON requests (profile, created_at, id) WHERE state = 'waiting'`,
  `CREATE INDEX requests_by_answer ON requests (profile, answered_at)`,
  // The only identity column: a sequence is never given out twice, so that a reader can resume from it.
  `CREATE TABLE audit (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    profile TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL
  )`,
  `CREATE INDEX audit_by_profile ON audit (profile, sequence)`,
] as const;

/** As large as there are jobs, or were; nothing in them tells whether an occurrence was decided, what runs, or who owns. */
export const growWithJobs: ReadonlySet<string> = new Set([
  'jobs',
  'job_keys',
  'agent_jobs',
  'removed_jobs',
  'audit',
]);

/** One list of statements a schema version, the first for version 1. Never edited once released, only appended to. */
const migrations: readonly (readonly string[])[] = [
  tables,
  [...dashboardTables, ...outboxTables],
  [...authorityTables, ...chatTables],
  lighterEvents,
  recipients,
];

export const schemaVersion = migrations.length;

/** Marks the file as ours: "crnk". */
const applicationId = 0x63726e6b;

/**
 * Looks at a file before anything in it is set, the kind of its log included.
 *
 * @throws Refusal when it is the database of another program
 */
export function refuseForeignFile(all: (sql: string) => readonly SqlRow[]): void {
  const id = all('PRAGMA application_id')[0]?.['application_id'];
  const isNew = id === 0 && all('SELECT name FROM sqlite_master LIMIT 1').length === 0;
  if (isNew || id === applicationId) return;
  throw new Refusal('home_foreign', 'The database file belongs to another program.', {
    kind: 'failed',
    remedy: advice('Point CRONKEEPER_HOME to a folder of its own.'),
  });
}

async function pragma(session: SqlSession, name: string): Promise<number> {
  const [row] = await session.all(`PRAGMA ${name}`);
  if (row === undefined) throw new StoreUnavailable('store_corrupt', `SQLite knows no ${name}.`);
  return integer(row, name);
}

/**
 * Brings the schema up to this program's. Many processes may do it at once: one works, the others find it done.
 *
 * @throws Refusal when the schema is newer than this program
 */
export async function migrate(driver: SqlDriver): Promise<void> {
  const found = await pragma(driver, 'user_version');
  if (found > schemaVersion) {
    throw new Refusal(
      'store_version_newer',
      `The store has schema ${found}; this program knows ${schemaVersion}. A newer cronkeeper has used this home.`,
      { kind: 'failed', remedy: advice('Use the newest cronkeeper installed for this home.') },
    );
  }
  if (found === schemaVersion) return;
  await driver.transaction(async (session) => {
    const version = await pragma(session, 'user_version');
    if (version === 0) await session.run(`PRAGMA application_id = ${applicationId}`);
    for (const statements of migrations.slice(version)) {
      for (const statement of statements) await session.run(statement);
    }
    await session.run(`PRAGMA user_version = ${schemaVersion}`);
    return commit(null);
  });
}

/** What makes the schema as it is now: without what was dropped later, which takes its triggers and indexes along. */
function standingStatements(): ReadonlySet<string> {
  const made = new Map<string, string>();
  for (const statement of migrations.flat()) {
    const [, gone] = /^DROP TABLE (\w+)$/.exec(statement) ?? [];
    if (gone !== undefined) {
      const isOfIt = new RegExp(` ON ${gone}\\s`);
      for (const [name, sql] of made) if (name === gone || isOfIt.test(sql)) made.delete(name);
    }
    const [, name] = /^CREATE (?:UNIQUE )?(?:TABLE|INDEX|TRIGGER) (\w+)/.exec(statement) ?? [];
    if (name !== undefined) made.set(name, statement);
  }
  return new Set(made.values());
}

/**
 * What the schema says otherwise than it was written. Damage there changes what every statement means, or makes it look like a bug.
 */
export async function schemaProblems(driver: SqlSession): Promise<readonly string[]> {
  const rows = await driver.all(
    `SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite~_%' ESCAPE '~'`,
  );
  const found = new Set(rows.map((row) => String(row['sql'])));
  const standing = standingStatements();
  const isWhole = found.size === standing.size && [...standing].every((sql) => found.has(sql));
  return isWhole ? [] : ['The schema is not as it was written.'];
}
