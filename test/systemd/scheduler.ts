import { Json } from '../journeys/program.ts';
import type { Executed, Machine } from './machine.ts';

/** One profile in a machine, and the units that may run its jobs. Everything is root's; the home is thrown away with the machine. */
export type Scheduler = {
  readonly home: string;
  /** Where the runs of `witness` leave their lines. */
  readonly witness: string;
  /** The program as a unit names it. */
  readonly bundle: string;
  /** Types a command of ours. */
  type(words: string): Promise<Executed>;
  /** The same with `--json`, whatever the exit code is. */
  ask(words: string): Promise<Json>;
  /** Writes a unit, and lets systemd read it. */
  write(unit: string, lines?: Partial<UnitLines>): Promise<void>;
  mainPid(unit: string): Promise<number>;
};

export type UnitLines = {
  readonly exec: string;
  readonly more: string;
  readonly watchdogSec: number;
  /** The folder in which the unit file lies. */
  readonly folder: string;
};

export const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

export function schedulerIn(machine: Machine, name: string): Scheduler {
  const home = `/srv/${name}`;
  const bundle = `${machine.repository}/dist/cronkeeper.js`;
  const prefix = `CRONKEEPER_HOME=${home} CRONKEEPER_PROFILE=la PATH=/usr/bin:/bin ${machine.node} ${bundle}`;
  return {
    home,
    witness: `/srv/${name}.witness`,
    bundle,
    type: (words) => machine.exec(`${prefix} ${words}`),
    async ask(words) {
      const { stdout, stderr } = await machine.exec(`${prefix} --json ${words}`);
      try {
        return new Json(JSON.parse(stdout));
      } catch (error) {
        throw new Error(`"${words}" is not one document: ${stdout}${stderr}`, { cause: error });
      }
    },
    async write(unit, lines = {}) {
      const { watchdogSec = 4, folder = '/etc/systemd/system', more = '' } = lines;
      const exec = lines.exec ?? `${machine.node} ${bundle} runner -p la --home ${home}`;
      const text = [
        '[Unit]',
        'StartLimitIntervalSec=0',
        '[Service]',
        'Type=notify',
        'NotifyAccess=all',
        `WatchdogSec=${watchdogSec}`,
        'WatchdogSignal=SIGKILL',
        'Restart=always',
        'RestartSec=100ms',
        'KillMode=process',
        'Environment=PATH=/usr/local/bin:/usr/bin:/bin',
        `ExecStart=${exec}`,
        more,
        '',
      ].join('\n');
      await machine.output(
        `mkdir -p ${folder}; printf %s ${quote(text)} > ${folder}/${unit}; systemctl daemon-reload`,
      );
    },
    mainPid: async (unit) => Number(await machine.output(`systemctl show -P MainPID ${unit}`)),
  };
}
