import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Bench } from '../measure.ts';
import { needProgram } from '../schedulers/install.ts';

const startWithinMs = 20_000;

/** A server that ends with the measure. */
export type Server = { readonly address: string; readonly pid: number };

/** A PostgreSQL of its own, with the durability it has by default. */
export async function startPostgres(
  { folder, atEnd, tell }: Bench,
  name = 'postgres',
): Promise<Server> {
  const initdb = needProgram(postgresPaths('initdb'), 'postgresql');
  const data = join(folder, name);
  const isRoot = process.getuid?.() === 0;
  // It refuses to run as root.
  const as = isRoot ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups'] : [];
  mkdirSync(data);
  if (isRoot) execFileSync('chown', ['postgres:postgres', data]);
  tell('starting a PostgreSQL');
  const make = [...as, initdb, '--auth=trust', '--username=bench', '--pgdata', data];
  runWords(make, { cwd: data, stdio: 'ignore' });
  const postgres = needProgram(postgresPaths('postgres'), 'postgresql');
  const serve = [...as, postgres, '-D', data, '-k', data, '-c', 'listen_addresses='];
  const server = spawnWords([...serve, '-c', 'max_connections=200'], data);
  atEnd(() => endWith(server, 'SIGINT'));
  await untilConnects(join(data, '.s.PGSQL.5432'), server);
  const address = `postgres://bench@/postgres?host=${encodeURIComponent(data)}`;
  return { address, pid: server.pid ?? 0 };
}

/** Debian keeps each version in a folder of its own; the newest first. */
function postgresPaths(program: string): readonly string[] {
  const home = '/usr/lib/postgresql';
  const versions = existsSync(home) ? readdirSync(home).toSorted().toReversed() : [];
  return [...versions.map((version) => join(home, version, 'bin', program)), program];
}

/** A Redis of its own with an append-only file; its address is the path of its socket. */
export async function startRedis(
  { folder, atEnd, tell }: Bench,
  appendFsync: 'everysec' | 'always' = 'everysec',
): Promise<Server> {
  const program = needProgram(['redis-server'], 'redis-server');
  const home = join(folder, `redis-${appendFsync}`);
  mkdirSync(home);
  tell('starting a Redis');
  const socket = join(home, 'socket');
  const words = [program, '--port', '0', '--unixsocket', socket, '--dir', home];
  const server = spawnWords([...words, '--appendonly', 'yes', '--appendfsync', appendFsync], home);
  atEnd(() => endWith(server, 'SIGTERM'));
  await untilConnects(socket, server);
  return { address: socket, pid: server.pid ?? 0 };
}

function runWords(words: readonly string[], options: { cwd: string; stdio: 'ignore' }): void {
  const [program = '', ...rest] = words;
  execFileSync(program, rest, options);
}

function spawnWords(words: readonly string[], cwd: string): ChildProcess {
  const [program = '', ...rest] = words;
  return spawn(program, rest, { cwd, stdio: 'ignore' });
}

async function endWith(server: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  server.kill(signal);
  await ended;
}

async function untilConnects(socket: string, server: ChildProcess): Promise<void> {
  const deadline = performance.now() + startWithinMs;
  while (performance.now() < deadline && server.exitCode === null) {
    const isThere = await new Promise<boolean>((resolve) => {
      const connection = connect(socket, () => {
        connection.destroy();
        resolve(true);
      });
      connection.once('error', () => resolve(false));
    });
    if (isThere) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the server at ${socket} did not start`);
}
