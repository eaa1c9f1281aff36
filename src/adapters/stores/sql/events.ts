export const eventBounds = `
  SELECT COALESCE(MIN(sequence), 0) AS oldest, COALESCE(MAX(sequence), 0) AS newest FROM events`;

export const eventsAfter = `SELECT * FROM events WHERE sequence > $1 ORDER BY sequence LIMIT $2`;
