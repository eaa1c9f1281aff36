import { StoreUnavailable } from '../../ports/store.ts';
import type { SqlRow } from './driver.ts';

/** Readers of one column each. A column that does not hold what it must is damage, never guessed around. */

function damaged(name: string, wanted: string): StoreUnavailable {
  return new StoreUnavailable('store_corrupt', `The column ${name} does not hold ${wanted}.`);
}

export function text(row: SqlRow, name: string): string {
  const value = row[name];
  if (typeof value === 'string') return value;
  throw damaged(name, 'text');
}

export function textOrNull(row: SqlRow, name: string): string | null {
  return row[name] === null ? null : text(row, name);
}

export function integer(row: SqlRow, name: string): number {
  const value = row[name];
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw damaged(name, 'an integer');
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
  throw damaged(name, 'a known word');
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
  throw damaged(name, 'the wanted document');
}

function parse(json: string, name: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    // biome-ignore lint/style/useErrorCause: StoreUnavailable takes its cause as third parameter
    throw new StoreUnavailable('store_corrupt', `The column ${name} does not hold JSON.`, error);
  }
}
