import { crc32 } from '../../core/crc32.ts';
import { StoreUnavailable } from '../../ports/store.ts';
import type { SqlRow } from './driver.ts';

/** Readers of one column each. A column that does not hold what it must is damage, never guessed around. */

function damaged(row: SqlRow, name: string, wanted: string): StoreUnavailable {
  const whose = typeof row['id'] === 'string' ? ` of ${row['id']}` : '';
  const message = `The column ${name}${whose} does not hold ${wanted}.`;
  return new StoreUnavailable('store_corrupt', message);
}

export function text(row: SqlRow, name: string): string {
  const value = row[name];
  if (typeof value === 'string') return value;
  throw damaged(row, name, 'text');
}

export function textOrNull(row: SqlRow, name: string): string | null {
  return row[name] === null ? null : text(row, name);
}

export function integer(row: SqlRow, name: string): number {
  const value = row[name];
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw damaged(row, name, 'an integer');
}

export function integerOrNull(row: SqlRow, name: string): number | null {
  return row[name] === null ? null : integer(row, name);
}

export function truth(row: SqlRow, name: string): boolean {
  return integer(row, name) !== 0;
}

export function oneOf<T extends string>(row: SqlRow, name: string, known: readonly T[]): T {
  const value = text(row, name);
  const found = known.find((one) => one === value);
  if (found !== undefined) return found;
  throw damaged(row, name, 'a known word');
}

export function oneOfOrNull<T extends string>(
  row: SqlRow,
  name: string,
  known: readonly T[],
): T | null {
  return row[name] === null ? null : oneOf(row, name, known);
}

/** Parses a JSON column; `isWanted` looks at its outline, not at every leaf: only this program writes it. */
export function document<T>(
  row: SqlRow,
  name: string,
  isWanted: (value: unknown) => value is T,
): T {
  const value = parse(text(row, name), name);
  if (isWanted(value)) return value;
  throw damaged(row, name, 'the wanted document');
}

const seal = /^\{"seal":"([0-9a-f]{8})",/;
const sealOf = (json: string): string => crc32(json).toString(16).padStart(8, '0');

/** A document that must not change by itself: what it says is run. SQLite does not notice a bit that falls over inside a text. */
export const sealed = (json: string): string => `{"seal":"${sealOf(json)}",${json.slice(1)}`;

/** As `document`, of one that was sealed; what was written before there were seals begins with another name. */
export function sealedDocument<T>(
  row: SqlRow,
  name: string,
  isWanted: (value: unknown) => value is T,
): T {
  const written = text(row, name);
  const [prefix = '', sum] = seal.exec(written) ?? [];
  const json = `{${written.slice(prefix.length === 0 ? 1 : prefix.length)}`;
  const isOlder = sum === undefined && /^\{"(deliver|onFailure|name|schedule)":/.test(written);
  if (sum !== sealOf(json) && !isOlder) throw damaged(row, name, 'what was written there');
  return document({ ...row, [name]: json }, name, isWanted);
}

/** What each column held last: neighbours often say the same, as the attempts of one owner say where it came from. */
const heldLast = new Map<string, { readonly json: string; readonly value: unknown }>();
/** Longer ones are rare, and would take much memory. */
const longestHeld = 4_096;

function parse(json: string, name: string): unknown {
  const last = heldLast.get(name);
  if (last?.json === json) return last.value;
  try {
    const value: unknown = JSON.parse(json);
    if (json.length <= longestHeld) heldLast.set(name, { json, value });
    return value;
  } catch (error) {
    // biome-ignore lint/style/useErrorCause: StoreUnavailable takes its cause as third parameter
    throw new StoreUnavailable('store_corrupt', `The column ${name} does not hold JSON.`, error);
  }
}
