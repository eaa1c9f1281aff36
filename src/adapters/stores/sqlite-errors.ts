import type { ReasonCode } from '../../core/refusal.ts';
import { StoreUnavailable } from '../../ports/store.ts';

const busy = 5;
const locked = 6;
const ioError = 10;

/** SQLite's primary result codes that mean an outage. Any other is a bug in a statement. */
const outages: ReadonlyMap<number, ReasonCode> = new Map<number, ReasonCode>([
  [3, 'store_unavailable'], // PERM
  [busy, 'store_unavailable'],
  [locked, 'store_unavailable'],
  [7, 'store_unavailable'], // NOMEM
  [8, 'store_read_only'], // READONLY
  [ioError, 'store_unavailable'],
  [11, 'store_corrupt'], // CORRUPT
  [13, 'store_full'], // FULL
  [14, 'store_unavailable'], // CANTOPEN
  [15, 'store_unavailable'], // PROTOCOL
  [26, 'store_corrupt'], // NOTADB
]);

/** The file was renamed or replaced under the connection; writing to it would be lost. */
const readOnlyBecauseMoved = 1032;

/** SQLite's extended result code, or null when the error is not SQLite's. */
function resultCode(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error)) return null;
  return typeof error.errcode === 'number' ? error.errcode : null;
}

/** Whether somebody else holds a lock, so that the same thing may succeed a moment later. */
export function isLocked(error: unknown): boolean {
  const code = resultCode(error);
  return code !== null && ((code & 0xff) === busy || (code & 0xff) === locked);
}

/** Whether the disk failed under the connection, so that what it remembers may not be what is there. */
export function isDoubtful(error: unknown): boolean {
  const code = resultCode(error);
  return code !== null && (code & 0xff) === ioError;
}

/** The outage that an error of SQLite stands for; any other error as it is. */
export function translate(error: unknown): unknown {
  const code = resultCode(error);
  if (code === null || !(error instanceof Error)) return error;
  const reason = code === readOnlyBecauseMoved ? 'store_unavailable' : outages.get(code & 0xff);
  if (reason === undefined) return error;
  return new StoreUnavailable(
    reason,
    `The database could not answer: ${error.message} (SQLite ${code}).`,
    error,
  );
}
