import { recipient } from '../schema-recipients.ts';

/** Nothing when it is there: the id names the run and its place. What goes to the inbox has arrived. */
export const insertOwed = `
  INSERT INTO deliveries (id, profile, kind, event, target, run_id, job_id, job_name, title, body,
    state, tries, created_at, next_try_at, claim, settled_at, cause, receipt, read_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, $12, $12, NULL, $13, NULL, NULL, NULL)
  ON CONFLICT (id) DO NOTHING`;

const owedTo = `profile = $1 AND state = 'pending' AND ${recipient}`;

/**
 * From one recipient to the next through their index, and of each the first two: a hundred thousand rows of one of them cost as much as two.
 * Limits are no parameters: with one SQLite plans anew at each call, which costs ten times the question itself.
 */
export const dueDeliveries = `
  WITH RECURSIVE recipients (name) AS (
    SELECT MIN(${recipient}) FROM deliveries WHERE profile = $1 AND state = 'pending'
    UNION ALL
    SELECT (SELECT MIN(${recipient}) FROM deliveries WHERE ${owedTo} > name)
    FROM recipients WHERE name IS NOT NULL)
  SELECT deliveries.* FROM recipients CROSS JOIN deliveries
  WHERE deliveries.id IN (SELECT id FROM deliveries WHERE ${owedTo} = name AND next_try_at <= $2
      ORDER BY next_try_at, id LIMIT 2)
    AND ($3 = 1 OR substr(name, 1, 8) <> 'command:')
  ORDER BY next_try_at, id LIMIT 500`;

export const earliestOwedTo = `
  SELECT * FROM deliveries WHERE ${owedTo} = $2 ORDER BY next_try_at, id LIMIT 500`;

export const giveUpDelivery = `
  UPDATE deliveries SET state = $2, next_try_at = $3, settled_at = $4, cause = $5
  WHERE id = $1 AND state = 'pending'`;

export const nextTryAt = `
  SELECT MIN(next_try_at) AS next FROM deliveries WHERE profile = $1 AND state = 'pending'`;

export const claimDelivery = `
  UPDATE deliveries SET state = 'sending', tries = tries + 1, claim = $3
  WHERE id = $1 AND state = 'pending' AND tries = $2
  RETURNING *`;

/** By the try that was claimed; also after it counted as lost, unless a person has asked for another meanwhile. */
export const recordSent = `
  UPDATE deliveries SET state = $4, next_try_at = $5, settled_at = $6, cause = $7, receipt = $8
  WHERE id = $1 AND tries = $2 AND claim = $3 AND state IN ('sending', 'unknown')`;

export const sendingDeliveries = `
  SELECT * FROM deliveries WHERE profile = $1 AND state = 'sending' ORDER BY id LIMIT 1000`;

export const getDelivery = `SELECT * FROM deliveries WHERE profile = $1 AND id = $2`;

const newestFirst = `
  AND (created_at, id) < ($2, $3)
  AND ($4 = '' OR $4 LIKE '%,' || state || ',%')
  ORDER BY created_at DESC, id DESC LIMIT $5`;

export const listInbox = `
  SELECT * FROM deliveries WHERE profile = $1 AND target = 'inbox' ${newestFirst}`;

export const listUnread = `
  SELECT * FROM deliveries
  WHERE profile = $1 AND target = 'inbox' AND read_at IS NULL ${newestFirst}`;

export const listSent = `
  SELECT * FROM deliveries WHERE profile = $1 AND target <> 'inbox' ${newestFirst}`;

export const listOfRun = `
  SELECT * FROM deliveries
  WHERE id > $6 || '.' AND id < $6 || '/' AND profile = $1 ${newestFirst}`;

export const placeOfDelivery = `SELECT created_at FROM deliveries WHERE profile = $1 AND id = $2`;

export const countUnread = `
  SELECT COUNT(*) AS unread FROM deliveries
  WHERE profile = $1 AND target = 'inbox' AND read_at IS NULL`;

export const markRead = `
  UPDATE deliveries SET read_at = $3
  WHERE profile = $1 AND id = $2 AND target = 'inbox' AND read_at IS NULL`;

export const markReadUpTo = `
  UPDATE deliveries SET read_at = $4
  WHERE profile = $1 AND target = 'inbox' AND read_at IS NULL AND (created_at, id) <= ($2, $3)`;

/** A person's wish begins a time of its own: it is tried as long as a new one. */
export const oweAgain = `
  UPDATE deliveries SET state = 'pending', next_try_at = $3, created_at = $3, settled_at = NULL
  WHERE profile = $1 AND id = $2 AND state IN ('failed', 'unknown')`;

export const countTroubled = `
  SELECT state, COUNT(*) AS deliveries FROM deliveries
  WHERE profile = $1 AND state IN ('failed', 'unknown') AND settled_at >= $2 GROUP BY state`;

export const countWaiting = `
  SELECT COUNT(*) AS deliveries FROM deliveries
  WHERE profile = $1 AND state = 'pending' AND tries > 1`;

export const openIncident = `
  INSERT INTO incidents (id, profile, kind, subject, cause, targets, opened_at, closed_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, NULL) ON CONFLICT DO NOTHING`;

export const closeIncident = `
  UPDATE incidents SET closed_at = $2 WHERE id = $1 AND closed_at IS NULL`;

/** Those that the end of a run of the job may touch. */
const ofJob = `
  FROM incidents
  WHERE profile = $1 AND subject IN ($2, '') AND kind IN ('failed', 'missed', 'refused')
    AND closed_at IS NULL`;

export const incidentsOfJob = `SELECT * ${ofJob}`;

export const incidentsOfKind = `
  SELECT * FROM incidents WHERE profile = $1 AND kind = $2 AND closed_at IS NULL
  ORDER BY opened_at, id LIMIT 100`;

/** Two incidents of a job may be open, of two causes. A removed job fails no more. */
export const failingJobs = `
  SELECT DISTINCT subject FROM incidents
  WHERE profile = $1 AND kind = 'failed' AND closed_at IS NULL
    AND EXISTS (SELECT 1 FROM jobs WHERE jobs.profile = $1 AND jobs.id = incidents.subject)
  ORDER BY subject LIMIT $2`;

export const incidentsOfSubject = `
  SELECT * FROM incidents
  WHERE profile = $1 AND subject = $2 AND kind = 'undelivered' AND closed_at IS NULL`;

/** One question, because most ends find no incident. */
export const targetsOfJob = `
  SELECT definition, CASE WHEN EXISTS (SELECT 1 ${ofJob}) THEN 1 ELSE 0 END AS has_open
  FROM jobs WHERE profile = $1 AND id = $2`;
