/**
 * What schema version 3 adds for authority: which jobs count against the quota of agents. Who made a job stands with its definition,
 * under the same seal; a job without it is from before, and a person's. A program of version 2 would run what waits for approval.
 */
export const authorityTables: readonly string[] = [
  `CREATE TABLE agent_jobs (
    profile TEXT NOT NULL,
    job_id TEXT NOT NULL,
    PRIMARY KEY (profile, job_id)
  )`,
];
