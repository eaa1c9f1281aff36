import { spawn } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * What a stand-in does: it plays the part that its arguments name. Node takes a lock as Hermes has it, by a child that shares
 * the open file; the lock stays when the child is gone.
 */
const script = `
const { openSync, readFileSync, writeFileSync } = require('node:fs');
const { spawnSync } = require('node:child_process');
const { createServer } = require('node:net');
const words = process.argv.slice(2);
const home = process.env.STAND_IN_FOLDER;
const lock = (path) => {
  const fd = openSync(path, 'a+', 0o600);
  const { status } = spawnSync('flock', ['-n', '-x', '3'], { stdio: ['ignore', 'ignore', 'ignore', fd] });
  if (status !== 0) throw new Error('locked already: ' + path);
};
const ready = (port) => process.stdout.write(JSON.stringify({ pid: process.pid, port }) + '\\n');
if (words.includes('gateway')) {
  lock(home + '/gateway.lock');
  const start = Number(readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ')[19]);
  const record = JSON.stringify({ pid: process.pid, kind: 'hermes-gateway', argv: process.argv, start_time: start });
  for (const name of ['gateway.lock', 'gateway.pid']) writeFileSync(home + '/' + name, record);
  if (process.env.STAND_IN_TICKS) lock(home + '/cron/.tick.lock');
  ready(null);
} else if (words.includes('tick')) {
  lock(home + '/cron/.tick.lock');
  ready(null);
} else {
  const named = Number(words[words.indexOf('--port') + 1]);
  const server = createServer();
  server.listen(named, '127.0.0.1', () => ready(server.address().port));
}
setInterval(() => {}, 60_000);
`;

export type StandIn = {
  readonly pid: number;
  readonly port: number | null;
  end(): Promise<void>;
};

/** A user's folder with a Hermes home in it: the profiles `default` and `la`. */
export class HermesHome {
  readonly user = mkdtempSync(join(tmpdir(), 'ck-hermes-'));
  readonly root = join(this.user, '.hermes');
  readonly #started: StandIn[] = [];
  readonly #program = join(this.user, 'hermes_cli', 'main.py');

  constructor() {
    for (const folder of [this.root, this.folderOf('la')])
      mkdirSync(join(folder, 'cron'), { recursive: true, mode: 0o700 });
    for (const folder of [this.root, this.folderOf('la')]) {
      writeFileSync(join(folder, 'cron', 'jobs.json'), '{"jobs": []}', { mode: 0o600 });
      writeFileSync(join(folder, 'cron', '.tick.lock'), '', { mode: 0o600 });
    }
    mkdirSync(join(this.user, 'hermes_cli'));
    writeFileSync(this.#program, script);
  }

  folderOf(profile: string): string {
    return profile === 'default' ? this.root : join(this.root, 'profiles', profile);
  }

  /** Starts one with these arguments after the program; resolves when it has its locks or its port. */
  async start(
    words: readonly string[],
    { profile = 'default', ...env }: Readonly<Record<string, string>> = {},
  ): Promise<StandIn> {
    const child = spawn(process.execPath, [this.#program, ...words], {
      argv0: 'python3',
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: this.user,
        STAND_IN_FOLDER: this.folderOf(profile),
        ...env,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    const line = await new Promise<string>((resolve, reject) => {
      child.stdout.once('data', (part: Buffer) => resolve(part.toString()));
      child.once('exit', (code) => reject(new Error(`the stand-in ended with ${code}`)));
    });
    const told: { readonly pid: number; readonly port: number | null } = JSON.parse(line);
    const standIn = {
      ...told,
      end: () => {
        child.kill('SIGKILL');
        return ended;
      },
    };
    this.#started.push(standIn);
    return standIn;
  }

  /** Everything about every file but when it was last read: what changes when somebody writes, links, locks by making, or removes. */
  picture(): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    for (const entry of readdirSync(this.root, { recursive: true, encoding: 'utf8' })) {
      const path = join(this.root, entry);
      const { mtimeNs, ctimeNs, ino, mode, size } = lstatSync(path, { bigint: true });
      const text = size < 4_096n && !(mode & 0o040000n) ? readFileSync(path, 'latin1') : '';
      found.set(entry, [mtimeNs, ctimeNs, ino, mode, size, text].join(' '));
    }
    return found;
  }

  async leave(): Promise<void> {
    await Promise.all(this.#started.map((one) => one.end()));
    rmSync(this.user, { recursive: true, force: true });
  }
}
