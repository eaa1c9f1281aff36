/** What schema version 3 adds for the chat: one conversation for each profile. Each new line is told as an event. */
export const chatTables: readonly string[] = [
  `CREATE TABLE chat_turns (
    id TEXT NOT NULL PRIMARY KEY,
    profile TEXT NOT NULL,
    key TEXT NOT NULL,
    actor TEXT NOT NULL,
    text TEXT NOT NULL,
    worker TEXT NOT NULL,
    is_open BIGINT NOT NULL,
    at BIGINT NOT NULL
  )`,
  `CREATE UNIQUE INDEX chat_turns_by_key ON chat_turns (profile, key)`,
  `CREATE INDEX chat_turns_by_age ON chat_turns (profile, id)`,
  `CREATE INDEX chat_turns_open ON chat_turns (profile, id) WHERE is_open = 1`,
  `CREATE TABLE chat_lines (
    profile TEXT NOT NULL,
    number BIGINT NOT NULL,
    turn_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    part TEXT NOT NULL,
    PRIMARY KEY (profile, number)
  )`,
  `CREATE INDEX chat_lines_by_turn ON chat_lines (turn_id, number)`,
  `CREATE TRIGGER chat_said AFTER INSERT ON chat_lines BEGIN
    INSERT INTO events (profile, at, kind, subject) VALUES (NEW.profile, NEW.at, 'chat', NEW.turn_id); END`,
];
