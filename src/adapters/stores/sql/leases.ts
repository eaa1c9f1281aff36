export const insertLease = `
  INSERT INTO leases (profile, epoch, holder_id, holder, appointment_version, renewals, renewed_at,
    ttl_ms, end_runs_up_to, preferred_id)
  VALUES ($1, 0, NULL, NULL, 0, 0, 0, 0, 0, NULL) ON CONFLICT (profile) DO NOTHING`;

export const getLease = `SELECT * FROM leases WHERE profile = $1`;

/**
 * One row for the current term, none for any other. The transaction already has the only right to write, so whatever follows in it is
 * ordered before any change of hands. A database with several writers has to lock the row here (`FOR UPDATE`).
 */
export const holdTerm = `SELECT 1 FROM leases WHERE profile = $1 AND epoch = $2 AND holder_id = $3`;

/** Locks the row in every database, whoever holds the lease. */
export const lockLease = `UPDATE leases SET epoch = epoch WHERE profile = $1`;

/** What is added to a TTL before another host may judge the lease expired by the store's clock. */
const marginMs = 2_000;

export const claimLease = `
  UPDATE leases SET epoch = epoch + 1, holder_id = $5, holder = $6, appointment_version = $7,
    renewals = 0, renewed_at = now_ms(), ttl_ms = $8, preferred_id = NULL
  WHERE profile = $1 AND epoch = $2 AND renewals = $3 AND (
    ($4 = 'free' AND holder_id IS NULL)
    OR ($4 = 'ended' AND holder_id IS NOT NULL)
    OR ($4 = 'expired' AND holder_id IS NOT NULL
      AND renewed_at + ttl_ms + ${marginMs} < now_ms()))
  RETURNING *`;

export const renewLease = `
  UPDATE leases SET renewals = renewals + 1, renewed_at = now_ms(), holder = $2
  WHERE profile = $1 RETURNING *`;

export const setHolder = `UPDATE leases SET holder = $2 WHERE profile = $1`;

export const freeLease = `
  UPDATE leases SET holder_id = NULL, holder = NULL WHERE profile = $1`;

/** Takes the lease from its holder for good: its term is over and its runs are to be ended. */
export const forceLease = `
  UPDATE leases SET end_runs_up_to = epoch, epoch = epoch + 1, holder_id = NULL, holder = NULL,
    renewals = 0, preferred_id = NULL
  WHERE profile = $1`;

export const preferInstance = `
  UPDATE leases SET preferred_id = $3
  WHERE profile = $1 AND epoch = $2 AND holder_id IS NOT NULL`;
