import { spawn } from 'node:child_process';
import { chmod, cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Sabotage, sabotaged } from './sabotage.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const load = new URL('./load.ts', import.meta.url).href;

export type Verdict = {
  /** `red`: the test saw it. `green`: it did not. `broken`: it failed without saying what it must. */
  readonly kind: 'red' | 'green' | 'broken';
  readonly output: string;
  readonly tookMs: number;
};

/** Runs the named test with the protection taken away. */
export async function commit(sabotage: Sabotage): Promise<Verdict> {
  const since = performance.now();
  const { by } = sabotage;
  const copy = by.usesProgram === true ? await buildSabotaged(sabotage) : null;
  try {
    const { code, output } = await runTest(sabotage, copy);
    // Names of tests that passed do not count.
    const [, failures = ''] = output.split('failing tests:');
    const kind = code === 0 ? 'green' : by.red.test(failures) ? 'red' : 'broken';
    return { kind, output, tookMs: Math.round(performance.now() - since) };
  } finally {
    if (copy !== null) await rm(copy, { recursive: true, force: true });
  }
}

async function runTest(
  { name, by }: Sabotage,
  copy: string | null,
): Promise<{ readonly code: number | null; readonly output: string }> {
  const pattern = by.pattern === undefined ? [] : [`--test-name-pattern=${by.pattern}`];
  // By the environment, so that processes which the test starts load it, too.
  const hook = copy === null ? { NODE_OPTIONS: `--import ${load}` } : {};
  const program = copy === null ? {} : { CRONKEEPER_PROGRAM: join(copy, 'bin/cronkeeper') };
  // Its own runner must not mistake this process for one of its children.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const child = spawn(process.execPath, [...pattern, by.file], {
    cwd: root,
    env: { ...env, PATIENCE_MS: '10000', ...by.env, ...hook, ...program, SABOTAGE: name },
    detached: true,
  });
  const parts: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => parts.push(part));
  child.stderr.on('data', (part: Buffer) => parts.push(part));
  // With all that it started.
  const late = setTimeout(() => endGroup(child.pid), by.withinMs ?? 120_000);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearTimeout(late);
  return { code, output: Buffer.concat(parts).toString() };
}

function endGroup(pid: number | undefined): void {
  if (pid !== undefined) process.kill(-pid, 'SIGKILL');
}

/** A copy of the project with the protection taken away, built; answers its folder. */
async function buildSabotaged(sabotage: Sabotage): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'ck-sabotage-'));
  // Some tests are other users as well.
  await chmod(copy, 0o755);
  for (const name of ['bin', 'src', 'web', 'scripts', 'package.json', 'tsconfig.json'])
    await cp(join(root, name), join(copy, name), { recursive: true });
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
  const path = join(copy, sabotage.file);
  await writeFile(path, sabotaged(sabotage, await readFile(path, 'utf8')));
  // The page takes seconds, and only its own sabotages need it.
  const lean = sabotage.file.startsWith('web/') ? [] : ['--no-page'];
  const child = spawn(process.execPath, ['scripts/build.ts', ...lean], {
    cwd: copy,
    stdio: 'inherit',
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`sabotage "${sabotage.name}" does not build`);
  return copy;
}
