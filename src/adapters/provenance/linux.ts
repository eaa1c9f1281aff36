import { type ProcessStat, parseProcessStat } from '../../core/process-stat.ts';
import type { ChainLink, Service } from '../../core/provenance.ts';
import type { ManagerAnswer, ProvenanceEvidence } from '../../core/provenance-judgement.ts';
import type { ServiceRecord } from '../../core/service-record.ts';
import { unitProperties } from '../../core/unit-properties.ts';
import { nameCommand } from './command-name.ts';
import { isPlaceOf, type Placement, parseControlGroup } from './control-group.ts';
import type { Sources } from './sources.ts';

const longestChain = 32;
const managerTimeoutMs = 1_900;
/** The kernel gives the first pid namespace, that of the machine, always this number. */
const machineNamespace = '4026531836';

/** What was installed for this home under the name of a service. */
export type InstalledAs = (service: Service) => ServiceRecord | null;

/** Evidence, and sentences about it that carry no weight. */
export type Gathered = {
  readonly evidence: ProvenanceEvidence;
  readonly remarks: readonly string[];
};

/** Of which process, and with what environment. `told` is what another process said of itself; absent for this one. */
export type Subject = {
  readonly pid: number;
  readonly env: Sources['env'];
  readonly told?: Service | null;
};

/** Reads `/proc` and asks systemd about the service that the kernel names. */
export async function gatherOnLinux(
  sources: Sources,
  { pid, env }: Subject,
  installedAs: InstalledAs,
): Promise<Gathered> {
  const chain = readChain(sources, pid);
  const folder = pid === sources.pid ? 'self' : String(pid);
  const placement = parseControlGroup(sources.readFile(`/proc/${folder}/cgroup`) ?? '');
  const { answer, remarks } = placement
    ? await askSystemd(sources, placement)
    : { answer: null, remarks: [] };
  const evidence: ProvenanceEvidence = {
    chain,
    placed: placement?.service ?? null,
    claimed: null,
    manager: answer,
    installed: placement === null ? null : installedAs(placement.service),
    isContained: sources.pidNamespace !== undefined && sources.pidNamespace !== machineNamespace,
    environment: {
      invocationId: env.INVOCATION_ID || null,
      execPid: toPid(env.SYSTEMD_EXEC_PID),
      listenPid: toPid(env.LISTEN_PID),
    },
  };
  return { evidence, remarks };
}

/** From the process itself to the first one of its pid namespace. */
function readChain(sources: Sources, from: number): readonly ChainLink[] {
  const chain: ChainLink[] = [];
  let pid = from;
  while (pid > 0 && chain.length < longestChain) {
    const process = readProcess(sources, pid);
    if (!process) break;
    const argv = (sources.readFile(`/proc/${pid}/cmdline`) ?? '').split('\0');
    const command = nameCommand(process.comm, argv);
    chain.push({ pid, startMark: process.startMark, command });
    pid = process.parent;
  }
  return chain;
}

const readProcess = (sources: Sources, pid: number): ProcessStat | null =>
  parseProcessStat(sources.readFile(`/proc/${pid}/stat`) ?? '');

const properties = 'LoadState,MainPID,ControlGroup,InvocationID,ActiveState,FragmentPath,ExecStart';

async function askSystemd(
  sources: Sources,
  placement: Placement,
): Promise<{ readonly answer: ManagerAnswer; readonly remarks: readonly string[] }> {
  if (placement.uid !== null && placement.uid !== sources.uid)
    return { answer: { kind: 'silent', why: `it is that of user ${placement.uid}` }, remarks: [] };
  const scope = placement.service.manager === 'systemd-user' ? ['--user'] : [];
  const args = [...scope, 'show', '-p', properties, '--', placement.service.unit];
  const result = await sources.run('systemctl', args, managerTimeoutMs);
  if (result.kind === 'failed') return { answer: { kind: 'silent', why: result.why }, remarks: [] };
  return readSystemd(sources, placement, result.output);
}

function readSystemd(
  sources: Sources,
  placement: Placement,
  output: string,
): { readonly answer: ManagerAnswer; readonly remarks: readonly string[] } {
  const shown = unitProperties(output);
  const state = shown.get('ActiveState');
  const main = shown.get('MainPID');
  if (state === undefined || main === undefined)
    return { answer: { kind: 'silent', why: 'its answer was not understood' }, remarks: [] };
  if (shown.get('LoadState') === 'not-found' && state === 'inactive')
    return { answer: { kind: 'unknown-service' }, remarks: [] };
  const mainPid = toPid(main);
  const answer: Extract<ManagerAnswer, { kind: 'answered' }> = {
    kind: 'answered',
    mainPid,
    mainStartMark: mainPid === null ? null : (readProcess(sources, mainPid)?.startMark ?? null),
    placeMatches: isPlaceOf(shown.get('ControlGroup') ?? '', placement.path),
    isRunning: state !== 'inactive' && state !== 'failed',
    invocationId: shown.get('InvocationID') || null,
    file: shown.get('FragmentPath') || null,
    program: systemdProgram(shown.get('ExecStart') ?? ''),
  };
  const { file } = answer;
  return { answer, remarks: [`The service is ${state}${file ? `, by ${file}` : ''}.`] };
}

/** "{ path=/usr/bin/node ; argv[]=/usr/bin/node x.js ; ignore_errors=no ; ... }": the words of the only command, as systemd joins them. */
export const systemdProgram = (text: string): string | null =>
  /^\{ path=\S.*? ; argv\[\]=(.*) ; ignore_errors=(?:yes|no) ; [^{}]*\}$/.exec(text)?.[1] ?? null;

function toPid(text: string | undefined): number | null {
  const pid = Number(text ?? '');
  return Number.isSafeInteger(pid) && pid > 0 ? pid : null;
}
