import type { ProcessIdentity, Provenance, Service } from '../../core/provenance.ts';
import { judgeProvenance } from '../../core/provenance-judgement.ts';
import type { ServiceRecord } from '../../core/service-record.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ProvenanceProbe, ProvenanceReader } from '../../ports/host.ts';
import { type Gathered, gatherOnLinux, type InstalledAs, type Subject } from './linux.ts';
import { gatherOnMac } from './mac.ts';
import { seeService } from './seen-service.ts';
import { makeRealSources, type Sources } from './sources.ts';
import { userOf } from './users.ts';

/** @param options.machineId that of the process table, so that both speak of one machine */
export type ProvenanceOptions = {
  readonly clock: Clock;
  readonly machineId: string;
  /** What was installed for the home; read anew for each question. */
  readonly records: () => readonly ServiceRecord[];
  readonly sources?: Sources;
};

/** Probes this process. */
export function makeProvenanceProbe(options: ProvenanceOptions): ProvenanceProbe {
  const sources = options.sources ?? makeRealSources();
  const subject = { pid: sources.pid, env: sources.env };
  return {
    probe: async () => (await judge(options, sources, subject)).provenance,
  };
}

/** Examines others. */
export function makeProvenanceReader(options: ProvenanceOptions): ProvenanceReader {
  const sources = options.sources ?? makeRealSources();
  return {
    async examine(process: ProcessIdentity, told: Service | null): Promise<Provenance | null> {
      const subject = { pid: process.pid, env: environmentOf(sources, process.pid), told };
      const { provenance, isSilent } = await judge(options, sources, subject);
      // A pid that was given out again names another process.
      const isIt = provenance.chain[0]?.startMark === process.startMark;
      return isIt && !isSilent ? provenance : null;
    },
    see: (record) => seeService(sources, record),
  };
}

async function judge(
  { clock, machineId, records }: ProvenanceOptions,
  sources: Sources,
  subject: Subject,
): Promise<{ readonly provenance: Provenance; readonly isSilent: boolean }> {
  const { evidence, remarks } = await gather(sources, subject, ({ manager, unit }) => {
    const same = records().filter((one) => one.manager === manager && one.unit === unit);
    return same[0] ?? null;
  });
  const { level, service, facts } = judgeProvenance(evidence);
  const provenance = {
    level,
    service,
    chain: evidence.chain,
    ...userOf(sources, subject.pid),
    host: sources.host,
    machineId,
    facts: [...facts, ...remarks],
    probedAt: clock.now().wall,
  };
  return { provenance, isSilent: evidence.manager?.kind === 'silent' };
}

/** What a manager left in the environment of another process; nothing where that may not be read, as on macOS. */
function environmentOf(sources: Sources, pid: number): Sources['env'] {
  const found = new Map<string, string>();
  for (const entry of (sources.readFile(`/proc/${pid}/environ`) ?? '').split('\0')) {
    const equals = entry.indexOf('=');
    found.set(entry.slice(0, equals), entry.slice(equals + 1));
  }
  return {
    INVOCATION_ID: found.get('INVOCATION_ID'),
    SYSTEMD_EXEC_PID: found.get('SYSTEMD_EXEC_PID'),
    LISTEN_PID: found.get('LISTEN_PID'),
  };
}

async function gather(
  sources: Sources,
  subject: Subject,
  installedAs: InstalledAs,
): Promise<Gathered> {
  const gatherHere = sources.platform === 'darwin' ? gatherOnMac : gatherOnLinux;
  try {
    return await gatherHere(sources, subject, installedAs);
  } catch (error) {
    // A probe that fails finds nothing; the reason is told as a fact.
    const why = error instanceof Error ? error.message : String(error);
    return {
      evidence: {
        chain: [],
        placed: null,
        claimed: null,
        manager: null,
        installed: null,
        environment: { invocationId: null, execPid: null, listenPid: null },
      },
      remarks: [`The probe failed: ${why.slice(0, 200)}.`],
    };
  }
}
