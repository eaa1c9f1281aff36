export const reportInstance = `
  INSERT INTO instances (profile, id, body, seen_at) VALUES ($1, $2, $3, $4)
  ON CONFLICT (profile, id) DO UPDATE SET body = excluded.body, seen_at = excluded.seen_at`;

export const removeInstance = `DELETE FROM instances WHERE profile = $1 AND id = $2`;

export const listInstances = `SELECT body FROM instances WHERE profile = $1 ORDER BY id`;
