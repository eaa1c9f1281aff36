export const listProfiles = `SELECT name, created_at FROM profiles ORDER BY name`;

export const insertProfile = `
  INSERT INTO profiles (name, created_at) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING`;

export const findProfile = `SELECT name, created_at FROM profiles WHERE name = $1`;

export const countJobs = `SELECT COUNT(*) AS jobs FROM jobs WHERE profile = $1`;

export const findOpenRun = `
  SELECT id FROM runs WHERE profile = $1 AND state IN ('queued', 'running') LIMIT 1`;

/** A slice of the history of a profile: attempts first, because they point to runs. */
export const deleteAttemptsSlice = `
  DELETE FROM attempts WHERE run_id IN
    (SELECT id FROM runs WHERE profile = $1 ORDER BY decided_at, id LIMIT $2)`;

export const deleteRunsSlice = `
  DELETE FROM runs WHERE id IN
    (SELECT id FROM runs WHERE profile = $1 ORDER BY decided_at, id LIMIT $2)`;

export const deleteDeliveriesSlice = `
  DELETE FROM deliveries WHERE id IN
    (SELECT id FROM deliveries WHERE profile = $1 LIMIT $2)`;

export const deleteAuditSlice = `
  DELETE FROM audit WHERE sequence IN
    (SELECT sequence FROM audit WHERE profile = $1 ORDER BY sequence LIMIT $2)`;

/** The lease stays: its epoch must not begin again should the profile come back. */
export const deleteProfile = [
  `DELETE FROM job_keys WHERE profile = $1`,
  `DELETE FROM removed_jobs WHERE profile = $1`,
  `DELETE FROM requests WHERE profile = $1`,
  `DELETE FROM incidents WHERE profile = $1`,
  `DELETE FROM instances WHERE profile = $1`,
  `DELETE FROM appointments WHERE profile = $1`,
  `DELETE FROM chat_lines WHERE profile = $1`,
  `DELETE FROM chat_turns WHERE profile = $1`,
  `DELETE FROM profiles WHERE name = $1`,
  // Not the newest of all, which tells of the removal: the next sequence is one more than its.
  `DELETE FROM events WHERE profile = $1 AND sequence < (SELECT MAX(sequence) FROM events)`,
] as const;
