const final = `state NOT IN ('queued', 'running')`;

/** A job's latest final run stays whatever its age, so that there is always a last result to show. */
const notLatest = `EXISTS (SELECT 1 FROM runs later
    WHERE later.profile = runs.profile AND later.job_id = runs.job_id
      AND later.${final} AND (later.decided_at, later.id) > (runs.decided_at, runs.id))`;

/** The newest run that is one too many. */
export const cutByCount = `
  SELECT decided_at, id FROM runs WHERE profile = $1 AND ${final}
  ORDER BY decided_at DESC, id DESC LIMIT 1 OFFSET $2`;

/** The newest run with which the output of all newer ones is too much. */
export const cutByBytes = `
  SELECT decided_at, id FROM (
    SELECT decided_at, id, SUM(COALESCE(output_bytes, 0))
      OVER (ORDER BY decided_at DESC, id DESC ROWS UNBOUNDED PRECEDING) AS bytes
    FROM runs WHERE profile = $1 AND ${final}) AS summed
  WHERE bytes > $2 ORDER BY decided_at DESC, id DESC LIMIT 1`;

/** What is still to be delivered is read from the run. */
const nothingOwed = `NOT EXISTS (SELECT 1 FROM deliveries owed
    WHERE owed.id > runs.id || '.' AND owed.id < runs.id || '/' AND owed.state IN ('pending', 'sending'))`;

export const prunableRuns = `
  SELECT id, COALESCE(output_bytes, 0) AS output_bytes FROM runs
  WHERE profile = $1 AND ${final} AND (decided_at < $2 OR (decided_at, id) <= ($3, $4))
    AND ${notLatest} AND ${nothingOwed}
  ORDER BY decided_at, id LIMIT $5`;

export const mayPrune = `
  SELECT id FROM runs WHERE profile = $1 AND id = $2 AND ${final} AND ${notLatest}
    AND ${nothingOwed}`;

export const deleteAttempts = `DELETE FROM attempts WHERE run_id = $1`;

export const deleteDeliveriesOfRun = `
  DELETE FROM deliveries WHERE id > $1 || '.' AND id < $1 || '/'`;

export const deleteRun = `DELETE FROM runs WHERE id = $1`;

export const runExists = `SELECT id FROM runs WHERE id = $1`;

/** Entries are written in the order of their times, but for clocks that were set: what is old is at the beginning, and no more is looked at. */
const isOld = `sequence < COALESCE((SELECT sequence FROM audit
    WHERE profile = $1 AND at >= $2 ORDER BY sequence LIMIT 1), ${Number.MAX_SAFE_INTEGER})`;

/** The history of ownership outlives the rest. */
export const pruneAudit = `
  DELETE FROM audit WHERE sequence IN (SELECT sequence FROM audit
    WHERE profile = $1 AND ${isOld} AND substr(kind, 1, 6) <> 'owner.' ORDER BY sequence LIMIT $3)`;

const oldOwnerEntries = `
  SELECT sequence FROM audit WHERE profile = $1 AND ${isOld} AND substr(kind, 1, 6) = 'owner.'`;

export const hasOldOwnerAudit = `${oldOwnerEntries} LIMIT 1`;

export const pruneOwnerAudit = `
  DELETE FROM audit WHERE sequence IN (${oldOwnerEntries})
    AND sequence < (SELECT MIN(sequence) FROM (SELECT sequence FROM audit
      WHERE profile = $1 AND substr(kind, 1, 6) = 'owner.' ORDER BY sequence DESC LIMIT $3) AS kept)`;

export const pruneRequests = `
  DELETE FROM requests WHERE id IN (SELECT id FROM requests
    WHERE profile = $1 AND state <> 'waiting' AND answered_at < $2 LIMIT $3)`;

/** What was true of an evening is not looked up later. */
export const pruneProbes = `
  DELETE FROM requests WHERE id IN (SELECT id FROM requests
    WHERE profile = $1 AND kind = 'probe' AND created_at < $2 LIMIT $3)`;

const oldAlerts = (target: string): string => `
  SELECT id FROM deliveries WHERE profile = $1 AND target ${target} AND created_at < $2 AND run_id IS NULL
    AND state NOT IN ('pending', 'sending')`;

/** Alerts that are of no run, and incidents that are over. */
export const pruneAlerts = `
  DELETE FROM deliveries WHERE id IN
    (${oldAlerts("= 'inbox'")} UNION ALL ${oldAlerts("<> 'inbox'")} LIMIT $3)`;

export const pruneIncidents = `DELETE FROM incidents WHERE profile = $1 AND closed_at < $2`;

/** Of pings for whose job nothing will arrive any more, and those of one address alone, which others of its job never closed. */
export const prunePingIncidents = `
  DELETE FROM incidents
  WHERE profile = $1 AND kind = 'undelivered' AND closed_at IS NULL AND substr(subject, 1, 5) = 'ping:'
    AND NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.profile = $1 AND jobs.id = substr(incidents.subject, 6))`;

export const pruneInstances = `DELETE FROM instances WHERE profile = $1 AND seen_at < $2`;

export const pruneKeys = `
  DELETE FROM job_keys WHERE profile = $1 AND job_id IN
    (SELECT id FROM removed_jobs WHERE profile = $1 AND removed_at < $2)`;

export const pruneRemoved = `DELETE FROM removed_jobs WHERE profile = $1 AND removed_at < $2`;

/** That the run is open is said again in the words of the index of open runs; without it every run would be read. */
export const runningWithoutAttempt = `
  SELECT id FROM runs WHERE state IN ('queued', 'running') AND state = 'running' AND NOT EXISTS (SELECT 1 FROM attempts a
    WHERE a.run_id = runs.id AND a.state IN ('authorised', 'began')) LIMIT 100`;

export const attemptWithoutRunning = `
  SELECT run_id FROM attempts WHERE state IN ('authorised', 'began') AND NOT EXISTS
    (SELECT 1 FROM runs WHERE runs.id = attempts.run_id AND runs.state = 'running') LIMIT 100`;

export const enabledWithoutFireTime = `
  SELECT id FROM jobs WHERE state = 'enabled' AND next_fire_at IS NULL LIMIT 100`;

export const profileWithoutRule = `
  SELECT name FROM profiles WHERE NOT EXISTS
    (SELECT 1 FROM appointments WHERE appointments.profile = profiles.name)
    OR NOT EXISTS (SELECT 1 FROM leases WHERE leases.profile = profiles.name)`;
