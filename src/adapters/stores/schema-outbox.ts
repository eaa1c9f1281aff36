const tell = (kind: 'delivery' | 'inbox', at: string): string =>
  `INSERT INTO events (profile, at, kind, subject) VALUES (NEW.profile, ${at}, '${kind}', NEW.id);`;

/** What schema version 2 adds for the outbox: what is owed to whom, and what was told. Comes after the events, which it writes. */
export const outboxTables: readonly string[] = [
  `CREATE TABLE deliveries (
    id TEXT NOT NULL PRIMARY KEY,
    profile TEXT NOT NULL,
    kind TEXT NOT NULL,
    event TEXT NOT NULL,
    target TEXT NOT NULL,
    run_id TEXT,
    job_id TEXT,
    job_name TEXT,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    tries BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    next_try_at BIGINT NOT NULL,
    claim TEXT,
    settled_at BIGINT,
    cause TEXT,
    receipt TEXT,
    read_at BIGINT
  )`,
  // A row is in one of the first two; what belongs to a run is found by its id, which begins with that of the run.
  `CREATE INDEX deliveries_inbox ON deliveries (profile, created_at, id) WHERE target = 'inbox'`,
  `CREATE INDEX deliveries_sent ON deliveries (profile, created_at, id) WHERE target <> 'inbox'`,
  `CREATE INDEX deliveries_unread ON deliveries (profile, created_at, id) WHERE target = 'inbox' AND read_at IS NULL`,
  `CREATE INDEX deliveries_due ON deliveries (profile, next_try_at, id) WHERE state = 'pending'`,
  `CREATE INDEX deliveries_sending ON deliveries (profile, id) WHERE state = 'sending'`,
  `CREATE INDEX deliveries_troubled ON deliveries (profile, settled_at, id) WHERE state IN ('failed', 'unknown')`,
  `CREATE TABLE incidents (
    id TEXT NOT NULL PRIMARY KEY,
    profile TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    cause TEXT NOT NULL,
    targets TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    closed_at BIGINT
  )`,
  `CREATE UNIQUE INDEX incidents_open ON incidents (profile, subject, kind, cause) WHERE closed_at IS NULL`,
  `CREATE INDEX incidents_closed ON incidents (profile, closed_at) WHERE closed_at IS NOT NULL`,
  `CREATE TRIGGER inbox_got AFTER INSERT ON deliveries WHEN NEW.target = 'inbox' BEGIN
    ${tell('inbox', 'NEW.created_at')} END`,
  `CREATE TRIGGER inbox_read AFTER UPDATE ON deliveries WHEN OLD.read_at IS NOT NEW.read_at BEGIN
    ${tell('inbox', 'NEW.read_at')} END`,
  `CREATE TRIGGER delivery_owed AFTER INSERT ON deliveries WHEN NEW.target <> 'inbox' BEGIN
    ${tell('delivery', 'NEW.created_at')} END`,
  `CREATE TRIGGER delivery_moved AFTER UPDATE ON deliveries WHEN OLD.state <> NEW.state BEGIN
    ${tell('delivery', 'COALESCE(NEW.settled_at, NEW.next_try_at)')} END`,
];
