/**
 * Runs tests and ends with one counting line: `N passed, N failed, N skipped`.
 *
 *   node scripts/test.ts fast [PATH...]   unit, property, conformance, simulation: no real processes to wait for
 *   node scripts/test.ts all  [PATH...]   the same, then the journeys
 */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
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
  'test/reports/*.test.ts',
  'test/sabotage/*.test.ts',
  'test/faults/*.test.ts',
  'test/http/*.test.ts',
];
const slowFiles = [
  'src/**/*.slow.ts',
  'test/*.slow.ts',
  'test/journeys/*.test.ts',
  'test/torture/torture.test.ts',
  'test/simulation/*.slow.ts',
  'test/peers/*.slow.ts',
  'test/faults/*.slow.ts',
  'test/hermes/*.slow.ts',
  'test/containers/*.slow.ts',
  'test/launchd/*.slow.ts',
  'test/crashes/*.test.ts',
  'test/sabotage/*.slow.ts',
  'test/systemd/*.slow.ts',
  'test/http/*.slow.ts',
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

const [mode = 'fast', ...paths] = process.argv.slice(2);
if (mode === 'all') equip();
const patterns = mode === 'all' ? [...fastFiles, ...slowFiles] : fastFiles;
const files = paths.length > 0 ? paths : globSync(patterns).sort();
if (mode === 'all') {
  // Journeys use the program as it ships.
  const built = spawnSync(process.execPath, ['scripts/build.ts'], { stdio: 'inherit' });
  if (built.status !== 0) process.exit(1);
}
if (files.length === 0) {
  process.stderr.write('There is nothing to test: no test file was found.\n');
  process.exit(1);
}

const counted = { passed: 0, failed: 0, skipped: 0 };
const stream = run({ files, concurrency: 2, timeout: 20 * 60_000 });
stream.on('test:summary', (summary) => {
  if (summary.file !== undefined) return;
  const { tests, passed, skipped, todo } = summary.counts;
  counted.passed = passed;
  // A test that is to be written is one that does not run.
  counted.skipped = skipped + todo;
  counted.failed = tests - passed - counted.skipped;
});
stream.compose(spec).pipe(process.stdout);
stream.on('end', () => {
  const skipped = counted.skipped > 0 ? `, ${counted.skipped} skipped` : '';
  process.on('exit', () => {
    process.stdout.write(`\n${counted.passed} passed, ${counted.failed} failed${skipped}\n`);
  });
  process.exitCode = counted.failed > 0 || counted.passed === 0 ? 1 : 0;
});
