import type { ChainLink, Service } from '../../core/provenance.ts';
import type { ManagerAnswer } from '../../core/provenance-judgement.ts';
import { nameCommand } from './command-name.ts';
import type { Gathered, InstalledAs, Subject } from './linux.ts';
import type { CommandResult, Sources } from './sources.ts';

const longestChain = 32;
/** Two rounds of questions must fit into 2 s. */
const timeoutMs = 900;
const notFoundExitCode = 113;

/** Asks `ps` for the ancestry and launchd for the job that the environment names. Never run on a Mac. */
export async function gatherOnMac(
  sources: Sources,
  { pid, env }: Subject,
  installedAs: InstalledAs,
): Promise<Gathered> {
  const label = toLabel(env.XPC_SERVICE_NAME);
  const [processes, domain, job] = await Promise.all([
    sources.run('ps', ['-axo', 'pid=,ppid=,lstart=,comm='], timeoutMs),
    label === null ? null : sources.run('launchctl', ['managername'], timeoutMs),
    label === null ? null : sources.run('launchctl', ['list', label], timeoutMs),
  ]);
  const chain = readChain(pid, processes.kind === 'done' ? processes.output : '');
  const claimed: Service | null =
    label === null ? null : { manager: judgeDomain(domain, sources.uid), unit: label };
  const evidence = {
    chain,
    placed: null,
    claimed,
    manager: job && (await readJob(sources, job)),
    installed: claimed === null ? null : installedAs(claimed),
    environment: { invocationId: null, execPid: null, listenPid: null },
  };
  const remarks = processes.kind === 'done' ? [] : [`The ancestry is not known: ${processes.why}.`];
  return { evidence, remarks };
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
  const mainPid = pid === undefined ? null : Number(pid);
  // Asked after launchd, so that a pid that was given out again in between is noticed.
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
    program: launchdProgram(job.output),
  };
}

/** The words of `"ProgramArguments" = ( "..."; ... );`. Which property list they came from is not told. */
export function launchdProgram(output: string): string | null {
  const list = /"ProgramArguments" = \(\n([\s\S]*?)\n\s*\);/.exec(output)?.[1];
  if (list === undefined) return null;
  return [...list.matchAll(/^\s*"(.*)";$/gm)].map(([, word = '']) => word).join(' ');
}
