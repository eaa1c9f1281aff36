import { hundredRowsFrom } from '../hundred.ts';

const insertInto = `
  INSERT INTO runs (id, profile, job_id, job_name, job_revision, cause, fire_time, fire_time_end,
    occurrences, state, outcome, reason, message, retry_of, request_id, epoch, decided_at,
    not_before, deadline, cancel_requested, started_at, ended_at, exit_code, output_bytes,
    output_truncated)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
    $20, $21, $22, $23, $24, $25)`;

/** Nothing when the occurrence has its row. A second use of an id is a bug and fails. */
export const insertDecision = `${insertInto} ON CONFLICT (profile, job_id, fire_time) DO NOTHING`;

/** Nothing when the run is there: a request to cancel is accepted with the run that it is about. */
export const insertRequested = `${insertInto} ON CONFLICT (id) DO NOTHING`;

export const getRun = `SELECT * FROM runs WHERE profile = $1 AND id = $2`;

export const runOfOccurrence = `
  SELECT * FROM runs WHERE profile = $1 AND job_id = $2 AND fire_time = $3`;

export const rangeOfOccurrence = `
  SELECT * FROM runs
  WHERE profile = $1 AND job_id = $2 AND fire_time_end IS NOT NULL AND fire_time_end >= $3
    AND fire_time <= $3
  ORDER BY fire_time_end LIMIT 1`;

/** Two questions: for one end SQLite reads one row, for both at once every run of the job. */
export const decidedUntil = `
  SELECT (SELECT MAX(fire_time) FROM runs WHERE profile = $1 AND job_id = $2) AS own,
    (SELECT MAX(fire_time_end) FROM runs
      WHERE profile = $1 AND job_id = $2 AND fire_time_end IS NOT NULL) AS range`;

export const openRuns = `
  SELECT * FROM runs WHERE profile = $1 AND state IN ('queued', 'running')
    AND (not_before, id) > ($3, $4)
  ORDER BY not_before, id LIMIT $2`;

/** Lists of words come as `,one,two,`; an empty text is no condition. */
const filtered = `
  (decided_at, id) < ($2, $3)
  AND ($4 = '' OR $4 LIKE '%,' || state || ',%')
  AND ($5 = '' OR $5 LIKE '%,' || outcome || ',%')
  ORDER BY decided_at DESC, id DESC LIMIT $6`;

export const listRuns = `SELECT * FROM runs WHERE profile = $1 AND ${filtered}`;

export const listRunsOfJob = `
  SELECT * FROM runs WHERE profile = $1 AND job_id = $7 AND ${filtered}`;

export const latestOfJob = `
  SELECT id, fire_time, state, outcome, reason, decided_at FROM runs
  WHERE profile = $1 AND job_id = $2 ORDER BY decided_at DESC, id DESC LIMIT $3`;

/**
 * Of each job its newest, and what was decided at the same moment as the last of them, which is one too many. The index finds them; a
 * rank over all runs of a job would read each of them. `CROSS` keeps SQLite from going through all runs first.
 */
export const latestOfJobs = `
  SELECT runs.job_id, runs.id, runs.fire_time, runs.state, runs.outcome, runs.reason, runs.decided_at
  FROM ${hundredRowsFrom(3)} AS asked CROSS JOIN runs
  WHERE runs.profile = $1 AND runs.job_id = asked.column1 AND runs.decided_at >=
    (SELECT MIN(newest.decided_at) FROM (SELECT decided_at FROM runs
      WHERE profile = $1 AND job_id = asked.column1
      ORDER BY decided_at DESC, id DESC LIMIT $2) AS newest)
  ORDER BY runs.decided_at DESC, runs.id DESC`;

export const decidedAtOf = `SELECT decided_at FROM runs WHERE profile = $1 AND id = $2`;

export const decidedBeforeId = `
  SELECT decided_at FROM runs WHERE profile = $1 AND id < $2 ORDER BY id DESC LIMIT 1`;

/** Nothing unless the run waits, nobody asked for its end, and $3 is the number of its next attempt. */
export const beginRunning = `
  UPDATE runs SET state = 'running'
  WHERE profile = $1 AND id = $2 AND state = 'queued' AND cancel_requested = 0
    AND $3 = (SELECT COALESCE(MAX(a.number), 0) + 1 FROM attempts a WHERE a.run_id = runs.id)
    AND NOT EXISTS (SELECT 1 FROM attempts a
      WHERE a.run_id = runs.id AND a.state IN ('authorised', 'began'))`;

/** The start of a run is the start of its first attempt that began. */
export const markStarted = `
  UPDATE runs SET started_at = COALESCE(started_at, $3) WHERE profile = $1 AND id = $2`;

/** Moves a run on whose attempt has just ended. */
export const moveRunning = `
  UPDATE runs SET state = $3, outcome = $4, reason = $5, message = $6,
    not_before = COALESCE($7, not_before), ended_at = $8,
    output_bytes = COALESCE($9, output_bytes), output_truncated = $10,
    exit_code = $11, started_at = COALESCE(started_at, $12)
  WHERE profile = $1 AND id = $2 AND state IN ('queued', 'running')
  RETURNING profile, job_id, job_name, occurrences, decided_at`;

/** Moves a run on that has no attempt under way. */
export const moveQueued = `
  UPDATE runs SET state = $3, outcome = $4, reason = $5, message = $6,
    not_before = COALESCE($7, not_before), ended_at = $8,
    output_bytes = COALESCE($9, output_bytes), output_truncated = $10
  WHERE profile = $1 AND id = $2 AND state = 'queued'
  RETURNING profile, job_id, job_name, occurrences, decided_at`;

export const requestCancel = `
  UPDATE runs SET cancel_requested = 1
  WHERE profile = $1 AND id = $2 AND state IN ('queued', 'running')`;

export const tallyRuns = `
  SELECT job_id, job_name, state, outcome, reason, COUNT(*) AS row_count, SUM(occurrences) AS occurrences,
    MIN(COALESCE(fire_time, decided_at)) AS first_at,
    MAX(COALESCE(fire_time_end, fire_time, decided_at)) AS last_at, MAX(id) AS last_id
  FROM runs
  WHERE profile = $1 AND decided_at >= $2 AND (decided_at >= $3 OR ended_at >= $3)
  GROUP BY job_id, job_name, state, outcome, reason
  ORDER BY MAX(id) DESC LIMIT $4`;
