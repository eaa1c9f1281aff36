import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleRecord } from '../../../test/samples.ts';
import type { Level, Service } from '../../core/provenance.ts';
import type { ServiceRecord } from '../../core/service-record.ts';
import { makeProvenanceProbe, makeProvenanceReader } from './probe.ts';
import type { CommandResult, Sources } from './sources.ts';

const clock = {
  now: () => ({ wall: 1_000, boot: 0 }),
  sleep: () => Promise.resolve(),
};

/** As `ps -axo pid=,ppid=,lstart=,comm=` prints it in the C locale and UTC. */
const processes = [
  '    1     0 Sun Nov 22 04:00:00 2026     /sbin/launchd',
  '  812     1 Sun Nov 22 05:19:23 2026     /opt/homebrew/bin/node',
  '  900   812 Sun Nov 22 05:20:01 2026     node',
  '  500     1 Sun Nov  8 05:00:00 2026     /Applications/Hermes Agent.app/Contents/MacOS/Hermes Agent',
  '  501   500 Sun Nov 22 05:00:07 2026     /opt/homebrew/bin/node',
];
const label = 'dev.cronkeeper.runner.la';
const listed = (pid: string | null): CommandResult => ({
  kind: 'done',
  output: `{
	"StandardOutPath" = "/Users/ana/.cronkeeper/logs/runner.out";
	"LimitLoadToSessionType" = "Aqua";
	"Label" = "${label}";
	"OnDemand" = false;
	"LastExitStatus" = 0;
${pid === null ? '' : `	"PID" = ${pid};\n`}	"Program" = "/opt/homebrew/bin/node";
	"ProgramArguments" = (
		"/opt/homebrew/bin/node";
		"/Users/ana/my ck.js";
		"runner";
	);
};
`,
});
const notFound: CommandResult = {
  kind: 'failed',
  exitCode: 113,
  why: 'Could not find service "x" in domain for port',
};

type World = {
  readonly pid: number;
  readonly xpc: string | undefined;
  readonly launchctl?: CommandResult;
  readonly domain?: string;
  readonly psLater?: string;
  /** The words of what was installed. */
  readonly installed?: readonly string[];
};

const record: ServiceRecord = sampleRecord({
  manager: 'launchd-agent',
  unit: label,
  file: `/Users/ana/Library/LaunchAgents/${label}.plist`,
  program: ['/opt/homebrew/bin/node', '/Users/ana/my ck.js', 'runner'],
});

function probeMac(world: World) {
  const done = (output: string): Promise<CommandResult> =>
    Promise.resolve({ kind: 'done', output: `${output}\n` });
  const asked: string[] = [];
  const sources: Sources = {
    platform: 'darwin',
    pid: world.pid,
    uid: 501,
    user: 'ana',
    host: 'mac',
    env: { XPC_SERVICE_NAME: world.xpc },
    readFile: () => null,
    changedAt: () => null,
    run(command, args) {
      asked.push([command, ...args].join(' '));
      if (args.includes('managername')) return done(world.domain ?? 'Aqua');
      if (command === 'launchctl') return Promise.resolve(world.launchctl ?? listed('812'));
      const wanted = args.includes('-p') ? args.at(-1) : undefined;
      if (wanted === undefined) return done(processes.join('\n'));
      return done(
        world.psLater ?? processes.find((line) => line.trim().startsWith(`${wanted} `)) ?? '',
      );
    },
  };
  const { installed } = world;
  const records = () => (installed === undefined ? [] : [{ ...record, program: installed }]);
  const probing = makeProvenanceProbe({ clock, machineId: 'm', records, sources }).probe('runner');
  return probing.then((provenance) => ({ provenance, asked }));
}

const cases: readonly (World & { readonly name: string; readonly level: Level })[] = [
  { name: 'the job of launchd', pid: 812, xpc: label, level: 'proven' },
  {
    name: 'the job that was installed',
    pid: 812,
    xpc: label,
    installed: record.program,
    level: 'proven',
  },
  {
    name: 'the job of the installed label with another program',
    pid: 812,
    xpc: label,
    installed: ['/usr/local/bin/node', '/Users/ana/my ck.js', 'runner'],
    level: 'mismatch',
  },
  { name: 'a child of the job', pid: 900, xpc: label, level: 'proven' },
  { name: 'a process that only names the job', pid: 501, xpc: label, level: 'mismatch' },
  {
    name: 'a process that names a job that does not run',
    pid: 501,
    xpc: label,
    launchctl: listed(null),
    level: 'mismatch',
  },
  {
    name: 'a process that names no known job',
    pid: 501,
    xpc: label,
    launchctl: notFound,
    level: 'mismatch',
  },
  {
    name: 'a process that names a job of a silent launchd',
    pid: 812,
    xpc: label,
    launchctl: { kind: 'failed', exitCode: null, why: 'no answer within 900 ms' },
    level: 'claimed',
  },
  {
    name: 'a job whose pid was given out again',
    pid: 812,
    xpc: label,
    psLater: '  812     1 Sun Nov 22 06:00:00 2026     /bin/sh',
    level: 'mismatch',
  },
  {
    name: 'a child of an application',
    pid: 501,
    xpc: 'application.dev.hermes.desktop.1.2',
    level: 'unknown',
  },
  { name: 'a process of a terminal', pid: 501, xpc: '0', level: 'unknown' },
  { name: 'a process without a name', pid: 501, xpc: undefined, level: 'unknown' },
  { name: 'a process with an option for a name', pid: 501, xpc: '-x', level: 'unknown' },
];

for (const { name, level, ...world } of cases)
  test(`on macOS ${name} is ${level}`, async () => {
    const { provenance } = await probeMac(world);
    assert.equal(provenance.level, level, JSON.stringify(provenance.facts));
  });

test('on macOS the chain names programs without their arguments or folders', async () => {
  const { provenance } = await probeMac({ pid: 501, xpc: undefined });
  assert.deepEqual(provenance.chain, [
    { pid: 501, startMark: 'Sun Nov 22 05:00:07 2026', command: 'node' },
    { pid: 500, startMark: 'Sun Nov 8 05:00:00 2026', command: 'Hermes Agent' },
    { pid: 1, startMark: 'Sun Nov 22 04:00:00 2026', command: 'launchd' },
  ]);
});

test('on macOS the domain of launchd tells a daemon from an agent', async () => {
  const agent = await probeMac({ pid: 812, xpc: label });
  assert.deepEqual(agent.provenance.service, { manager: 'launchd-agent', unit: label });
  const daemon = await probeMac({ pid: 812, xpc: label, domain: 'System' });
  assert.deepEqual(daemon.provenance.service, { manager: 'launchd-daemon', unit: label });
});

/** As `launchctl print DOMAIN/LABEL` answers, from its documentation and reports of users. Never run on a Mac. */
const printed = (state: string, pid: number | null): CommandResult => ({
  kind: 'done',
  output: [
    `system/${label} = {`,
    '\tactive count = 1',
    `\tpath = /Library/LaunchDaemons/${label}.plist`,
    '\ttype = LaunchDaemon',
    `\tstate = ${state}`,
    '',
    '\tprogram = /opt/homebrew/bin/node',
    '\tminimum runtime = 5',
    ...(pid === null ? [] : [`\tpid = ${pid}`]),
    '\tlast exit code = (never exited)',
    '}',
    '',
  ].join('\n'),
});

type Look = {
  /** Of who asks. */
  readonly uid?: number;
  readonly told?: Service | null;
  /** What each domain answers about the label; a domain that is not named knows none. */
  readonly domains?: Readonly<Record<string, CommandResult>>;
  readonly startMark?: string;
};

/** The reader of a user, or of root, looks at the process 812. */
async function examineMac({ uid = 501, told = null, domains = {}, startMark = mark }: Look) {
  const asked: string[] = [];
  const sources: Sources = {
    ...{ platform: 'darwin', pid: 501, uid, user: 'ana', host: 'mac', env: {} },
    readFile: () => null,
    changedAt: () => null,
    async run(command, args) {
      asked.push([command, ...args].join(' '));
      if (command === 'ps') {
        const wanted = args.includes('-p') ? `${args.at(-1)} ` : '';
        return { kind: 'done', output: processes.filter((row) => row.includes(wanted)).join('\n') };
      }
      // As launchd answers in a domain that has no such job.
      return domains[args[1]?.replace(`/${label}`, '') ?? ''] ?? notFound;
    },
  };
  const reader = makeProvenanceReader({ clock, machineId: 'm', records: () => [], sources });
  const process = { machineId: 'm', bootId: 'b', pidNamespace: '', pid: 812, startMark };
  return { seen: await reader.examine(process, told), asked };
}

const mark = 'Sun Nov 22 05:19:23 2026';
const daemon: Service = { manager: 'launchd-daemon', unit: label };
const agent: Service = { manager: 'launchd-agent', unit: label };
const busy: CommandResult = { kind: 'failed', exitCode: null, why: 'no answer within 900 ms' };

const looks: readonly (Look & { readonly name: string; readonly level: Level | null })[] = [
  {
    name: 'a daemon, by a user',
    told: daemon,
    domains: { system: printed('running', 812) },
    level: 'proven',
  },
  {
    name: 'a daemon, by root',
    uid: 0,
    told: daemon,
    domains: { system: printed('running', 812) },
    level: 'proven',
  },
  { name: 'a daemon that launchd does not know', told: daemon, level: 'mismatch' },
  {
    name: 'a daemon while an agent of its name runs',
    told: daemon,
    domains: { 'gui/501': printed('running', 812) },
    level: 'mismatch',
  },
  {
    name: 'a daemon that is another process',
    told: daemon,
    domains: { system: printed('running', 501) },
    level: 'mismatch',
  },
  {
    name: 'a daemon that does not run',
    told: daemon,
    domains: { system: printed('not running', null) },
    level: 'mismatch',
  },
  {
    name: 'a daemon of which no process is named',
    told: daemon,
    domains: { system: printed('xpcproxy', null) },
    level: null,
  },
  { name: 'a daemon of a silent launchd', told: daemon, domains: { system: busy }, level: null },
  {
    name: 'an agent with a screen, by its user',
    told: agent,
    domains: { 'gui/501': printed('running', 812) },
    level: 'proven',
  },
  {
    name: 'an agent without a screen, by its user',
    told: agent,
    domains: { 'user/501': printed('running', 812) },
    level: 'proven',
  },
  { name: 'an agent that launchd does not know', told: agent, level: 'mismatch' },
  {
    name: 'an agent, by root, who lives in another domain',
    uid: 0,
    told: agent,
    domains: { 'gui/501': printed('running', 812) },
    level: null,
  },
  { name: 'no service', told: null, level: 'unknown' },
  { name: 'an application', told: { ...agent, unit: 'application.x.1' }, level: 'unknown' },
  {
    name: 'a process whose pid was given out again',
    told: daemon,
    domains: { system: printed('running', 812) },
    startMark: 'Sun Nov 22 01:00:00 2026',
    level: null,
  },
];
for (const { name, level, ...look } of looks)
  test(`on macOS another process that is told to be ${name} is ${level ?? 'left as it is recorded'}`, async () => {
    const { seen } = await examineMac(look);
    assert.equal(seen?.level ?? null, level, JSON.stringify(seen?.facts));
    if (level === 'proven') assert.deepEqual(seen?.service, look.told);
  });

test('on macOS a daemon is asked for in the domain of the machine, whoever asks', async () => {
  const { asked } = await examineMac({ told: daemon });
  assert.deepEqual(
    asked.filter((line) => line.startsWith('launchctl')),
    [`launchctl print system/${label}`],
  );
});
