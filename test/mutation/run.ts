/**
 * Measures how many mutants of `src/core` the tests notice: `npm run mutation`, or `npm run mutation -- src/core/duration.ts …`.
 * What was found is kept in `.mutation/`, so a run that was stopped goes on: a mutant that was noticed as long as its file stays as it
 * is, one that was not noticed until one of its tests changes. Remove the folder to measure anew.
 */

import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, globSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Bench } from './bench.ts';
import { isEquivalent } from './equivalent.ts';
import { type Mutant, mutantsOf } from './mutants.ts';
import { measureReach, type Reach, reaches, root } from './reach.ts';
import { type Found, printTable, type Verdict } from './table.ts';

const folder = join(root, '.mutation');
const memory = join(folder, 'found.jsonl');
const testFiles = globSync(['src/core/*.test.ts', 'test/schedule-golden.test.ts'], {
  cwd: root,
}).sort();
const named = process.argv.slice(2);
const files = (named.length > 0 ? named : globSync('src/core/*.ts', { cwd: root }).sort()).filter(
  (file) => !file.endsWith('.test.ts'),
);
const atOnce = 2;

type Measured = { readonly test: string; readonly reach: Reach; readonly tookMs: number };

const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');

/** Its own tests first, then the quickest. */
function testsFor(mutant: Mutant, measured: readonly Measured[]): readonly Measured[] {
  const own = mutant.file.replace(/\.ts$/, '.test.ts');
  return measured
    .filter(({ reach }) => reaches(reach, mutant))
    .sort(
      (one, other) =>
        Number(other.test === own) - Number(one.test === own) || one.tookMs - other.tookMs,
    );
}

async function judge(bench: Bench, mutant: Mutant, tests: readonly Measured[]): Promise<Verdict> {
  if (tests.length === 0) return { kind: 'unreached', by: '' };
  const names = tests.map(({ test }) => test);
  const ending = await bench.run(
    names,
    mutant,
    tests.map(({ tookMs }) => 2_500 + tookMs * 4),
  );
  if (ending.kind === 'green') return { kind: 'survived', by: '' };
  return { kind: ending.kind === 'red' ? 'killed' : 'timeout', by: ending.said };
}

/** What each test file reaches, and how long it takes where the mutants are tried. */
async function measure(): Promise<readonly Measured[]> {
  const bench = new Bench();
  const measured: Measured[] = [];
  for (const test of testFiles) {
    const reach = await measureReach(test);
    const { kind, said, ran, tookMs } = await bench.run([test], null, [120_000]);
    if (kind !== 'green' || ran === 0)
      throw new Error(`${test} is ${kind} with ${ran} tests and no mutant: ${said}`);
    measured.push({ test, reach, tookMs: tookMs[0] ?? 0 });
  }
  bench.close();
  return measured;
}

function known(): Map<string, Verdict> {
  if (!existsSync(memory)) return new Map();
  const lines = readFileSync(memory, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return new Map(
    lines.map((line) => {
      const { key, verdict }: { key: string; verdict: Verdict } = JSON.parse(line);
      return [key, verdict];
    }),
  );
}

async function main(): Promise<void> {
  const since = performance.now();
  mkdirSync(folder, { recursive: true });
  const measured = await measure();
  const before = known();
  const found: Found[] = [];
  const work = files.flatMap((file) => {
    const text = textOf(file);
    return mutantsOf(file, text).map((mutant) => {
      const tests = testsFor(mutant, measured);
      const { start, end, put } = mutant;
      const key = hash(JSON.stringify([file, text, start, end, put]));
      return { mutant, tests, key, texts: hash(tests.map(({ test }) => textOf(test)).join('\0')) };
    });
  });
  const kept = ({ key, texts }: (typeof work)[number]): Verdict | undefined =>
    before.get(key) ?? before.get(`${key} ${texts}`);
  const todo = work.filter((one) => kept(one) === undefined).length;
  process.stderr.write(`${work.length} mutants, ${todo} of them to be tried\n`);
  let done = 0;
  const queue = [...work];
  const worker = async (): Promise<void> => {
    const bench = new Bench();
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { mutant, tests } = next;
      let verdict = kept(next);
      if (verdict === undefined) {
        verdict = await judge(bench, mutant, tests);
        const isNoticed = verdict.kind === 'killed' || verdict.kind === 'timeout';
        const key = isNoticed ? next.key : `${next.key} ${next.texts}`;
        appendFileSync(memory, `${JSON.stringify({ key, verdict })}\n`);
        done += 1;
        if (done % 100 === 0) process.stderr.write(`${done} of ${todo}, now ${mutant.file}\n`);
      }
      found.push({ mutant, verdict, isEquivalent: isEquivalent(mutant) });
    }
    bench.close();
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  printTable(found);
  process.stdout.write(`It took ${Math.round((performance.now() - since) / 1000)} s.\n`);
}

await main();
