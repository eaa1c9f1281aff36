import { execFile } from 'node:child_process';
import type { Look } from './look.ts';
import { type Environment, parseEnvironment } from './recognition.ts';

/** The output of a program of the system; empty when it failed or was late. */
export type AskMac = (program: string, args: readonly string[]) => Promise<string>;

const withinMs = 900;

/** With an environment of ours: dates in the C locale and UTC. Never run on a Mac. */
export const askMac: AskMac = (program, args) =>
  new Promise((resolve) => {
    const env = { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin:/usr/sbin:/sbin' };
    const options = { env, timeout: withinMs, maxBuffer: 32 << 20, killSignal: 'SIGKILL' } as const;
    // `lsof` ends with 1 when one of many things could not be looked at.
    execFile(program, args, options, (_error, output) => resolve(output));
  });

/**
 * Calls `visit` for each process that names Hermes. Where there is no `/proc`, `ps` shows the environment of one's own processes
 * behind their arguments, and `lsof` where they listen. Who holds a lock is not told, so only records and words count.
 *
 * @returns whether it came to the end
 */
export async function visitMac(
  ask: AskMac,
  limit: number,
  visit: (look: Look) => void,
): Promise<boolean> {
  const rows = (await ask('ps', ['-A', '-E', '-ww', '-o', 'pid=,lstart=,command='])).split('\n');
  const looks = rows.filter((row) => row.includes('hermes')).flatMap((row) => readRow(row) ?? []);
  const some = looks.slice(-limit);
  const listens =
    some.length === 0 ? '' : await ask('lsof', ['-nP', '-iTCP', '-sTCP:LISTEN', '-Fpn']);
  const ports = readPorts(listens);
  for (const look of some) visit({ ...look, port: () => ports.get(look.pid) ?? null });
  return rows.some((row) => row !== '') && looks.length <= limit;
}

/** "  812 Sun Nov 22 05:19:23 2026     python -m hermes_cli.main serve HOME=/Users/ana": the words, then what looks like an environment. */
function readRow(row: string): Look | null {
  const [, pid = '', lstart = '', command = ''] =
    /^\s*(\d+)\s+(\w+\s+\w+\s+\d+\s+[\d:]+\s+\d+)\s+(.*)$/.exec(row) ?? [];
  const startedAt = Date.parse(`${lstart} UTC`);
  if (pid === '' || Number.isNaN(startedAt)) return null;
  const words = command.split(' ');
  const cut = words.findIndex((word) => /^[A-Za-z_]\w*=/.test(word));
  const own = cut < 0 ? words : words.slice(0, cut);
  const environment: Environment = parseEnvironment(words.slice(own.length).join('\0'));
  return {
    pid: Number(pid),
    arguments: () => own,
    environment: () => environment,
    locks: () => [],
    sight: () => ({ startMark: lstart.replace(/\s+/g, ' '), startedAt }),
    port: () => null,
  };
}

/** The lowest port of each process, from lines such as "p812" and "n127.0.0.1:9120". */
function readPorts(output: string): ReadonlyMap<number, number> {
  const ports = new Map<number, number>();
  let pid = 0;
  for (const line of output.split('\n')) {
    if (line.startsWith('p')) pid = Number(line.slice(1));
    const port = Number(/^n.*:(\d+)$/.exec(line)?.[1] ?? Number.NaN);
    if (!Number.isNaN(port)) ports.set(pid, Math.min(port, ports.get(pid) ?? port));
  }
  return ports;
}
