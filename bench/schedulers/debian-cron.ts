import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { needProgram } from './install.ts';
import type { OpenScheduler, Place, Scheduler } from './scheduler.ts';

/** Debian's cron with a spool of its own: what the system has is hidden from it, and it from the system. */
export const debianCron: Scheduler = {
  who: 'Debian cron',
  note: 'a table of text',
  open,
};

/** $1 is the folder with the spool, $2 the daemon. The mounts end with it. */
const script = `set -e
mount --bind "$1/crontabs" /var/spool/cron/crontabs
mount --bind "$1/none" /etc/cron.d
mount --bind "$1/crontab" /etc/crontab
mount -t tmpfs tmpfs /run
exec "$2" -f
`;

async function open({ folder, stamp }: Place): Promise<OpenScheduler> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    throw new Error('a cron with a spool of its own needs Linux and root');
  }
  const program = needProgram(['/usr/sbin/cron'], 'cron');
  const home = join(folder, 'cron');
  for (const name of ['', 'crontabs', 'none']) mkdirSync(join(home, name), { recursive: true });
  writeFileSync(join(home, 'crontab'), '');
  const file = join(home, 'stamps');
  let daemon: ChildProcess | null = null;
  return {
    async arm(jobs) {
      const lines = jobs.map(({ label, when }) => {
        if (!('cron' in when)) throw new Error('it knows no single instants');
        return `${when.cron} ${stamp.program} ${file} ${label}\n`;
      });
      const table = join(home, 'crontabs', 'root');
      writeFileSync(table, lines.join(''));
      chmodSync(table, 0o600);
      execFileSync('chown', ['root:crontab', table]);
      // It reads its tables when it starts, and later only once a minute.
      const words = ['--mount', '--propagation', 'private', '/bin/sh', '-c', script, 'cron'];
      daemon = spawn('unshare', [...words, home, program], {
        stdio: 'ignore',
        env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', TZ: 'UTC' },
      });
    },
    async stamps() {
      return readFileSync(file, 'utf8');
    },
    get pids() {
      return daemon?.pid === undefined ? [] : [daemon.pid];
    },
    async stop() {
      if (daemon === null || daemon.exitCode !== null || daemon.signalCode !== null) return;
      const ended = new Promise<void>((resolve) => daemon?.once('exit', () => resolve()));
      daemon.kill('SIGTERM');
      await ended;
    },
  };
}
