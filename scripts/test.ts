/**
 * Runs tests and ends with one counting line: `N passed, N failed, N skipped`.
 *
 *   node scripts/test.ts fast [PATH...]   unit, property, conformance, simulation: no real processes to wait for
 *   node scripts/test.ts all  [PATH...]   the same, then the journeys
 */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
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
/** They take long because they wait, for processes and clocks. The longest come first, so that none is left alone at the end. */
const waitingFiles = [
  'test/sabotage/*.slow.ts',
  'test/torture/torture.test.ts',
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
type Turn = { readonly files: readonly string[]; readonly concurrency: number };

function turnsOf(mode: string, paths: readonly string[]): readonly Turn[] {
  if (paths.length > 0) return [{ files: paths, concurrency: 2 }];
  if (mode !== 'all') return [{ files: filesOf(fastFiles), concurrency: 2 }];
  const computing = filesOf([...computingFiles, ...fastFiles]);
  const waiting = filesOf(waitingFiles).filter((file) => !computing.includes(file));
  return [
    { files: computing, concurrency: 2 },
    { files: waiting, concurrency: 3 },
  ];
}

const counted = { passed: 0, failed: 0, skipped: 0 };

/** Runs the files, prints what they say, and counts. */
function take({ files, concurrency }: Turn): Promise<void> {
  const stream = run({ files: [...files], concurrency, timeout: 20 * 60_000 });
  stream.on('test:summary', (summary) => {
    if (summary.file !== undefined) return;
    const { tests, passed, skipped, todo } = summary.counts;
    counted.passed += passed;
    // A test that is to be written is one that does not run.
    counted.skipped += skipped + todo;
    counted.failed += tests - passed - skipped - todo;
  });
  const printed = stream.compose(spec);
  printed.pipe(process.stdout, { end: false });
  return finished(printed);
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
for (const turn of turns) await take(turn);
const skipped = counted.skipped > 0 ? `, ${counted.skipped} skipped` : '';
process.on('exit', () => {
  process.stdout.write(`\n${counted.passed} passed, ${counted.failed} failed${skipped}\n`);
});
process.exitCode = counted.failed > 0 || counted.passed === 0 ? 1 : 0;
