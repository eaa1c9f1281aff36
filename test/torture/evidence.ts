/**
 * What the checker judges. Three sources that know nothing of each other: what the jobs witnessed, what the scheduler's store says,
 * and what the nemeses did. Times named `boot` are milliseconds of the machine's boot clock, which nobody can set.
 */

/** A process that cannot be mistaken for another one: `pid:start mark`. */
export type ProcessName = `${number}:${string}`;

/** Written by a job as its first act. */
export type Begin = {
  readonly job: string;
  /** Null for requests. On the wall clock of the home, which may be faked. */
  readonly fireTime: number | null;
  readonly run: string;
  readonly attempt: number;
  readonly epoch: number;
  readonly boot: number;
  /** The true wall clock. */
  readonly wall: number;
  /** The job's own process first, then its ancestors. */
  readonly chain: readonly ProcessName[];
  /** When the last of them had been looked up, on the boot clock. On a busy machine that takes longer than a holder needs to end. */
  readonly traced: number;
};

/** Written by a job as its last act; one that was ended by force leaves none. */
export type End = { readonly run: string; readonly attempt: number; readonly boot: number };

export type Testimony = {
  readonly begins: readonly Begin[];
  readonly ends: readonly End[];
  /** Lines that are no whole line: a fault of the witness, not of the scheduler. */
  readonly torn: number;
};

export type LedgerAttempt = {
  readonly number: number;
  readonly epoch: number;
  readonly instanceId: string;
  /** The wrapper. */
  readonly process: ProcessName;
  /** The instance that started it, by its own description. */
  readonly startedBy: ProcessName | null;
  readonly state: string;
  readonly outcome: string | null;
  readonly reason: string | null;
  readonly didBegin: boolean;
};

export type LedgerRun = {
  readonly id: string;
  readonly jobId: string;
  readonly fireTime: number | null;
  readonly fireTimeEnd: number | null;
  readonly count: number;
  readonly cause: string;
  readonly state: string;
  readonly outcome: string | null;
  readonly reason: string | null;
  readonly endedAt: number | null;
  readonly attempts: readonly LedgerAttempt[];
};

/** A job and what is to be expected of it. It fires at `anchor + n * everyMs`, which needs no oracle. */
export type LedgerJob = {
  readonly id: string;
  readonly name: string;
  readonly everyMs: number;
  readonly anchor: number;
  readonly overlap: 'skip' | 'queue' | 'replace' | 'allow';
  readonly retries: number;
  /** Every fire time after this and before `decidedUntil` must be decided exactly once. */
  readonly createdAt: number;
  readonly decidedUntil: number;
  /** Whether its starts tell about lateness: it waits for nothing but the scheduler. */
  readonly isPrompt: boolean;
};

/** One claim of the lease, from the audit log. */
export type Claim = {
  readonly epoch: number;
  readonly instanceId: string;
  readonly pid: number;
  readonly grounds: string;
};

export type Ledger = {
  readonly jobs: readonly LedgerJob[];
  readonly runs: readonly LedgerRun[];
  readonly claims: readonly Claim[];
};

/** One thing that a nemesis did. */
export type Fault = {
  readonly name: string;
  readonly from: number;
  /** When it was over: the process was killed, went on, the disk was free again. */
  readonly until: number;
  /** When a standby was entitled to take over, if one was there. */
  readonly entitledAt: number | null;
  readonly detail: string;
  readonly kills: number;
  readonly pauses: number;
  /** What it does to the wall clock of the home makes occurrences of the past due again only after so long. */
  readonly quietMs: number;
  /** It is work of our own during which no lease may be lost: the epochs before and after. */
  readonly epochs: readonly [number, number] | null;
  /** What the nemesis itself saw go wrong. */
  readonly complaint: string | null;
  /** Runs whose wrapper was killed, or was frozen until whoever ended the run had to kill it: their end cannot be known. */
  readonly killedRuns: readonly string[];
  /** From SIGKILL of the holder until another had the lease. */
  readonly takeoverMs: number | null;
};

/** An instance as whoever started it saw it. */
export type Life = {
  readonly process: ProcessName;
  readonly from: number;
  /** Null while it lives. */
  readonly until: number | null;
};

/** A change of hands as seen from outside, at the first look after it. */
export type Change = {
  readonly boot: number;
  readonly epoch: number;
  readonly process: ProcessName | null;
  /** The predecessor of this look, whether it still lived then, and whether its starter did. */
  readonly before: {
    readonly epoch: number;
    readonly process: ProcessName | null;
    readonly isAlive: boolean;
    readonly isStarterAlive: boolean;
  };
  /** The predecessor had given the lease up by itself. */
  readonly wasReleased: boolean;
};

/** One answer to "will it run?" */
export type Answer = {
  /** When it was asked; `boot` is when it was given. */
  readonly from: number;
  readonly boot: number;
  readonly door: 'operation' | 'command';
  readonly willRun: boolean;
  readonly code: string;
};

/** A process that belongs to a run and was seen alive at these times. */
export type Remnant = {
  readonly boot: number;
  readonly run: string;
  readonly process: ProcessName;
  readonly command: string;
};

export type Evidence = {
  /** Of the scenario, on the boot clock. */
  readonly from: number;
  readonly until: number;
  readonly testimony: Testimony;
  readonly ledger: Ledger;
  readonly faults: readonly Fault[];
  readonly lives: readonly Life[];
  readonly changes: readonly Change[];
  readonly answers: readonly Answer[];
  readonly remnants: readonly Remnant[];
  /** What was left running after everything had been stopped. */
  readonly leftBehind: readonly string[];
  /** How far the wall clock of the home was from the true one, by boot time, ascending. */
  readonly clockOffsets: readonly { readonly boot: number; readonly ms: number }[];
  /** `wall - boot` of the machine. */
  readonly wallMinusBoot: number;
};
