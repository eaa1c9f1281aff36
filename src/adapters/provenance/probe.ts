import type { Provenance } from '../../core/provenance.ts';
import { judgeProvenance } from '../../core/provenance-judgement.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ProvenanceProbe } from '../../ports/host.ts';
import { type Gathered, gatherOnLinux } from './linux.ts';
import { gatherOnMac } from './mac.ts';
import { makeRealSources, type Sources } from './sources.ts';

/**
 * Probes this process.
 *
 * @param options.machineId that of the process table, so that both speak of one machine
 */
export function makeProvenanceProbe(options: {
  readonly clock: Clock;
  readonly machineId: string;
  readonly sources?: Sources;
}): ProvenanceProbe {
  const sources = options.sources ?? makeRealSources();
  return {
    async probe(): Promise<Provenance> {
      const { evidence, remarks } = await gather(sources);
      const { level, service, facts } = judgeProvenance(evidence);
      return {
        level,
        service,
        chain: evidence.chain,
        uid: sources.uid,
        user: sources.user,
        host: sources.host,
        machineId: options.machineId,
        facts: [...facts, ...remarks],
        probedAt: options.clock.now().wall,
      };
    },
  };
}

async function gather(sources: Sources): Promise<Gathered> {
  try {
    return await (sources.platform === 'darwin' ? gatherOnMac(sources) : gatherOnLinux(sources));
  } catch (error) {
    // A probe that fails finds nothing; the reason is told as a fact.
    const why = error instanceof Error ? error.message : String(error);
    return {
      evidence: {
        chain: [],
        placed: null,
        claimed: null,
        manager: null,
        environment: { invocationId: null, execPid: null, listenPid: null },
      },
      remarks: [`The probe failed: ${why.slice(0, 200)}.`],
    };
  }
}
