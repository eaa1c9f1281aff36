import { posix } from 'node:path';
import {
  browserFloor,
  clockPlaces,
  floors,
  floorsOfFolders,
  longFiles,
  modules,
  mostLines,
  outsideFiles,
  typePlaces,
} from './house.ts';
import { type Facts, type Import, readFacts } from './source.ts';

/** Paths from the root with `/`, to texts. */
export type Sources = ReadonlyMap<string, string>;

/** `lease.test.ts`, `watch.slow.ts`, and `test-bench.ts`: what the tests of a folder share. */
export const isTest = (path: string): boolean =>
  /(\.(test|slow)\.tsx?|\/test-[\w-]+\.ts)$/.test(path);

/** The floor of a file as the table names it, and the folder it must not leave: `doors/*` and `src/doors/cli/`. */
export function floorOf(path: string): { readonly floor: string; readonly home: string } | null {
  const [top, first = '', second = ''] = path.split('/');
  if (top === browserFloor) return { floor: browserFloor, home: `${browserFloor}/` };
  if (top !== 'src') return null;
  const floor = floorsOfFolders.includes(first) ? `${first}/*` : first;
  if (floors[floor] === undefined) return null;
  if (!floor.endsWith('/*')) return { floor, home: `src/${first}/` };
  return second.endsWith('.ts') ? null : { floor, home: `src/${first}/${second}/` };
}

/** Every broken rule of the given sources as a sentence `file:line what`. Tests may import anything. */
export function violations(sources: Sources): readonly string[] {
  const found: string[] = [];
  const edges = new Map<string, readonly string[]>();
  for (const [path, text] of sources) {
    if (isTest(path)) continue;
    found.push(...misplaced(path, text));
    const facts = readFacts(path, text);
    found.push(...wrongClocks(path, facts), ...wrongImports(path, facts, sources));
    edges.set(
      path,
      facts.imports.flatMap((one) => targetOf(path, one.specifier) ?? []),
    );
  }
  return [...found, ...cycles(edges)];
}

function misplaced(path: string, text: string): readonly string[] {
  const found: string[] = [];
  if (floorOf(path) === null) found.push(`${path}:1 lies on no floor of the house`);
  const lines = text.split('\n').length - 1;
  if (lines > mostLines && longFiles[path] === undefined) {
    found.push(`${path}:${lines} is longer than ${mostLines} lines`);
  }
  return found;
}

function wrongClocks(path: string, facts: Facts): readonly string[] {
  if (isIn(path, Object.keys(clockPlaces))) return [];
  return facts.clockUses.map(
    ({ name, line }) => `${path}:${line} uses ${name}: time and chance are handed in`,
  );
}

function wrongImports(path: string, facts: Facts, sources: Sources): readonly string[] {
  return facts.imports.flatMap((one) => {
    const problem = problemOf(path, one, sources);
    return problem === null ? [] : `${path}:${one.line} ${problem}`;
  });
}

function problemOf(path: string, one: Import, sources: Sources): string | null {
  const { specifier } = one;
  if (specifier === null) return 'imports something that is computed: nobody can check it';
  const target = targetOf(path, specifier);
  if (target === null) return problemOfModule(path, moduleOf(specifier), one.isType);
  const isOfPage = floorOf(path)?.floor === browserFloor;
  if (isOfPage && target.endsWith('.css')) return null;
  if (!target.startsWith('src/') && !(isOfPage && target.startsWith(`${browserFloor}/`))) {
    const allowed = isIn(path, outsideFiles[target] ?? []);
    return allowed ? null : `imports ${target}, which is outside src`;
  }
  if (isTest(target)) return `imports the test ${target}`;
  if (!sources.has(target)) return `imports ${target}, which does not exist`;
  if (isOfPage && target.startsWith('src/') && !one.isType)
    return `imports ${target}, of which a browser may only take types`;
  return problemOfFloor(path, target);
}

function problemOfModule(path: string, name: string, isType: boolean): string | null {
  const places = isType ? [...(modules[name] ?? []), ...(typePlaces[name] ?? [])] : modules[name];
  if (places === undefined || places.length === 0) return `imports ${name}, which is in no table`;
  return isIn(path, places) ? null : `imports ${name}, which belongs to ${places.join(', ')}`;
}

function problemOfFloor(path: string, target: string): string | null {
  const from = floorOf(path);
  const to = floorOf(target);
  // Said already by `misplaced`.
  if (from === null || to === null || target.startsWith(from.home)) return null;
  if (from.floor === to.floor) return `imports its sibling ${target}`;
  const allowed = floors[from.floor] ?? [];
  return allowed.includes(to.floor) ? null : `(${from.floor}) imports ${target} (${to.floor})`;
}

/** The file that a relative import names, or null for a module of Node or npm. Absolute paths and URLs are never fine. */
function targetOf(path: string, specifier: string | null): string | null {
  if (specifier === null) return null;
  if (/^(\/|file:|data:|https?:|#)/.test(specifier)) return specifier;
  return /^\.\.?(\/|$)/.test(specifier) ? posix.join(posix.dirname(path), specifier) : null;
}

/** `zod/mini` is of `zod`, `@bomb.sh/tab/commander` of `@bomb.sh/tab`, `fs` is `node:fs`. */
function moduleOf(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier;
  const parts = specifier.split('/');
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}

export function isIn(path: string, places: readonly string[]): boolean {
  return places.some((place) => (place.endsWith('/') ? path.startsWith(place) : path === place));
}

/** Each cycle once, types and lazy imports included. Depth first; a file found on the way down closes a cycle. */
function cycles(edges: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const found: string[] = [];
  const finished = new Set<string>();
  const visit = (path: string, way: readonly string[]): void => {
    const start = way.indexOf(path);
    if (start >= 0)
      found.push(`${path}:1 imports itself: ${[...way.slice(start), path].join(' → ')}`);
    if (start >= 0 || finished.has(path)) return;
    for (const next of edges.get(path) ?? []) visit(next, [...way, path]);
    finished.add(path);
  };
  for (const path of edges.keys()) visit(path, []);
  return found;
}
