/** `recipientOf` of `core`, of a row. */
export const recipient = `(CASE WHEN kind = 'ping' AND job_id IS NOT NULL THEN 'ping:' || job_id ELSE target END)`;

/** What schema version 5 adds: what is owed is found by whom it is for, however much of it waits for one of them. */
export const recipients: readonly string[] = [
  `CREATE INDEX deliveries_by_recipient ON deliveries (profile, ${recipient}, next_try_at, id) WHERE state = 'pending'`,
];
