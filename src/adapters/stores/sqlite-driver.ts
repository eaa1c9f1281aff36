import { statSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Instant } from '../../core/instant.ts';
import { Refusal } from '../../core/refusal.ts';
import { StoreUnavailable } from '../../ports/store.ts';
import type { Lasting, SqlDriver, SqlRow, SqlSession, SqlValue, Work } from './driver.ts';
import { makeWhole } from './new-file.ts';
import { isDoubtful, isLocked, translate } from './sqlite-errors.ts';
import { identityOf, tighten } from './sqlite-file.ts';
import { problemsIn } from './sqlite-look.ts';
import { isSqliteTooOld, oldestSqlite, pragmas, refuseForeignFile } from './sqlite-schema.ts';

export type SqliteOptions = {
  /** A file, created with mode 0600 if it is not there, or `:memory:`. */
  readonly path: string;
  /** The store's clock, `now_ms()` in statements. */
  readonly now: () => Instant;
  readonly sleep: (ms: number) => Promise<void>;
  /** Uniform in [0, 1). */
  readonly random: () => number;
};

/** How long SQLite itself waits for a lock; it blocks the whole process meanwhile, so it is short. */
const blockedWaitMs = 100;
/** How long a statement or transaction is tried again before the store counts as unavailable. */
const patienceMs = 5_000;
const longestPauseMs = 250;

type Prepared = { readonly statement: StatementSync; readonly order: readonly number[] };

/** SQLite through `node:sqlite`. The only file that knows it. */
class SqliteDriver implements SqlDriver {
  readonly #options: SqliteOptions;
  readonly #schemaVersion: number;
  readonly #prepared = new Map<string, Prepared>();
  readonly #session: SqlSession;
  #database: DatabaseSync;
  #identity = '';
  /** The connection is no longer to be trusted; the next use opens another. */
  #isDoubtful = false;
  #connections = 0;
  /** Ends when everything that was handed in before is over: one thing at a time on the connection. */
  #turn: Promise<void> = Promise.resolve();

  constructor(options: SqliteOptions, schemaVersion: number) {
    this.#options = options;
    this.#schemaVersion = schemaVersion;
    this.#database = new DatabaseSync(options.path, { open: false, timeout: blockedWaitMs });
    this.#session = {
      all: async (sql, params = []) => this.#all(sql, params),
      run: async (sql, params = []) => this.#run(sql, params),
    };
  }

  get #isFile(): boolean {
    return this.#options.path !== ':memory:';
  }

  async open(): Promise<void> {
    try {
      await this.#patiently(async () => this.#connect());
    } catch (error) {
      if (this.#database.isOpen) this.#database.close();
      throw error;
    }
  }

  async all(sql: string, params: readonly SqlValue[] = []): Promise<readonly SqlRow[]> {
    return this.#patiently(async () => this.#all(sql, params));
  }

  async run(sql: string, params: readonly SqlValue[] = []): Promise<number> {
    return this.#patiently(async () => this.#run(sql, params));
  }

  async transaction<T>(work: Work<T>, how: Lasting = 'durable'): Promise<T> {
    return this.#patiently(async () => {
      this.#refuseReplacedFile();
      if (how === 'durable') return this.#transact(work);
      this.#database.exec('PRAGMA synchronous = NORMAL');
      try {
        return await this.#transact(work);
      } finally {
        this.#database.exec('PRAGMA synchronous = FULL');
      }
    });
  }

  async #transact<T>(work: Work<T>): Promise<T> {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      this.#refuseNewerSchema();
      const ending = await work(this.#session);
      this.#database.exec(ending.kind === 'commit' ? 'COMMIT' : 'ROLLBACK');
      return ending.value;
    } catch (error) {
      // Some errors have already rolled back.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  async changeToken(): Promise<string> {
    return this.#patiently(async () => {
      this.#refuseReplacedFile();
      const version = this.#all('PRAGMA data_version', [])[0]?.['data_version'];
      // Another connection counts anew.
      return `${this.#identity}/${this.#connections}/${version}`;
    });
  }

  async writeBack(): Promise<void> {
    await this.all('PRAGMA wal_checkpoint(PASSIVE)');
  }

  async backup(path: string): Promise<void> {
    // SQLite accepts the empty draft, which has the right mode.
    await makeWhole(path, async (draft) => {
      await this.run('VACUUM INTO $1', [draft]);
    });
  }

  async problems(tables: readonly string[] | null = null): Promise<readonly string[]> {
    const found = await this.#patiently(async () => problemsIn(this.#database, tables));
    this.#refuseReplacedFile();
    return found;
  }

  async settings(): Promise<Readonly<Record<string, string>>> {
    const settings: Record<string, string> = {
      engine: 'sqlite',
      path: this.#options.path,
      version: this.#sqliteVersion(),
    };
    for (const name of ['journal_mode', 'synchronous', 'page_size', 'user_version']) {
      const [row] = await this.all(`PRAGMA ${name}`);
      settings[name] = String(row?.[name]);
    }
    return settings;
  }

  async close(): Promise<void> {
    await this.#alone(async () => {
      this.#prepared.clear();
      if (this.#database.isOpen) this.#database.close();
    });
  }

  #connect(): void {
    // The file, its log and its index must never be readable by others, not even for a moment.
    const umask = this.#isFile ? process.umask(0o077) : 0;
    const existed = this.#isFile && identityOf(this.#options.path) !== '';
    try {
      if (!this.#database.isOpen) this.#database.open();
      this.#database.function('now_ms', { directOnly: true }, () =>
        Math.floor(this.#options.now()),
      );
      if (isSqliteTooOld(this.#sqliteVersion())) {
        throw new Refusal(
          'sqlite_too_old',
          `This runtime brings SQLite ${this.#sqliteVersion()}, which can lose commits; ${oldestSqlite} is the oldest that is safe.`,
          { kind: 'failed' },
        );
      }
      refuseForeignFile((sql) => this.#all(sql, []));
      for (const pragma of pragmas) this.#database.exec(pragma);
    } finally {
      if (this.#isFile) process.umask(umask);
    }
    if (this.#isFile) this.#identity = identityOf(this.#options.path);
    this.#connections += 1;
    if (!existed) return;
    for (const suffix of ['', '-wal', '-shm']) tighten(`${this.#options.path}${suffix}`);
  }

  #sqliteVersion(): string {
    return String(this.#database.prepare('SELECT sqlite_version() AS version').get()?.['version']);
  }

  #refuseReplacedFile(): void {
    if (!this.#isFile) return;
    const present = identityOf(this.#options.path);
    if (present === this.#identity) return;
    // What was put there is opened next time; what was only moved away may come back.
    this.#isDoubtful = present !== '';
    throw new StoreUnavailable(
      'store_unavailable',
      `The file ${this.#options.path} was removed or replaced while it was open.`,
    );
  }

  /** A program that was started before an upgrade must not go on writing to the new schema. */
  #refuseNewerSchema(): void {
    const version = this.#all('PRAGMA user_version', [])[0]?.['user_version'];
    if (typeof version === 'number' && version <= this.#schemaVersion) return;
    throw new StoreUnavailable(
      'store_version_newer',
      `The store now has schema ${version}; this program knows ${this.#schemaVersion}.`,
    );
  }

  #all(sql: string, params: readonly SqlValue[]): readonly SqlRow[] {
    const { statement, order } = this.#prepare(sql);
    return statement.all(...order.map((index) => params[index] ?? null));
  }

  #run(sql: string, params: readonly SqlValue[]): number {
    const { statement, order } = this.#prepare(sql);
    return Number(statement.run(...order.map((index) => params[index] ?? null)).changes);
  }

  /** SQLite takes `$1` for a name, and binding by name is three times slower than by place. */
  #prepare(sql: string): Prepared {
    const known = this.#prepared.get(sql);
    if (known !== undefined) return known;
    const order: number[] = [];
    const placed = sql.replace(/\$(\d+)/g, (_, digits: string) => {
      order.push(Number(digits) - 1);
      return '?';
    });
    // A bare parameter as the limit makes SQLite plan the statement anew at each call; an expression does not.
    const text = placed.replace(/\bLIMIT \?/g, 'LIMIT +?');
    const prepared = { statement: this.#database.prepare(text), order };
    this.#prepared.set(sql, prepared);
    return prepared;
  }

  /** After a failure of the disk nobody knows what the connection holds in memory; after a replacement it holds another file. */
  #reopen(): void {
    this.#prepared.clear();
    try {
      if (this.#database.isOpen) this.#database.close();
    } catch {
      // Closing reports the same failure once more.
    }
    this.#refuseNoStore(statSync(this.#options.path, { throwIfNoEntry: false })?.size ?? 0);
    this.#database = new DatabaseSync(this.#options.path, { open: false, timeout: blockedWaitMs });
    this.#connect();
    this.#refuseNoStore(Number(this.#all('PRAGMA user_version', [])[0]?.['user_version']));
    this.#isDoubtful = false;
  }

  /** Where a store was nothing is made anew: an empty one would look like a whole one. */
  #refuseNoStore(howMuch: number): void {
    if (howMuch > 0) return;
    throw new StoreUnavailable(
      'store_unavailable',
      `The file ${this.#options.path} was removed or replaced by one that is no store.`,
    );
  }

  /** Runs `work` when nothing else runs on the connection. */
  async #alone<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#turn;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#turn = promise;
    await before;
    try {
      return await work();
    } finally {
      resolve();
    }
  }

  /** Runs `work` alone, again and again while the database is locked, and lets others in between. */
  async #patiently<T>(work: () => Promise<T>): Promise<T> {
    let waitedMs = 0;
    for (let pauseMs = 10; ; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
      try {
        return await this.#alone(() => {
          if (this.#isDoubtful && this.#isFile) this.#reopen();
          return work();
        });
      } catch (error) {
        if (isDoubtful(error)) this.#isDoubtful = true;
        if (!isLocked(error) || waitedMs >= patienceMs) throw this.#explain(error);
      }
      const jittered = pauseMs * (0.5 + this.#options.random());
      await this.#options.sleep(jittered);
      waitedMs += jittered + blockedWaitMs;
    }
  }

  #explain(error: unknown): unknown {
    const outage = translate(error);
    if (this.#database.isOpen || outage !== error || outage instanceof Refusal) return outage;
    return new StoreUnavailable('store_unavailable', 'The store is not open.', error);
  }
}

/** Opens the connection; `schemaVersion` is the newest schema that this program knows. */
export async function openSqliteDriver(
  options: SqliteOptions,
  schemaVersion: number,
): Promise<SqlDriver> {
  const driver = new SqliteDriver(options, schemaVersion);
  await driver.open();
  return driver;
}
