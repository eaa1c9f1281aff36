/**
 * Runs test files with one mutant in place, a thousand times in one process: each time every module of the project is loaded anew,
 * under a name of its own. Nothing is written; the mutated module is changed while it is read.
 */
import { readFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { fileURLToPath } from 'node:url';
import { takeCollected } from './harness.ts';

/** `put` in place of the text from `start` to `end`; null for the file as it is. */
export type Order = {
  readonly number: number;
  readonly tests: readonly string[];
  readonly mutant: {
    readonly file: string;
    readonly start: number;
    readonly end: number;
    readonly put: string;
  } | null;
};

/** Sent after each test file that was green. */
export type Progress = { readonly number: number; readonly done: number };

export type Answer = {
  readonly number: number;
  readonly kind: 'green' | 'red';
  /** What failed, and how many tests were run until then. */
  readonly said: string;
  readonly ran: number;
  /** By file, in the order of the run. */
  readonly tookMs: readonly number[];
};

const root = new URL('../..', import.meta.url).href;
const harness = new URL('harness.ts', import.meta.url).href;
const stripped = new Map<string, string>();
let order: Order = { number: 0, tests: [], mutant: null };

function sourceOf(url: string): string {
  const mutant = order.mutant;
  if (mutant !== null && url === `${root}${mutant.file}`) {
    const text = readFileSync(fileURLToPath(url), 'utf8');
    return stripTypeScriptTypes(text.slice(0, mutant.start) + mutant.put + text.slice(mutant.end));
  }
  const known = stripped.get(url);
  if (known !== undefined) return known;
  const source = stripTypeScriptTypes(readFileSync(fileURLToPath(url), 'utf8'));
  stripped.set(url, source);
  return source;
}

registerHooks({
  resolve(specifier, context, nextResolve) {
    const isOurs = context.parentURL?.includes('?run=') === true;
    if (isOurs && specifier === 'node:test') return { url: harness, shortCircuit: true };
    const resolved = nextResolve(specifier, context);
    const isProject = resolved.url.startsWith(root) && !resolved.url.includes('/node_modules/');
    if (!isOurs || !isProject || !resolved.url.endsWith('.ts')) return resolved;
    return { ...resolved, url: `${resolved.url}?run=${order.number}` };
  },
  load(url, context, nextLoad) {
    const [path = '', query] = url.split('?run=');
    if (query === undefined) return nextLoad(url, context);
    return { format: 'module', source: sourceOf(path), shortCircuit: true };
  },
});

async function carryOut({ number, tests }: Order): Promise<Answer> {
  let ran = 0;
  const tookMs: number[] = [];
  for (const path of tests) {
    const since = performance.now();
    let name = `${path} does not load`;
    try {
      await import(`${root}${path}?run=${number}`);
      for (const { name: next, body } of takeCollected()) {
        name = next;
        ran += 1;
        await body({ diagnostic: () => {} });
      }
    } catch (error) {
      takeCollected();
      const why = error instanceof Error ? error.message : String(error);
      return { number, kind: 'red', said: `${name}: ${why.slice(0, 200)}`, ran, tookMs };
    }
    tookMs.push(performance.now() - since);
    process.send?.({ number, done: tookMs.length });
  }
  return { number, kind: 'green', said: '', ran, tookMs };
}

// A mutant may leave a promise behind that nobody awaits.
process.on('unhandledRejection', () => {});
process.on('disconnect', () => process.exit());
process.on('message', (given: Order) => {
  order = given;
  void carryOut(given).then((answer) => process.send?.(answer));
});
