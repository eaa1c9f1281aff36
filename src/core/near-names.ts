/** How many letters may be wrong: one in three. */
const isNear = (distance: number, name: string): boolean =>
  distance <= Math.max(1, Math.floor(name.length / 3));

const longestCompared = 80;

/** Names that somebody may have meant, the nearest first, at most three. Case does not matter. */
export function nearestNames(typed: string, names: readonly string[]): readonly string[] {
  const wanted = typed.trim().toLowerCase().slice(0, longestCompared);
  if (wanted === '') return [];
  return [...new Set(names)]
    .map((name) => ({ name, distance: distanceTo(wanted, name.toLowerCase()) }))
    .filter(({ name, distance }) => isNear(distance, name))
    .sort((one, other) => one.distance - other.distance || (one.name < other.name ? -1 : 1))
    .slice(0, 3)
    .map(({ name }) => name);
}

function distanceTo(wanted: string, name: string): number {
  if (name.startsWith(wanted) && wanted.length >= 3) return 0;
  return editDistance(wanted, name.slice(0, longestCompared));
}

/** Levenshtein: the number of letters to insert, remove or replace. */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let line = 1; line <= one.length; line += 1) {
    const next = [line];
    for (let column = 1; column <= other.length; column += 1) {
      const replaced = (row[column - 1] ?? 0) + (one[line - 1] === other[column - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
