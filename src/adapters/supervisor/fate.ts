import { execFile } from 'node:child_process';
import type { Service } from '../../core/provenance.ts';
import type { Fate } from '../../ports/supervisor.ts';

/** What a manager's program printed and how it ended; `exitCode` null when it did not end by itself in time. */
export type Told = { readonly exitCode: number | null; readonly output: string };

export type Ask = (program: string, args: readonly string[]) => Promise<Told>;

const patienceMs = 1_900;
const launchdNotFound = 113;

/** What the manager means to do with the service whose process was told to end. */
export async function askFate(service: Service, ask: Ask): Promise<Fate> {
  switch (service.manager) {
    case 'systemd-system':
      return readJobs(await ask('systemctl', jobsOf(service)), service.unit);
    case 'systemd-user':
      return readJobs(await ask('systemctl', ['--user', ...jobsOf(service)]), service.unit);
    case 'launchd-agent':
    case 'launchd-daemon':
      return readLaunchd(await ask('launchctl', ['list', service.unit]));
  }
}

const jobsOf = ({ unit }: Service): readonly string[] => [
  'list-jobs',
  '--no-legend',
  '--plain',
  '--full',
  '--',
  unit,
];

/** Lines such as "812 cronkeeper-la.service restart running": number, unit, what is to be done, and how far it is. */
function readJobs({ exitCode, output }: Told, unit: string): Fate {
  if (exitCode !== 0) return 'unanswered';
  for (const line of output.split('\n')) {
    const [, name, kind] = line.trim().split(/\s+/);
    if (name === unit) return kind === 'stop' ? 'stop' : 'restart';
  }
  return 'restart';
}

/** A label that is gone was taken out for good. One that is known may be about to be taken out, or to be started again. */
const readLaunchd = ({ exitCode }: Told): Fate =>
  exitCode === launchdNotFound ? 'stop' : 'unanswered';

/** Asks with an environment of ours: an inherited one could name another bus, with another manager behind it. */
export const askManager: Ask = (program, args) => {
  const env = {
    LC_ALL: 'C',
    PATH: '/usr/bin:/bin:/usr/sbin:/sbin:/run/current-system/sw/bin',
    XDG_RUNTIME_DIR: `/run/user/${process.getuid?.() ?? 0}`,
  };
  const options = { env, timeout: patienceMs, killSignal: 'SIGKILL' } as const;
  return new Promise((resolve) => {
    execFile(program, args, options, (error, output) => {
      if (error === null) return resolve({ exitCode: 0, output });
      resolve({ exitCode: typeof error.code === 'number' ? error.code : null, output });
    });
  });
};
