import { hundredFrom } from '../hundred.ts';

export const insertJob = `
  INSERT INTO jobs (profile, id, revision, state, paused_reason, name_key, definition,
    next_fire_at, scheduled_runs, created_at, updated_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`;

/** What stands in the way of a new job: jobs of its name $2, and the one of its id $3. */
export const jobsLikeNew = `
  SELECT id FROM jobs WHERE profile = $1 AND name_key = $2
  UNION ALL
  SELECT id FROM jobs WHERE profile = $1 AND id = $3`;

export const insertKey = `
  INSERT INTO job_keys (profile, key, content, job_id) VALUES ($1, $2, $3, $4)
  ON CONFLICT (profile, key) DO NOTHING`;

export const findKey = `SELECT content, job_id FROM job_keys WHERE profile = $1 AND key = $2`;

/** Nothing when the job moved on from revision $12 and next fire time $13. */
export const updateJob = `
  UPDATE jobs SET revision = $3, state = $4, paused_reason = $5, name_key = $6, definition = $7,
    next_fire_at = $8, scheduled_runs = $9, created_at = $10, updated_at = $11
  WHERE profile = $1 AND id = $2 AND revision = $12 AND next_fire_at IS NOT DISTINCT FROM $13`;

export const deleteJob = `
  DELETE FROM jobs
  WHERE profile = $1 AND id = $2 AND revision = $3 AND next_fire_at IS NOT DISTINCT FROM $4
  RETURNING name_key`;

export const rememberRemoved = `
  INSERT INTO removed_jobs (profile, id, name_key, removed_at) VALUES ($1, $2, $3, $4)
  ON CONFLICT (profile, id) DO NOTHING`;

/** Queued again after an attempt that ended: it keeps that attempt's outcome, because it did run. */
export const endRetriesOfRemoved = `
  UPDATE runs SET state = 'ended', reason = 'job_removed', ended_at = $3,
    message = 'The job was removed before another attempt began.',
    outcome = (SELECT a.outcome FROM attempts a
      WHERE a.run_id = runs.id AND a.state = 'ended' ORDER BY a.number DESC LIMIT 1)
  WHERE profile = $1 AND job_id = $2 AND state = 'queued' AND EXISTS
    (SELECT 1 FROM attempts a WHERE a.run_id = runs.id AND a.state = 'ended')`;

export const missQueuedOfRemoved = `
  UPDATE runs SET state = 'missed', reason = 'job_removed', ended_at = $3,
    message = 'The job was removed before the run began.'
  WHERE profile = $1 AND job_id = $2 AND state = 'queued'`;

/** Nothing when the job moved on from revision $3 and next fire time $4. */
export const advanceJob = `
  UPDATE jobs SET next_fire_at = $5, scheduled_runs = $6, state = $7
  WHERE profile = $1 AND id = $2 AND revision = $3 AND next_fire_at = $4 AND state = 'enabled'`;

export const getJob = `SELECT * FROM jobs WHERE profile = $1 AND id = $2`;

export const someJobs = `SELECT * FROM jobs WHERE profile = $1 AND id IN ${hundredFrom(2)}`;

export const jobsByName = `
  SELECT * FROM jobs WHERE profile = $1 AND name_key = $2 ORDER BY created_at, id LIMIT 20`;

/** $6 is a pattern of a name or an id, $7 one of a definition as it is stored; an empty $6 is no condition. */
export const listJobs = `
  SELECT * FROM jobs
  WHERE profile = $1 AND (name_key, id) > ($2, $3) AND ($4 = '' OR state = $4)
    AND ($6 = '' OR name_key LIKE $6 ESCAPE '!' OR lower(id) LIKE $6 ESCAPE '!'
      OR lower(definition) LIKE $7 ESCAPE '!')
  ORDER BY name_key, id LIMIT $5`;

/** Where a page ended, even when that job was removed since. */
export const placeOfJob = `
  SELECT name_key FROM jobs WHERE profile = $1 AND id = $2
  UNION ALL
  SELECT name_key FROM removed_jobs WHERE profile = $1 AND id = $2`;

export const dueJobs = `
  SELECT * FROM jobs WHERE profile = $1 AND state = 'enabled' AND next_fire_at <= $2
  ORDER BY next_fire_at, id LIMIT $3`;

export const nextFireTimes = `
  SELECT next_fire_at FROM jobs
  WHERE profile = $1 AND state = 'enabled' AND next_fire_at IS NOT NULL
  ORDER BY next_fire_at LIMIT $2`;

/** Both are read from an index alone, which does not hold the other states. */
export const countEnabled = `
  SELECT (SELECT COUNT(*) FROM jobs WHERE profile = $1) AS jobs,
    (SELECT COUNT(*) FROM jobs WHERE profile = $1 AND state = 'enabled') AS enabled`;

export const countJobStates = `
  SELECT state, COUNT(*) AS jobs FROM jobs WHERE profile = $1 GROUP BY state`;

export const insertAgentJob = `INSERT INTO agent_jobs (profile, job_id) VALUES ($1, $2)`;

export const deleteAgentJob = `DELETE FROM agent_jobs WHERE profile = $1 AND job_id = $2`;

/** What is done does nothing any more, so it counts for nothing. */
export const countAgentJobs = `
  SELECT COUNT(*) AS jobs FROM agent_jobs a
  JOIN jobs ON jobs.profile = a.profile AND jobs.id = a.job_id
  WHERE a.profile = $1 AND jobs.state <> 'done'`;
