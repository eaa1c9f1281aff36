import type { SqlRow, SqlSession, SqlValue } from './driver.ts';

/** About so many one statement is asked at once: as many as a page has, mostly. A text for each number would be prepared for each. */
const hundred = 100;

const placesFrom = (first: number): readonly string[] =>
  Array.from({ length: hundred }, (_, index) => `$${first + index}`);

/** What is asked about, for `IN`: `($2, $3, …)` from the parameter with this number on. */
export const hundredFrom = (first: number): string => `(${placesFrom(first).join()})`;

/** The same as a table; `column1` is what is asked about. */
export const hundredRowsFrom = (first: number): string =>
  `(VALUES ${placesFrom(first)
    .map((place) => `(${place})`)
    .join()})`;

/**
 * The rows about all of these, a hundred at a time, in the order of the statement within each hundred.
 *
 * @param own the parameters before those that are asked about
 */
export async function aboutAll(
  session: SqlSession,
  sql: string,
  own: readonly SqlValue[],
  asked: readonly string[],
): Promise<readonly SqlRow[]> {
  const rows: SqlRow[] = [];
  for (let from = 0; from < asked.length; from += hundred) {
    const some = asked.slice(from, from + hundred);
    // Nothing equals NULL, so the places that are left over ask nothing.
    const rest = Array.from({ length: hundred - some.length }, () => null);
    rows.push(...(await session.all(sql, [...own, ...some, ...rest])));
  }
  return rows;
}
