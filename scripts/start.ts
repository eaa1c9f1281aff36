/**
 * `npm start`: shows the main job. Uses CRONKEEPER_HOME if it is set, else a demonstration home inside this clone, never the
 * person's own; makes one small job there the first time, then lives as a runner in the foreground until Ctrl-C.
 */
import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const launcher = `${root}bin/cronkeeper`;
const named = process.env['CRONKEEPER_HOME'] ?? '';
const home = named === '' ? `${root}.demo` : named;
const env = { ...process.env, CRONKEEPER_HOME: home };

if (named === '') {
  process.stdout.write(`A demonstration home: ${home}\n`);
  const line = 'echo "Hello from run $CRONKEEPER_RUN_ID, due at $CRONKEEPER_FIRE_TIME"';
  const added = spawnSync(
    launcher,
    [
      'add',
      'every 5s',
      '--name',
      'hello',
      '--key',
      'demonstration',
      '--shell',
      line,
      '--cwd',
      root,
    ],
    { env, encoding: 'utf8' },
  );
  process.stdout.write(added.stdout);
  if (added.status !== 0) {
    process.stderr.write(added.stderr);
    process.exit(added.status ?? 1);
  }
}
process.stdout.write('Starting: cronkeeper up. Ctrl-C stops it.\n\n');
const child = spawn(launcher, ['up'], { env, stdio: 'inherit' });
// The terminal sends Ctrl-C to both; this process only waits for the end.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
child.once('exit', (code) => process.exit(code ?? 0));
