/**
 * Runs the quick tests of `core` and of the simulation once, and demands that they take every branch of what decides.
 *
 *   npm run coverage        tells, file by file, and ends with 1 when a branch of a file that must be whole was not taken
 */
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { neverTaken } from './never-taken.ts';

type Range = { readonly startOffset: number; readonly endOffset: number; readonly count: number };
type Report = { readonly result: readonly { url: string; functions: { ranges: Range[] }[] }[] };

const root = fileURLToPath(new URL('..', import.meta.url));
/** Whose branches all have to be taken: every decision, and the loops of the lease, of firing, of running and of recovery. */
const must = [
  ...globSync('src/core/*.ts', { cwd: root }).filter((path) => !path.endsWith('.test.ts')),
  ...'elect hold decide start finish settle account instance answer sweep predecessor gaps probe stop deliver ping watch-owner'
    .split(' ')
    .map((name) => `src/loops/${name}.ts`),
].sort();
const tests = globSync(
  [
    'src/core/*.test.ts',
    'src/loops/*.test.ts',
    'test/schedule-golden.test.ts',
    'test/simulation/{rules,scenes-*}.test.ts',
  ],
  { cwd: root },
).sort();

/** The reports of every process that ran a test. @throws when a test failed: then nothing was measured */
function measure(): readonly Report[] {
  const folder = mkdtempSync(join(tmpdir(), 'ck-coverage-'));
  try {
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const ran = spawnSync(
      process.execPath,
      ['--test', '--test-concurrency=2', '--test-reporter=dot', ...tests],
      { cwd: root, env: { ...env, NODE_V8_COVERAGE: folder }, encoding: 'utf8' },
    );
    if (ran.status !== 0) throw new Error(`the tests fail: ${ran.stdout.slice(-3_000)}`);
    return readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Which characters one process ran: inner stretches are painted over outer ones. */
function paint(functions: Report['result'][number]['functions'], length: number): Uint8Array {
  const isRun = new Uint8Array(length);
  for (const { ranges } of functions)
    for (const { startOffset, endOffset, count } of ranges)
      isRun.fill(count > 0 ? 1 : 0, startOffset, endOffset);
  return isRun;
}

type Tally = { taken: number; readonly missed: string[]; unreachable: number };

/** A branch is taken when any process ran it. One that no test can take is counted apart. */
function tally(file: string, reports: readonly Report[]): Tally {
  const url = pathToFileURL(join(root, file)).href;
  const text = readFileSync(join(root, file), 'utf8');
  const branches = new Map<string, number>();
  const isRun = new Uint8Array(text.length);
  for (const { result } of reports) {
    for (const { functions } of result.filter((script) => script.url === url)) {
      for (const { startOffset, endOffset } of functions.flatMap(({ ranges }) => ranges))
        branches.set(`${startOffset} ${endOffset}`, startOffset);
      for (const [at, value] of paint(functions, text.length).entries())
        if (value === 1) isRun[at] = 1;
    }
  }
  const excused = neverTaken(file, text);
  const found: Tally = { taken: 0, missed: [], unreachable: 0 };
  for (const [key, start] of branches) {
    const begins = start + (text.slice(start).match(/\S/)?.index ?? 0);
    if (isRun[start] === 1) found.taken += 1;
    else if (excused.some((one) => one.start <= begins && begins <= one.end))
      found.unreachable += 1;
    else {
      const end = Number(key.split(' ')[1]);
      const line = text.slice(0, start).split('\n').length;
      found.missed.push(`:${line}  ${text.slice(start, end).replace(/\s+/g, ' ').slice(0, 80)}`);
    }
  }
  return found;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

const reports = measure();
let missed = 0;
let taken = 0;
for (const file of must) {
  const found = tally(file, reports);
  missed += found.missed.length;
  taken += found.taken;
  // Files of types alone have nothing to run.
  if (found.taken + found.missed.length === 0) continue;
  const apart = found.unreachable === 0 ? '' : `, ${found.unreachable} that nothing can take`;
  print(`${found.taken} of ${found.taken + found.missed.length}  ${file}${apart}`);
  for (const where of found.missed) print(`    not taken ${file}${where}`);
}
print(`${taken} branches taken, ${missed} not taken`);
process.exitCode = missed > 0 || taken < 1_000 ? 1 : 0;
