/** What a parameter of a statement may be. Instants and counts are integers, booleans 0 or 1, documents JSON text. */
export type SqlValue = string | number | null;

export type SqlRow = Readonly<Record<string, unknown>>;

/** Runs statements whose text numbers its parameters `$1`, `$2`, … */
export type SqlSession = {
  all(sql: string, params?: readonly SqlValue[]): Promise<readonly SqlRow[]>;
  /** Answers how many rows were changed. */
  run(sql: string, params?: readonly SqlValue[]): Promise<number>;
};

/** How a transaction ends: both answer `value`, only `commit` keeps what was written. */
export type Ending<T> = { readonly kind: 'commit' | 'rollback'; readonly value: T };

export const commit = <T>(value: T): Ending<T> => ({ kind: 'commit', value });
export const rollback = <T>(value: T): Ending<T> => ({ kind: 'rollback', value });

/** What is done in one transaction. */
export type Work<T> = (session: SqlSession) => Promise<Ending<T>>;

/**
 * How long a commit lasts. A fleeting one is seen by all processes at once, and is not forced to the disk: a power cut may take it back. It
 * is for what matters to living processes only, or not before a durable commit follows, which takes it along.
 */
export type Lasting = 'durable' | 'fleeting';

/**
 * One connection to one database. Statements outside a transaction see only what was committed.
 * Throws `StoreUnavailable` for outages; any other error is a bug.
 */
export type SqlDriver = SqlSession & {
  /**
   * Runs `work` alone on the connection, in a transaction that may write. Rolls back when `work` throws.
   * `work` awaits nothing but its session, and may run again from its beginning when the database was locked.
   */
  transaction<T>(work: Work<T>, how?: Lasting): Promise<T>;
  /** Changes whenever another connection committed. */
  changeToken(): Promise<string>;
  /** Moves what the log holds into the database, as far as nobody reads it there. The log is then written from its beginning. */
  writeBack(): Promise<void>;
  /** A complete copy into a new file. */
  backup(path: string): Promise<void>;
  /** What the engine itself finds wrong with its files, or with these tables and their indexes alone; none when whole. */
  problems(tables?: readonly string[]): Promise<readonly string[]>;
  /** How the connection is set up, for people who look after it. */
  settings(): Promise<Readonly<Record<string, string>>>;
  /** Twice is fine. */
  close(): Promise<void>;
};
