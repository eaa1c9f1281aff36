export const insertCredential = `
  INSERT INTO access (id, kind, name, name_key, scope, profiles, digest, created_at, created_by, expires_at, used_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
  ON CONFLICT DO NOTHING`;

export const removeExpired = `DELETE FROM access WHERE expires_at IS NOT NULL AND expires_at <= $1`;

export const findCredential = `SELECT * FROM access WHERE digest = $1`;

export const spendLink = `
  DELETE FROM access WHERE digest = $1 AND kind = 'link' AND expires_at > $2`;

export const markUsed = `
  UPDATE access SET used_at = $2 WHERE id = $1 AND (used_at IS NULL OR used_at < $2)`;

export const listCredentials = `
  SELECT * FROM access WHERE kind IN ('session', 'token') ORDER BY created_at, id LIMIT $1`;

export const credentialExists = `SELECT id FROM access WHERE id = $1`;

export const getCredential = `SELECT * FROM access WHERE id = $1`;

export const removeCredential = `DELETE FROM access WHERE id = $1`;
