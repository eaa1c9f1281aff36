import { DatabaseSync } from 'node:sqlite';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { StoreUnavailable } from '../../ports/store.ts';
import { translate } from './sqlite-errors.ts';

/** What the thread answers: what is wrong, or why it could not look. */
type Answer =
  | { readonly kind: 'looked'; readonly problems: readonly string[] }
  | { readonly kind: 'failed'; readonly code: StoreUnavailable['code']; readonly message: string };

const isAnswer = (value: unknown): value is Answer =>
  typeof value === 'object' && value !== null && 'kind' in value;

const megabytes = 32;

/**
 * Looks through a whole file in a thread of its own, which takes seconds for each gigabyte; nobody else waits for it.
 *
 * @param looker the program of the thread, which calls `answerLook`
 * @returns what is wrong, none when whole or when `signal` aborted before the end
 * @throws StoreUnavailable when it could not be looked through
 */
export async function lookBeside(
  looker: string,
  path: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const limits = { maxOldGenerationSizeMb: megabytes };
  const thread = new Worker(looker, { workerData: path, resourceLimits: limits });
  const stop = (): void => void thread.terminate();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    const answer = await new Promise<unknown>((resolve, reject) => {
      thread.once('message', resolve);
      thread.once('error', reject);
      thread.once('exit', () => resolve(null));
    });
    if (isAnswer(answer)) return problemsOf(answer);
    if (signal.aborted) return [];
    throw new StoreUnavailable('store_unavailable', 'Looking through the store was broken off.');
  } finally {
    signal.removeEventListener('abort', stop);
    await thread.terminate();
  }
}

function problemsOf(answer: Answer): readonly string[] {
  if (answer.kind === 'looked') return answer.problems;
  throw new StoreUnavailable(answer.code, answer.message);
}

/** What the thread does: opens the file for itself, looks, answers. */
export function answerLook(): void {
  const answer = (): Answer => {
    let database: DatabaseSync | undefined;
    try {
      database = new DatabaseSync(String(workerData), { readOnly: true, timeout: 5_000 });
      return { kind: 'looked', problems: problemsIn(database) };
    } catch (error) {
      const outage = translate(error);
      if (!(outage instanceof StoreUnavailable)) throw error;
      return { kind: 'failed', code: outage.code, message: outage.message };
    } finally {
      database?.close();
    }
  };
  parentPort?.postMessage(answer());
}

/**
 * What the engine finds wrong, the indexes included: it is an index that tells whether an occurrence was decided.
 *
 * @param tables only these and their indexes; null: everything
 */
export function problemsIn(
  database: DatabaseSync,
  tables: readonly string[] | null = null,
): readonly string[] {
  const ask = (pragma: string): readonly Readonly<Record<string, unknown>>[] =>
    database.prepare(`PRAGMA ${pragma}`).all();
  const found =
    tables === null
      ? ask('integrity_check')
      : tables.flatMap((table) => ask(`integrity_check(${table})`));
  const broken = tables === null ? ask('foreign_key_check') : [];
  return [
    ...found.map((row) => String(row['integrity_check'])).filter((line) => line !== 'ok'),
    ...broken.map((row) => `A row of ${row['table']} points to a missing ${row['parent']}.`),
  ];
}
