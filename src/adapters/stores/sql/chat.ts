export const insertTurn = `
  INSERT INTO chat_turns (id, profile, key, actor, text, worker, is_open, at)
  VALUES ($1, $2, $3, $4, $5, $6, 1, $7) ON CONFLICT (profile, key) DO NOTHING`;

/** A turn with its first line, which says who asked. */
const turns = `
  SELECT chat_turns.*, (SELECT part FROM chat_lines WHERE turn_id = chat_turns.id
    ORDER BY number LIMIT 1) AS asked
  FROM chat_turns`;

export const turnByKey = `${turns} WHERE profile = $1 AND key = $2`;

/** Writes nothing, but tells whether this worker may: the turn is open and its own. */
export const holdTurn = `
  UPDATE chat_turns SET is_open = $3 WHERE id = $1 AND worker = $2 AND is_open = 1`;

export const passTurn = `
  UPDATE chat_turns SET worker = $3 WHERE id = $1 AND worker = $2 AND is_open = 1`;

export const insertLine = `
  INSERT INTO chat_lines (profile, number, turn_id, at, part)
  SELECT $1, COALESCE((SELECT MAX(number) FROM chat_lines WHERE profile = $1), 0) + 1, $2, $3, $4`;

export const openTurns = `
  ${turns} WHERE profile = $1 AND is_open = 1 ORDER BY id LIMIT 100`;

export const linesAfter = `
  SELECT * FROM chat_lines WHERE profile = $1 AND number > $2 ORDER BY number LIMIT $3`;

export const linesOfTurn = `
  SELECT * FROM chat_lines WHERE turn_id = $2 AND profile = $1 ORDER BY number LIMIT 10000`;

export const newestLine = `
  SELECT COALESCE((SELECT MAX(number) FROM chat_lines WHERE profile = $1), 0) AS number`;

const old = `
  SELECT id FROM chat_turns WHERE profile = $1 AND id <=
    (SELECT id FROM chat_turns WHERE profile = $1 ORDER BY id DESC LIMIT 1 OFFSET 500)`;

/** In this order: the lines are found by their turns. */
export const forgetOld: readonly string[] = [
  `DELETE FROM chat_lines WHERE turn_id IN (${old})`,
  `DELETE FROM chat_turns WHERE id IN (${old})`,
];
