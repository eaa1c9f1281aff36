import { hundredFrom } from '../hundred.ts';

export const insertAttempt = `
  INSERT INTO attempts (run_id, number, state, epoch, instance_id, process, provenance, adopted_by,
    authorised_at, timeout_ms, started_at, ended_at, outcome, exit_code, reason)
  VALUES ($1, $2, 'authorised', $3, $4, $5, $6, NULL, $7, $8, NULL, NULL, NULL, NULL, NULL)`;

export const listAttempts = `SELECT * FROM attempts WHERE run_id = $1 ORDER BY number`;

export const attemptsOfRuns = `
  SELECT * FROM attempts WHERE run_id IN ${hundredFrom(1)} ORDER BY run_id, number`;

const inProfile = `run_id = $2 AND EXISTS (SELECT 1 FROM runs WHERE id = $2 AND profile = $1)`;

export const markBegan = `
  UPDATE attempts SET state = 'began', started_at = $4
  WHERE ${inProfile} AND number = $3 AND state = 'authorised'`;

/** Nothing when the attempt is over. An attempt that began cannot become one that did not start. */
export const endAttempt = `
  UPDATE attempts SET state = $4, outcome = $5, exit_code = $6, reason = $7,
    started_at = COALESCE(started_at, $8), ended_at = $9
  WHERE ${inProfile} AND number = $3
    AND (state = 'authorised' OR (state = 'began' AND $4 = 'ended'))`;

export const adoptAttempt = `
  UPDATE attempts SET adopted_by = $4
  WHERE ${inProfile} AND number = $3 AND state IN ('authorised', 'began')`;
