/**
 * What schema version 2 adds for the dashboard: who may come in, what was answered to a repeated question, and what changed lately.
 *
 * Events are written by triggers, so that no write can forget them. They tell that something changed, never how. A renewal of a
 * lease or the heartbeat of an instance is no change. The newest are kept (see `schema-events.ts`).
 */
export const eventsKept = 50_000;

const accessTables = [
  `CREATE TABLE access (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    scope TEXT NOT NULL,
    profiles TEXT,
    digest TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    expires_at BIGINT,
    used_at BIGINT
  )`,
  `CREATE UNIQUE INDEX access_by_name ON access (name_key) WHERE kind = 'token'`,
  `CREATE TABLE answers (
    credential_id TEXT NOT NULL,
    key TEXT NOT NULL,
    question TEXT NOT NULL,
    status BIGINT,
    body TEXT,
    asked_at BIGINT NOT NULL,
    PRIMARY KEY (credential_id, key)
  )`,
  `CREATE INDEX answers_by_age ON answers (asked_at)`,
] as const;

type Row = 'NEW' | 'OLD';

const tell = (kind: string, row: Row, at: string, subject = 'id'): string =>
  `INSERT INTO events (profile, at, kind, subject) VALUES (${row}.profile, ${at}, '${kind}', ${row}.${subject});`;

const runAt = 'COALESCE(NEW.ended_at, NEW.started_at, NEW.decided_at)';
const requestAt = 'COALESCE(NEW.answered_at, NEW.created_at)';
const standing = (row: Row): string => `json_extract(${row}.body, '$.standing')`;

const eventTables = [
  // A sequence is never given out twice, so that a reader can resume from it.
  `CREATE TABLE events (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    profile TEXT NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL
  )`,
  `CREATE TRIGGER events_bounded AFTER INSERT ON events BEGIN
    DELETE FROM events WHERE sequence <= NEW.sequence - ${eventsKept};
  END`,
  `CREATE TRIGGER job_added AFTER INSERT ON jobs BEGIN ${tell('job', 'NEW', 'NEW.updated_at')} END`,
  `CREATE TRIGGER job_changed AFTER UPDATE ON jobs
    WHEN OLD.revision <> NEW.revision OR OLD.state <> NEW.state BEGIN
    ${tell('job', 'NEW', 'NEW.updated_at')} END`,
  `CREATE TRIGGER job_removed AFTER DELETE ON jobs BEGIN ${tell('job', 'OLD', 'OLD.updated_at')} END`,
  `CREATE TRIGGER run_decided AFTER INSERT ON runs BEGIN ${tell('run', 'NEW', 'NEW.decided_at')} END`,
  `CREATE TRIGGER run_moved AFTER UPDATE ON runs
    WHEN OLD.state <> NEW.state OR OLD.outcome IS NOT NEW.outcome OR OLD.started_at IS NOT NEW.started_at
      OR OLD.cancel_requested <> NEW.cancel_requested BEGIN
    ${tell('run', 'NEW', runAt)} END`,
  `CREATE TRIGGER lease_taken AFTER UPDATE ON leases
    WHEN OLD.epoch <> NEW.epoch OR OLD.holder_id IS NOT NEW.holder_id OR OLD.preferred_id IS NOT NEW.preferred_id BEGIN
    ${tell('owner', 'NEW', 'NEW.renewed_at', 'profile')} END`,
  `CREATE TRIGGER owner_appointed AFTER INSERT ON appointments BEGIN
    ${tell('owner', 'NEW', 'NEW.at', 'profile')} END`,
  `CREATE TRIGGER instance_came AFTER INSERT ON instances BEGIN
    ${tell('instance', 'NEW', 'NEW.seen_at')} END`,
  `CREATE TRIGGER instance_moved AFTER UPDATE ON instances
    WHEN ${standing('OLD')} IS NOT ${standing('NEW')} BEGIN
    ${tell('instance', 'NEW', 'NEW.seen_at')} END`,
  `CREATE TRIGGER instance_left AFTER DELETE ON instances BEGIN
    ${tell('instance', 'OLD', 'OLD.seen_at')} END`,
  // Probes come and go all the time and change nothing.
  `CREATE TRIGGER request_made AFTER INSERT ON requests WHEN NEW.kind <> 'probe' BEGIN
    ${tell('request', 'NEW', 'NEW.created_at')} END`,
  `CREATE TRIGGER request_answered AFTER UPDATE ON requests
    WHEN NEW.kind <> 'probe' AND OLD.state <> NEW.state BEGIN
    ${tell('request', 'NEW', requestAt)} END`,
  `CREATE TRIGGER profile_made AFTER INSERT ON profiles BEGIN
    INSERT INTO events (profile, at, kind, subject) VALUES (NEW.name, NEW.created_at, 'profile', NEW.name); END`,
  `CREATE TRIGGER profile_removed AFTER DELETE ON profiles BEGIN
    INSERT INTO events (profile, at, kind, subject) VALUES (OLD.name, OLD.created_at, 'profile', OLD.name); END`,
] as const;

/** In the order in which they are executed. */
export const dashboardTables: readonly string[] = [...accessTables, ...eventTables];
