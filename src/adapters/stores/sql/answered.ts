export const takeKey = `
  INSERT INTO answers (credential_id, key, question, status, body, asked_at)
  VALUES ($1, $2, $3, NULL, NULL, $4) ON CONFLICT (credential_id, key) DO NOTHING`;

export const getAnswer = `SELECT * FROM answers WHERE credential_id = $1 AND key = $2`;

export const setAnswer = `UPDATE answers SET status = $3, body = $4 WHERE credential_id = $1 AND key = $2`;

export const freeKey = `DELETE FROM answers WHERE credential_id = $1 AND key = $2`;

export const forgetAnswers = `DELETE FROM answers WHERE asked_at < $1`;
