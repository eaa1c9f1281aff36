import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Judged } from './torture.ts';

const program = fileURLToPath(new URL('main.ts', import.meta.url));
/** Pid 1 of the namespace is a shell, because somebody must take in the orphans. */
const shell = '"$@" & wait $!';

/** Plays one scenario in a pid namespace of its own, where pids can be given out at will. */
export async function playIsolated(
  name: string,
  how: { readonly seed: number; readonly ms: number; readonly ttlMs: number },
  tell: (line: string) => void,
): Promise<Judged> {
  const out = join(tmpdir(), `ck-torture-${process.pid}-${how.seed}.json`);
  const options = ['--only', name, '--seed', String(how.seed), '--inside', out];
  const spans = ['--minutes', String(how.ms / 60_000), '--ttl', String(how.ttlMs / 1_000)];
  const child = spawn(
    'unshare',
    ['--pid', '--fork', '--mount-proc', '--kill-child', '/bin/sh', '-c', shell, 'sh'].concat([
      process.execPath,
      program,
      ...options,
      ...spans,
    ]),
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  child.stderr.on('data', (part: Buffer) => {
    for (const line of part.toString().split('\n')) if (line !== '') tell(`  ${line}`);
  });
  await new Promise((resolve) => child.once('close', resolve));
  const judged: Judged = JSON.parse(readFileSync(out, 'utf8'));
  rmSync(out);
  return judged;
}
