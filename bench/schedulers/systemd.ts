import { execFileSync } from 'node:child_process';
import { bootMachine, type Machine } from '../../test/systemd/machine.ts';
import { needProgram } from './install.ts';
import type { OpenScheduler, Scheduler, StampJob } from './scheduler.ts';

const units = '/run/systemd/system';
const command = '/root/stamp /root/stamps';

/** Timers of a systemd that is the first process of a machine of its own, an overlay of this one. */
export function systemdTimers(): Scheduler {
  return {
    who: `systemd timers ${version()}`,
    note: 'AccuracySec=1us; units are files',
    open,
  };
}

function version(): string {
  try {
    const said = execFileSync('systemctl', ['--version'], { encoding: 'utf8', stdio: 'pipe' });
    return /^systemd (\d+)/.exec(said)?.[1] ?? '';
  } catch {
    return '';
  }
}

async function open(): Promise<OpenScheduler> {
  if (process.getuid?.() === 0) needProgram(['systemd-nspawn'], 'systemd-container');
  const boot = await bootMachine();
  if (boot.kind === 'unavailable') throw new Error(boot.reason);
  const { machine } = boot;
  try {
    const source = `${machine.repository}/bench/parts/stamp.c`;
    await machine.output(`gcc -O2 -static -o /root/stamp ${source}`);
  } catch (error) {
    await machine.stop();
    throw error;
  }
  return {
    arm: (jobs) => arm(machine, jobs),
    stamps: () => machine.output('cat /root/stamps'),
    // Its first process is out of sight from here.
    pids: [],
    stop: () => machine.stop(),
  };
}

async function arm(machine: Machine, jobs: readonly StampJob[]): Promise<void> {
  const lines = jobs.flatMap((job) => [
    `printf '%b' '${timer(job)}' > ${units}/${job.label}.timer`,
    `printf '%b' '${service(job)}' > ${units}/${job.label}.service`,
  ]);
  const names = jobs.map(({ label }) => `${label}.timer`).join(' ');
  await machine.output(
    [...lines, 'systemctl daemon-reload', `systemctl start ${names}`].join('\n'),
  );
}

const timer = ({ when }: StampJob): string =>
  ['[Timer]', `OnCalendar=${calendar(when)}`, 'AccuracySec=1us', ''].join('\\n');

// Without a limit of its own, systemd starts a unit five times in ten seconds at most.
const service = ({ label }: StampJob): string =>
  ['[Unit]', 'StartLimitIntervalSec=0', '[Service]', `ExecStart=${command} ${label}`, ''].join(
    '\\n',
  );

function calendar(when: StampJob['when']): string {
  if ('atMs' in when)
    return new Date(when.atMs).toISOString().replace('T', ' ').replace('Z', ' UTC');
  const seconds = /^\*\/(\d+) /.exec(when.cron)?.[1];
  return seconds === undefined ? '*:*:*' : `*:*:0/${seconds}`;
}
