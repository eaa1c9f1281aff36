import type { ChainLink, Service } from '../../core/provenance.ts';
import type { ManagerAnswer } from '../../core/provenance-judgement.ts';
import { nameCommand } from './command-name.ts';
import type { Gathered, InstalledAs, Subject } from './linux.ts';
import type { CommandResult, Sources } from './sources.ts';

const longestChain = 32;
/** Two rounds of questions must fit into 2 s. */
const timeoutMs = 900;
const notFoundExitCode = 113;

/** Asks `ps` for the ancestry and launchd for the job that the environment names, or another process is told to be. Never run on a Mac. */
export async function gatherOnMac(
  sources: Sources,
  { pid, env, told }: Subject,
  installedAs: InstalledAs,
): Promise<Gathered> {
  const [processes, { claimed, manager }] = await Promise.all([
    sources.run('ps', ['-axo', 'pid=,ppid=,lstart=,comm='], timeoutMs),
    told === undefined ? askForSelf(sources, env) : askForOther(sources, told),
  ]);
  const chain = readChain(pid, processes.kind === 'done' ? processes.output : '');
  const evidence = {
    chain,
    placed: null,
    claimed,
    manager,
    installed: claimed === null ? null : installedAs(claimed),
    environment: { invocationId: null, execPid: null, listenPid: null },
  };
  const remarks = processes.kind === 'done' ? [] : [`The ancestry is not known: ${processes.why}.`];
  return { evidence, remarks };
}

type Asked = { readonly claimed: Service | null; readonly manager: ManagerAnswer | null };

const nothingAsked: Asked = { claimed: null, manager: null };

/** launchd answers a process by the domain that it lives in. */
async function askForSelf(sources: Sources, env: Sources['env']): Promise<Asked> {
  const label = toLabel(env.XPC_SERVICE_NAME);
  if (label === null) return nothingAsked;
  const [domain, job] = await Promise.all([
    sources.run('launchctl', ['managername'], timeoutMs),
    sources.run('launchctl', ['list', label], timeoutMs),
  ]);
  const claimed = { manager: judgeDomain(domain, sources.uid), unit: label };
  return { claimed, manager: await readJob(sources, job) };
}

/** The domain of who asks tells nothing about another process: it is asked for in its own, by name. */
async function askForOther(sources: Sources, told: Service | null): Promise<Asked> {
  const label = toLabel(told?.unit);
  if (told === null || label === null) return nothingAsked;
  const domains = domainsOf(told.manager, sources.uid);
  const jobs = await Promise.all(
    domains.map((domain) => sources.run('launchctl', ['print', `${domain}/${label}`], timeoutMs)),
  );
  return { claimed: told, manager: await readPrinted(sources, jobs) };
}

/** A user who sits at the machine has a domain with a screen, one who came by ssh the other. Those of a user are not root's to ask. */
function domainsOf(manager: Service['manager'], uid: number): readonly string[] {
  if (manager === 'launchd-daemon') return ['system'];
  return manager === 'launchd-agent' && uid !== 0 ? [`gui/${uid}`, `user/${uid}`] : [];
}

/** Of the text of an answer nothing is promised: where it names no process and does not say that there is none, nothing is known. */
async function readPrinted(
  sources: Sources,
  jobs: readonly CommandResult[],
): Promise<ManagerAnswer> {
  const silent = jobs.find((job) => job.kind === 'failed' && job.exitCode !== notFoundExitCode);
  const found = jobs.find((job) => job.kind === 'done');
  if (found?.kind !== 'done') {
    if (silent?.kind === 'failed') return { kind: 'silent', why: silent.why };
    return jobs.length === 0
      ? { kind: 'silent', why: 'it lives in a domain that cannot be asked from here' }
      : { kind: 'unknown-service' };
  }
  const pid = /^\s*pid = (\d{1,10})$/m.exec(found.output)?.[1];
  if (pid !== undefined) return answerOf(sources, Number(pid), null);
  return /^\s*state = (not running|waiting|exited)\s*$/m.test(found.output)
    ? answerOf(sources, null, null)
    : { kind: 'silent', why: 'it names no process' };
}

/** The label of a launchd job; an application of the desktop ("application.dev.hermes.1.2") and "0" are none. */
function toLabel(name: string | undefined): string | null {
  if (name === undefined || name === '0' || name.startsWith('application.')) return null;
  return /^[A-Za-z0-9_][A-Za-z0-9._-]{0,254}$/.test(name) ? name : null;
}

function judgeDomain(domain: CommandResult | null, uid: number): Service['manager'] {
  if (domain?.kind === 'done')
    return domain.output.trim() === 'System' ? 'launchd-daemon' : 'launchd-agent';
  return uid === 0 ? 'launchd-daemon' : 'launchd-agent';
}

type Row = { readonly parent: number; readonly startMark: string; readonly comm: string };

/** One line: "  812     1 Sun Nov 22 05:19:23 2026     /usr/local/bin/node". */
function parseProcesses(output: string): ReadonlyMap<number, Row> {
  const rows = new Map<number, Row>();
  for (const line of output.split('\n')) {
    const match = /^\s*(\d+)\s+(\d+)\s+(\w+\s+\w+\s+\d+\s+[\d:]+\s+\d+)\s+(.*?)\s*$/.exec(line);
    if (!match) continue;
    const [, pid = '', parent = '', lstart = '', comm = ''] = match;
    rows.set(Number(pid), {
      parent: Number(parent),
      startMark: lstart.replace(/\s+/g, ' '),
      comm,
    });
  }
  return rows;
}

function readChain(self: number, output: string): readonly ChainLink[] {
  const rows = parseProcesses(output);
  const chain: ChainLink[] = [];
  let pid = self;
  while (chain.length < longestChain) {
    const row = rows.get(pid);
    if (!row) break;
    // A path may contain spaces, and `nameCommand` reads only up to the first one.
    const name = row.comm.split('/').at(-1) ?? row.comm;
    chain.push({ pid, startMark: row.startMark, command: nameCommand(name, []) });
    pid = row.parent;
  }
  return chain;
}

async function readJob(sources: Sources, job: CommandResult): Promise<ManagerAnswer> {
  if (job.kind === 'failed')
    return job.exitCode === notFoundExitCode
      ? { kind: 'unknown-service' }
      : { kind: 'silent', why: job.why };
  const pid = /^\s*"PID" = (\d+);$/m.exec(job.output)?.[1];
  return answerOf(sources, pid === undefined ? null : Number(pid), launchdProgram(job.output));
}

/** Asked after launchd, so that a pid that was given out again in between is noticed. */
async function answerOf(
  sources: Sources,
  mainPid: number | null,
  program: string | null,
): Promise<ManagerAnswer> {
  const args = ['-o', 'pid=,ppid=,lstart=,comm=', '-p', String(mainPid)];
  const seen = mainPid === null ? null : await sources.run('ps', args, timeoutMs);
  const row =
    mainPid !== null && seen?.kind === 'done'
      ? parseProcesses(seen.output).get(mainPid)
      : undefined;
  return {
    kind: 'answered',
    mainPid,
    mainStartMark: row?.startMark ?? null,
    placeMatches: true,
    isRunning: mainPid !== null,
    invocationId: null,
    file: null,
    program,
  };
}

/** The words of `"ProgramArguments" = ( "..."; ... );`. Which property list they came from is not told. */
export function launchdProgram(output: string): string | null {
  const list = /"ProgramArguments" = \(\n([\s\S]*?)\n\s*\);/.exec(output)?.[1];
  if (list === undefined) return null;
  return [...list.matchAll(/^\s*"(.*)";$/gm)].map(([, word = '']) => word).join(' ');
}
