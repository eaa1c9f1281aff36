/** Two questions, because SQLite finds one end by its index, but for both ends at once reads every row. */
export const eventBounds = `
  SELECT COALESCE((SELECT MIN(sequence) FROM events), 0) AS oldest,
    COALESCE((SELECT MAX(sequence) FROM events), 0) AS newest`;

export const eventsAfter = `SELECT * FROM events WHERE sequence > $1 ORDER BY sequence LIMIT $2`;
