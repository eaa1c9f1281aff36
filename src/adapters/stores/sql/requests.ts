export const insertRequest = `
  INSERT INTO requests (id, profile, kind, job_id, run_id, retry_of, actor, state, reason, message,
    created_at, expires_at, answered_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`;

/** The oldest request for the same run that waits for its answer and is still valid at $4. */
export const waitingRun = `
  SELECT * FROM requests
  WHERE profile = $1 AND state = 'waiting' AND kind = 'run' AND job_id = $2 AND COALESCE(retry_of, '') = $3
    AND expires_at > $4
  ORDER BY created_at, id LIMIT 1`;

/** The oldest whose run is not over, nor asked to end. */
export const openRun = `
  SELECT requests.* FROM runs JOIN requests ON requests.id = runs.request_id
  WHERE runs.profile = $1 AND runs.state IN ('queued', 'running') AND runs.job_id = $2
    AND runs.cancel_requested = 0 AND COALESCE(requests.retry_of, '') = $3
  ORDER BY runs.not_before, runs.id LIMIT 1`;

export const getRequest = `SELECT * FROM requests WHERE profile = $1 AND id = $2`;

export const waitingRequests = `
  SELECT * FROM requests WHERE profile = $1 AND state = 'waiting'
  ORDER BY created_at, id LIMIT $2`;

export const acceptRequest = `
  UPDATE requests SET state = 'accepted', run_id = $3, answered_at = now_ms()
  WHERE profile = $1 AND id = $2 AND state = 'waiting'`;

export const dismissRequest = `
  UPDATE requests SET state = $3, reason = $4, message = $5, answered_at = now_ms()
  WHERE profile = $1 AND id = $2 AND state = 'waiting'`;

/** The answer to a probe that was taken and has none yet. */
export const recordFindings = `
  UPDATE requests SET message = $3
  WHERE profile = $1 AND id = $2 AND kind = 'probe' AND state = 'accepted' AND message IS NULL`;

export const lastAnswered = `
  SELECT * FROM requests
  WHERE profile = $1 AND kind = 'probe' AND state = 'accepted' AND message IS NOT NULL
  ORDER BY answered_at DESC, id DESC LIMIT 1`;
