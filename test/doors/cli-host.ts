import { resolve } from 'node:path';
import { runCli } from '../../src/doors/cli/cli.ts';
import type {
  CliHost,
  DashboardOptions,
  ProcessKind,
  ProcessOptions,
} from '../../src/doors/cli/host.ts';
import { openWorld, soundMachine, start, type World } from '../operations/world.ts';

export type Ran = { readonly exitCode: number; readonly out: string; readonly err: string };

/** A command line in the hands of a test: a world in memory, and everything that was written. */
export type CliWorld = {
  readonly world: World;
  readonly processes: { readonly kind: ProcessKind; readonly options: ProcessOptions }[];
  readonly dashboards: DashboardOptions[];
  readonly used: string[];
  readonly mended: string[];
  run(argv: readonly string[], changes?: Partial<CliHost>): Promise<Ran>;
};

const decoder = new TextDecoder('latin1');
const textOf = (data: string | Uint8Array): string =>
  typeof data === 'string' ? data : decoder.decode(data);

export async function openCliWorld(): Promise<CliWorld> {
  const world = await openWorld();
  const opened: CliWorld = {
    world,
    processes: [],
    dashboards: [],
    used: [],
    mended: [],
    run: async (argv, changes = {}) => {
      let out = '';
      let err = '';
      const host: CliHost = {
        program: '/opt/cronkeeper/bin/cronkeeper',
        version: '1.2.3',
        env: {},
        absolute: (path) => resolve('/home/anna/work', path),
        stdout: {
          write: async (data) => {
            out += textOf(data);
          },
        },
        stderr: {
          write: async (data) => {
            err += textOf(data);
          },
        },
        stdoutIsTty: false,
        stderrIsTty: false,
        stdinIsTty: true,
        questions: null,
        columns: 80,
        signal: new AbortController().signal,
        context: async ({ profile }) => ({
          context: { ...world.context, profile: profile ?? 'default' },
          close: async () => {},
        }),
        runProcess: async (kind, options) => {
          opened.processes.push({ kind, options });
          return 0;
        },
        runDashboard: async (options) => {
          opened.dashboards.push(options);
          return 0;
        },
        runMcp: async () => 0,
        restore: async ({ file }) => ({ path: '/store', message: `Restored ${file}.` }),
        useProfile: async (_place, name) => {
          opened.used.push(name);
        },
        service: async () => {
          throw new Error('no service in this test');
        },
        serviceLogs: async function* () {},
        openSetup: async () => {
          throw new Error('no setup here');
        },
        serviceRecords: async () => ({ records: [] }),
        crontab: { read: async () => null, write: async () => {} },
        outside: async () => ({ profile: 'default', machine: soundMachine, now: start }),
        mend: async (_place, mend) => {
          opened.mended.push(mend);
          return { mend, isDone: true, message: `Did ${mend}.` };
        },
        readFile: async (path) => `read from ${path}`,
        readStdin: async () => 'jobs: []\n',
        async *stdinLines() {
          yield* ['list', '', 'help'];
        },
        isExecutable: async (path) => path.endsWith('.exe'),
        editText: (_text, use) => use(null),
        ...changes,
      };
      const exitCode = await runCli(argv, host);
      return { exitCode, out, err };
    },
  };
  return opened;
}
