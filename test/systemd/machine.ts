import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** How a command in the machine ended. */
export type Executed = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** A booted copy of this system with a real systemd as its first process. What it writes is forgotten when it stops for good. */
export type Machine = {
  /** Runs a shell line as root in its namespaces, outside of every unit; 30 s at most. */
  exec(line: string): Promise<Executed>;
  /** Runs a shell line and answers what it printed; throws when it failed. */
  output(line: string): Promise<string>;
  /** The real path of this repository, which the machine has at the same place, read-only. */
  readonly repository: string;
  /** The Node that runs this, for unit files. */
  readonly node: string;
  /** Kills its first process, as when the power fails. What was written to its file system stays. */
  powerOff(): Promise<void>;
  /** Tells it to end, as a person does, and waits until it did. */
  shutDown(): Promise<void>;
  /** Boots it again, after `powerOff` or `shutDown`. */
  powerOn(): Promise<void>;
  /** Ends the machine and removes every trace of it. Twice is fine. */
  stop(): Promise<void>;
};

/** `reason` says what is missing on this host. */
export type Boot =
  | { readonly kind: 'booted'; readonly machine: Machine }
  | { readonly kind: 'unavailable'; readonly reason: string };

const bootDeadlineMs = 60_000;
const tools = ['systemd-nspawn', 'nsenter', 'unshare', 'setpriv', 'mount'];
/** Units of the copied system that have no part in any test. */
const masked = [
  'postgresql.service',
  'systemd-logind.service',
  'systemd-resolved.service',
  'systemd-networkd.service',
  'console-getty.service',
  'cron.service',
  'ssh.service',
];

/**
 * Boots a machine on an overlay over `/`: the real root is only read. Nothing of it is changed, and the overlay lives in
 * memory. Takes some seconds. Needs root and systemd-nspawn (`apt-get install systemd-container`).
 */
export async function bootMachine({
  wants = [],
  shows = [],
}: {
  /** Units among the masked ones that this machine shall have. */
  readonly wants?: readonly string[];
  /** Folders that it has at the same place, read-only, beside those of this repository. */
  readonly shows?: readonly string[];
} = {}): Promise<Boot> {
  const missing = findObstacle();
  if (missing) return { kind: 'unavailable', reason: missing };
  const ground = realpathSync(mkdtempSync(join(tmpdir(), 'machine-')));
  const name = basename(ground).replace(/[^A-Za-z0-9]/g, '');
  const repository = realpathSync(join(import.meta.dirname, '..', '..'));
  const without = masked.filter((unit) => !wants.includes(unit));
  const container = startContainer(ground, { name, shows: [repository, ...shows], without });
  const clean = async (): Promise<void> => {
    await kill(container.child, name);
    removeControlGroups(name);
    rmdirSync(ground);
  };
  try {
    const machine = makeMachine(container, repository, clean);
    await machine.powerOn();
    return { kind: 'booted', machine };
  } catch (error) {
    await clean();
    throw error;
  }
}

function findObstacle(): string | null {
  if (process.platform !== 'linux') return 'a machine with systemd needs Linux';
  if (process.getuid?.() !== 0) return 'a machine with systemd needs root';
  for (const tool of tools) {
    try {
      execFileSync('/bin/sh', ['-c', `command -v ${tool}`], { stdio: 'ignore' });
    } catch {
      return `${tool} is not installed (apt-get install systemd-container)`;
    }
  }
  return null;
}

/**
 * Makes the overlay and boots it once for each line that it reads: $1 is an empty folder, $2 the name, $3 the units to mask. It runs in a mount
 * namespace of its own, so the mounts vanish with its last process, however that ends, and in control groups of its own.
 * The upper layer must not lie below the lower one, hence the file system in memory.
 */
const script = `set -e
ground=$1 name=$2 masked=$3
shift 3
for hierarchy in /sys/fs/cgroup /sys/fs/cgroup/systemd /sys/fs/cgroup/unified; do
  if [ -f "$hierarchy/cgroup.procs" ]; then
    mkdir -p "$hierarchy/$name"
    echo $$ > "$hierarchy/$name/cgroup.procs"
  fi
done
mount -t tmpfs -o mode=700 tmpfs "$ground"
mkdir -p "$ground/work" "$ground/root" "$ground/upper/etc/systemd/system"
for unit in $masked; do ln -s /dev/null "$ground/upper/etc/systemd/system/$unit"; done
mount -t overlay -o "lowerdir=/,upperdir=$ground/upper,workdir=$ground/work" overlay "$ground/root"
while read -r _; do
  systemd-nspawn --quiet --boot --directory="$ground/root" --machine="$name" --register=no --keep-unit \\
    --private-network --console=read-only --link-journal=no "$@" systemd.unit=multi-user.target < /dev/null || true
done
`;

type Container = { readonly child: ChildProcess; boot(): void; said(): string };

function startContainer(
  ground: string,
  about: {
    readonly name: string;
    readonly shows: readonly string[];
    readonly without: readonly string[];
  },
): Container {
  const { name, shows, without } = about;
  const modules = shows.map((path) => realpathSync(join(path, 'node_modules')));
  const shown = [...shows, ...modules, dirname(nodePath)];
  const binds = [...new Set(shown)].map((path) => `--bind-ro=${path}`);
  // The machine ends with the process that booted it, even if that is killed: with it dies `unshare`, with that the first
  // process of a pid namespace around the machine, and with that, by the kernel, everything in there.
  const around = ['unshare', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const wrapper = ['--pdeathsig', 'KILL', ...around, '/bin/sh', '-c', script, 'machine'];
  const child = spawn('setpriv', [...wrapper, ground, name, without.join(' '), ...binds], {
    stdio: 'pipe',
  });
  let tail = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part) => {
      tail = (tail + String(part)).slice(-4_000);
    });
  return { child, boot: () => void child.stdin.write('boot\n'), said: () => tail };
}

const nodePath = realpathSync(process.execPath);

/** Below `unshare` is the shell, below that systemd-nspawn, and below that the first process of the machine, number 1 in its own pid namespace. */
async function findLeader({ child, said }: Container): Promise<number> {
  const endsAt = Date.now() + bootDeadlineMs;
  while (Date.now() < endsAt) {
    if (child.exitCode !== null) break;
    const [shell] = childrenOf(child.pid);
    const leader = childrenOf(shell).flatMap(childrenOf).find(isFirstInNamespace);
    if (leader !== undefined) return leader;
    await pause(20);
  }
  throw new Error(`The machine did not start:\n${said()}`);
}

function isFirstInNamespace(pid: number): boolean {
  try {
    return /^NSpid:\t\d+\t\d+\t1$/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

function childrenOf(pid: number | undefined): readonly number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return text.split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function makeMachine(container: Container, repository: string, stop: () => Promise<void>): Machine {
  let leader = 0;
  const exec = (line: string): Promise<Executed> => execIn(leader, line);
  let stopping: Promise<void> | null = null;
  const machine: Machine = {
    exec,
    async output(line) {
      const { code, stdout, stderr } = await exec(line);
      if (code !== 0) throw new Error(`"${line}" ended with ${code}: ${stderr}${stdout}`);
      return stdout;
    },
    repository,
    node: nodePath,
    async powerOff() {
      process.kill(leader, 'SIGKILL');
      await waitUntilEnded(container);
    },
    async shutDown() {
      // Whoever asks may be gone before the answer is.
      await exec('systemctl poweroff');
      await waitUntilEnded(container);
    },
    async powerOn() {
      container.boot();
      leader = await findLeader(container);
      await waitUntilBooted(machine);
    },
    stop() {
      stopping ??= stop();
      return stopping;
    },
  };
  return machine;
}

async function waitUntilEnded({ child }: Container): Promise<void> {
  const endsAt = Date.now() + bootDeadlineMs;
  const [shell] = childrenOf(child.pid);
  while (childrenOf(shell).length > 0) {
    if (Date.now() >= endsAt) throw new Error('The machine does not end');
    await pause(20);
  }
}

function execIn(leader: number, line: string): Promise<Executed> {
  const enter = ['--target', String(leader), '--mount', '--uts', '--ipc', '--net', '--pid'];
  const path = '/usr/sbin:/usr/bin:/sbin:/bin';
  return new Promise((resolve) => {
    execFile(
      'nsenter',
      [...enter, '--cgroup', '--', '/usr/bin/env', '-i', `PATH=${path}`, '/bin/sh', '-c', line],
      { timeout: 90_000, killSignal: 'SIGKILL', maxBuffer: 8 << 20 },
      (error, stdout, stderr) => {
        const code = typeof error?.code === 'number' ? error.code : error ? 255 : 0;
        resolve({ code, stdout, stderr });
      },
    );
  });
}

async function waitUntilBooted(machine: Machine): Promise<void> {
  const endsAt = Date.now() + bootDeadlineMs;
  let state = '';
  while (Date.now() < endsAt) {
    state = (await machine.exec('systemctl is-system-running')).stdout.trim();
    if (state === 'running' || state === 'degraded') return;
    await pause(200);
  }
  throw new Error(`The machine did not boot within ${bootDeadlineMs} ms; it is "${state}"`);
}

/** Ends `unshare`, which takes everything with it; the control groups tell when nothing is left. */
async function kill(child: ChildProcess, name: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGKILL');
    await ended;
  }
  const endsAt = Date.now() + 10_000;
  while (controlGroups(name).some(isPopulated)) {
    if (Date.now() >= endsAt) throw new Error(`Processes of the machine ${name} do not end`);
    await pause(20);
  }
}

const controlGroups = (name: string): readonly string[] =>
  ['', '/systemd', '/unified']
    .map((hierarchy) => `/sys/fs/cgroup${hierarchy}/${name}`)
    .filter((folder) => existsSync(folder));

function isPopulated(folder: string): boolean {
  const list = ['-type', 'f', '-name', 'cgroup.procs', '-exec', 'cat', '{}', '+'];
  return execFileSync('find', [folder, ...list], { encoding: 'utf8' }).trim() !== '';
}

/** Control groups are folders that can only be removed empty, the innermost first. */
function removeControlGroups(name: string): void {
  for (const folder of controlGroups(name))
    execFileSync('find', [folder, '-depth', '-type', 'd', '-exec', 'rmdir', '{}', ';']);
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
