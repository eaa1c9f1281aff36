/**
 * Runs tests and ends with one counting line: `N passed, N failed, N skipped`.
 *
 *   node scripts/test.ts fast [PATH...]   unit, property, conformance, simulation: no real processes to wait for
 *   node scripts/test.ts all  [PATH...]   the same, then the journeys
 */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { finished } from 'node:stream/promises';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

const fastFiles = [
  'src/**/*.test.ts',
  'web/**/*.test.ts',
  'test/*.test.ts',
  'test/conformance/*.test.ts',
  'test/simulation/*.test.ts',
  'test/schedule/*.test.ts',
  'test/torture/checker.test.ts',
  'test/peers/*.test.ts',
  'bench/*.test.ts',
  'bench/parts/*.test.ts',
  'test/reports/*.test.ts',
  'test/sabotage/*.test.ts',
  'test/faults/*.test.ts',
  'test/http/*.test.ts',
  'test/http-jobs/*.test.ts',
  'test/mcp/*.test.ts',
];
/** They take long because they compute: beside them nothing would be on time. */
const computingFiles = ['test/coverage.slow.ts', 'test/simulation/*.slow.ts'];
/** They judge how punctual everything is: beside them nothing may run. */
const punctualFiles = ['test/torture/torture.test.ts'];
/** They take long because they wait, for processes and clocks. The longest come first, so that none is left alone at the end. */
const waitingFiles = [
  'test/sabotage/*.slow.ts',
  'test/agents/*.test.ts',
  'test/authority/*.test.ts',
  'test/secrets/*.test.ts',
  'test/crashes/*.test.ts',
  'test/journeys/*.test.ts',
  'test/faults/*.slow.ts',
  'test/systemd/*.slow.ts',
  'test/peers/*.slow.ts',
  'test/containers/*.slow.ts',
  'src/**/*.slow.ts',
  'test/*.slow.ts',
  'test/hermes/*.slow.ts',
  'test/launchd/*.slow.ts',
  'test/http/*.slow.ts',
  'test/mcp/*.slow.ts',
  'test/web/*.test.ts',
];

/** What tests of services and of the page need of the system, where this may install it; without it they are skipped and say why. */
function equip(): void {
  const needed = [
    '/usr/bin/systemd-nspawn',
    '/usr/bin/sudo',
    '/usr/bin/crontab',
    '/usr/bin/chromium',
  ];
  const isEquipped = needed.every((path) => existsSync(path));
  if (isEquipped || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = { env, stdio: 'ignore', timeout: 120_000 } as const;
  const lean = ['install', '-y', '-q', '--no-install-recommends'];
  const tools = ['systemd-container', 'sudo', 'cron'];
  const install = () =>
    spawnSync('apt-get', ['install', '-y', '-q', ...tools], options).status === 0 &&
    // What the browser recommends is five times its size.
    spawnSync('apt-get', [...lean, 'chromium'], options).status === 0;
  // Lists of packages may be missing or old.
  if (!install()) {
    spawnSync('apt-get', ['update', '-q'], options);
    install();
  }
}

const filesOf = (patterns: readonly string[]): readonly string[] =>
  patterns.flatMap((pattern) => globSync(pattern).sort());

/** What runs one after the other; each with how many files run at a time, on the two cores that CI has. */
type Turn = {
  readonly files: readonly string[];
  readonly concurrency: number;
  /** Only tests of these names. */
  readonly names?: readonly string[];
  /** Whether a test may have failed because the machine had no time for it. */
  readonly isTimed?: boolean;
};

function turnsOf(mode: string, paths: readonly string[]): readonly Turn[] {
  if (paths.length > 0) return [{ files: paths, concurrency: 2 }];
  if (mode !== 'all') return [{ files: filesOf(fastFiles), concurrency: 2 }];
  const computing = filesOf([...computingFiles, ...fastFiles]);
  const waiting = filesOf(waitingFiles).filter((file) => !computing.includes(file));
  return [
    { files: computing, concurrency: 2 },
    { files: filesOf(punctualFiles), concurrency: 1, isTimed: true },
    { files: waiting, concurrency: 3, isTimed: true },
  ];
}

const counted = { passed: 0, failed: 0, skipped: 0 };
/** How long each file took, in milliseconds. */
const tookMs = new Map<string, number>();
const mostSlow = 12;
/** More than so many failures have another cause than the machine. */
const mostAgain = 12;

/** `file` is the one that defines it, which may be a helper of the one that was run. */
type Failure = { readonly file: string; readonly name: string };

type Result = {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Outermost tests that failed, and the names of those that passed. */
  readonly failures: readonly Failure[];
  readonly passes: ReadonlySet<string>;
};

/** Runs the files and prints what they say. */
async function take({ files, concurrency, names }: Turn): Promise<Result> {
  const stream = run({
    files: [...files],
    concurrency,
    timeout: 20 * 60_000,
    ...(names === undefined ? {} : { testNamePatterns: names.map(exactly) }),
  });
  let counts = { passed: 0, failed: 0, skipped: 0 };
  const failures: Failure[] = [];
  const passes = new Set<string>();
  stream.on('test:pass', ({ name, nesting, skip }) => {
    if (nesting === 0 && skip === undefined) passes.add(name);
  });
  stream.on('test:fail', ({ file, name, nesting }) => {
    if (nesting === 0 && file !== undefined) failures.push({ file, name });
  });
  stream.on('test:summary', (summary) => {
    if (summary.file !== undefined) {
      tookMs.set(relative(process.cwd(), summary.file), summary.duration_ms);
      return;
    }
    const { tests, passed, skipped, todo } = summary.counts;
    // A test that is to be written is one that does not run.
    const left = skipped + todo;
    counts = { passed, skipped: left, failed: tests - passed - left };
  });
  const printed = stream.compose(spec);
  printed.pipe(process.stdout, { end: false });
  await finished(printed);
  return { ...counts, failures, passes };
}

const exactly = (name: string): RegExp =>
  new RegExp(`^${name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$`);

/** Whether this test file has the test: it defines it, or it names it to a helper that does. */
const isIn = (path: string, { file, name }: Failure): boolean =>
  resolve(path) === file || readFileSync(path, 'utf8').includes(name);

/**
 * Runs a turn and counts it. What failed for want of time is run once more, alone, and said: a failure that depends on the machine is
 * still to be looked into, but it is no reason to believe that nothing works.
 */
async function count(turn: Turn): Promise<void> {
  const first = await take(turn);
  const { failures } = first;
  const isAgain = turn.isTimed === true && failures.length > 0 && failures.length <= mostAgain;
  let { failed } = first;
  if (isAgain) {
    const said = failures.map(({ file, name }) => `  ${relative(process.cwd(), file)}: ${name}\n`);
    process.stdout.write(
      `\nThese may have failed for want of time and are run again, alone:\n${said.join('')}\n`,
    );
    const files = turn.files.filter((file) => failures.some((failure) => isIn(file, failure)));
    const names = failures.map(({ name }) => name);
    const again = await take({ files, concurrency: 1, names });
    // Whoever was not seen to pass has failed.
    if (names.every((name) => again.passes.has(name))) failed = again.failed;
  }
  counted.failed += failed;
  counted.passed += first.passed + Math.max(0, first.failed - failed);
  counted.skipped += first.skipped;
}

/** Where the time went: who wants the tests to take less begins here. */
function tellSlowest(): void {
  const slowest = [...tookMs].sort(([, one], [, other]) => other - one).slice(0, mostSlow);
  const lines = slowest.map(
    ([file, ms]) => `${String(Math.round(ms / 1000)).padStart(5)} s  ${file}\n`,
  );
  process.stdout.write(`\nThe slowest files:\n${lines.join('')}`);
}

const [mode = 'fast', ...paths] = process.argv.slice(2);
if (mode === 'all') equip();
const turns = turnsOf(mode, paths);
if (turns.every(({ files }) => files.length === 0)) {
  process.stderr.write('There is nothing to test: no test file was found.\n');
  process.exit(1);
}
if (mode === 'all') {
  // Journeys use the program as it ships.
  const built = spawnSync(process.execPath, ['scripts/build.ts'], { stdio: 'inherit' });
  if (built.status !== 0) process.exit(1);
}
for (const turn of turns) await count(turn);
if (mode === 'all' && paths.length === 0) tellSlowest();
const skipped = counted.skipped > 0 ? `, ${counted.skipped} skipped` : '';
process.on('exit', () => {
  process.stdout.write(`\n${counted.passed} passed, ${counted.failed} failed${skipped}\n`);
});
process.exitCode = counted.failed > 0 || counted.passed === 0 ? 1 : 0;
