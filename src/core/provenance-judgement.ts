import type { ChainLink, Level, Service } from './provenance.ts';
import { lookAlike, type ManagedBy } from './service-drift.ts';
import type { ServiceRecord } from './service-record.ts';

/**
 * What a service manager said about one service.
 * - `silent`: it was not there, not allowed, or too late.
 * - `unknown-service`: it answered that it knows no such service.
 * - `answered`: what it knows. `mainPid` null when the service has no main process now.
 */
export type ManagerAnswer =
  | { readonly kind: 'silent'; readonly why: string }
  | { readonly kind: 'unknown-service' }
  | ({
      readonly kind: 'answered';
      readonly mainPid: number | null;
      /** Start mark of the main process as read after the answer; null when it cannot be seen from here. */
      readonly mainStartMark: string | null;
      /** Whether the manager's own place for the service is the place where the kernel has this process. */
      readonly placeMatches: boolean;
      readonly isRunning: boolean;
      readonly invocationId: string | null;
    } & ManagedBy);

/** Everything that was found out about one process; `judgeProvenance` weighs it. */
export type ProvenanceEvidence = {
  /** Read before the manager was asked, from the process itself upwards. */
  readonly chain: readonly ChainLink[];
  /** The service whose control group holds this process, by the kernel. Always null on macOS, which has none. */
  readonly placed: Service | null;
  /** The service that the environment names. Only macOS names one. */
  readonly claimed: Service | null;
  /** Null when there was no service to ask about. */
  readonly manager: ManagerAnswer | null;
  /** What was installed for this home under the name of the service; null when nothing was, as for a unit that a person wrote. */
  readonly installed: Pick<ServiceRecord, 'file' | 'program'> | null;
  /** The pid namespace of this process is not that of the machine: it lives in a container. */
  readonly isContained?: boolean;
  readonly environment: {
    /** `INVOCATION_ID`. */
    readonly invocationId: string | null;
    /** `SYSTEMD_EXEC_PID`: the process that the environment was made for. */
    readonly execPid: number | null;
    /** `LISTEN_PID`, likewise. */
    readonly listenPid: number | null;
  };
};

export type ProvenanceJudgement = {
  readonly level: Level;
  readonly service: Service | null;
  /** One short sentence each. */
  readonly facts: readonly string[];
};

/**
 * Weighs the evidence. The kernel places, the manager confirms, the environment only claims: it is inherited by every
 * child and can be set by anybody, so it never raises a level above `claimed` and never lowers what the other two agree on.
 *
 * | kernel places it in a service | the manager says                                         | level        |
 * |-------------------------------|----------------------------------------------------------|--------------|
 * | yes (or macOS: claimed)       | main process is this one or an ancestor, same start mark | proven       |
 * | yes                           | the same, but it keeps the service in another place      | mismatch     |
 * | yes (or macOS: claimed)       | it goes by another file or program than was installed    | mismatch     |
 * | yes (or macOS: claimed)       | main process is another one that is alive here           | mismatch     |
 * | yes                           | the service does not run                                 | mismatch     |
 * | yes                           | main process is one that cannot be seen from here        | corroborated |
 * | yes                           | it runs, and has no main process now                     | corroborated |
 * | yes                           | no such service, or nothing                              | corroborated |
 * | macOS: claimed                | it has no process, or no such service                    | mismatch     |
 * | macOS: claimed                | nothing                                                  | claimed      |
 * | no, but in a container        | (process 1 there is this one, or its parent and an init) | corroborated |
 * | no                            | (systemd; environment made for this very process)        | claimed      |
 * | no                            | (environment made for another process, or none)          | unknown      |
 *
 * A service of the same name that goes by another file, or executes something else, is not the one that was installed and
 * appointed. A stray of an earlier start that was left in the control group is a mismatch, not corroborated: beside it runs, or may
 * run at any moment, the real main process. An inherited environment is common (any shell that a service opened) and says
 * nothing, so it is unknown and not a mismatch. In a container nobody can be asked, so it stays at corroborated: the kernel shows
 * that this is what the container was started for.
 */
export function judgeProvenance(evidence: ProvenanceEvidence): ProvenanceJudgement {
  const { placed, claimed } = evidence;
  const service = placed ?? claimed;
  if (!service) return judgeContainer(evidence) ?? judgeEnvironment(evidence);
  const source = placed
    ? `The kernel places this process in ${nameOf(service)}.`
    : `XPC_SERVICE_NAME names ${nameOf(service)}.`;
  const { level, fact } = judgeManager(evidence, placed ? 'corroborated' : 'claimed');
  return { level, service, facts: [source, fact, ...remarkOnInvocation(evidence)] };
}

type Verdict = { readonly level: Level; readonly fact: string };

/** @param alone the level that holds when the manager neither confirms nor denies */
function judgeManager(
  { manager, chain, installed }: ProvenanceEvidence,
  alone: 'corroborated' | 'claimed',
): Verdict {
  if (!manager) return { level: alone, fact: 'The service manager was not asked.' };
  if (manager.kind === 'silent')
    return { level: alone, fact: `The service manager did not answer: ${manager.why}.` };
  const weaker: Level = alone === 'corroborated' ? 'corroborated' : 'mismatch';
  if (manager.kind === 'unknown-service')
    return { level: weaker, fact: 'The service manager that was asked knows no such service.' };
  const other = installed === null ? null : lookAlike(installed, manager);
  if (other !== null) return { level: 'mismatch', fact: other };
  const { mainPid, mainStartMark } = manager;
  if (mainPid !== null) {
    const link = chain.find(({ pid }) => pid === mainPid);
    if (link && link.startMark === mainStartMark) return confirm(manager.placeMatches, link, chain);
    if (mainStartMark !== null)
      return {
        level: 'mismatch',
        fact: `The service manager says that its main process is ${mainPid}, which is neither this one nor an ancestor.`,
      };
    return {
      level: weaker,
      fact: `The service manager says that its main process is ${mainPid}, which cannot be seen from here.`,
    };
  }
  if (!manager.isRunning)
    return { level: 'mismatch', fact: 'The service manager says that the service does not run.' };
  return { level: weaker, fact: 'The service manager says that it has no main process now.' };
}

function confirm(placeMatches: boolean, link: ChainLink, chain: readonly ChainLink[]): Verdict {
  if (!placeMatches)
    return {
      level: 'mismatch',
      fact: 'The service manager keeps the service in another control group than the kernel shows.',
    };
  const who = link.pid === chain[0]?.pid ? 'this process' : `its ancestor ${link.pid}`;
  return {
    level: 'proven',
    fact: `The service manager says that the main process is ${who}, started at ${link.startMark}.`,
  };
}

/** Programs whose only work as process 1 is to start one other and to end with it. */
const inits =
  /^((sh|bash|dash|ash|busybox) cronkeeper|docker-init|podman-init|tini|dumb-init|catatonit)\b/;

/** Ticks of the kernel, hundredths of a second. What is begun later is an orphan that process 1 inherited. */
const longestStartTicks = 500;

const wasStartedWith = (init: ChainLink, child: ChainLink | undefined): boolean =>
  Number(child?.startMark) - Number(init.startMark) <= longestStartTicks;

/** Whoever was started in it later, by hand, is not what it was started for. */
function judgeContainer({ isContained, chain }: ProvenanceEvidence): ProvenanceJudgement | null {
  const first = chain.at(-1);
  if (isContained !== true || first?.pid !== 1 || chain.length > 2) return null;
  if (chain.length === 2 && !(inits.test(first.command) && wasStartedWith(first, chain[0])))
    return null;
  const who = chain.length === 1 ? 'this process is' : `its parent is (${first.command})`;
  return {
    level: 'corroborated',
    service: null,
    facts: [
      `The kernel shows a pid namespace of its own, whose process 1 ${who}: the container was started for it.`,
      'No service manager is there to confirm it.',
    ],
  };
}

/** No service is named by the kernel: systemd's environment can then only claim that there is one. */
function judgeEnvironment({ environment, chain }: ProvenanceEvidence): ProvenanceJudgement {
  const { invocationId, execPid, listenPid } = environment;
  const nowhere = 'Neither the kernel nor the environment names a service for this process.';
  if (invocationId === null && execPid === null && listenPid === null)
    return { level: 'unknown', service: null, facts: [nowhere] };
  const self = chain[0]?.pid ?? null;
  const madeFor = execPid ?? listenPid;
  if (madeFor !== null && madeFor !== self)
    return {
      level: 'unknown',
      service: null,
      facts: [
        `The environment was made by a service manager for process ${madeFor}, not this one.`,
      ],
    };
  return {
    level: 'claimed',
    service: null,
    facts: ['Only the environment says that a service manager started this process.'],
  };
}

function remarkOnInvocation({ environment, manager }: ProvenanceEvidence): readonly string[] {
  const own = environment.invocationId;
  if (own === null || manager?.kind !== 'answered' || manager.invocationId === null) return [];
  return manager.invocationId === own
    ? ['INVOCATION_ID is that of the running service.']
    : ['INVOCATION_ID is not that of the running service; it is not relied upon.'];
}

const nameOf = ({ manager, unit }: Service): string => `${manager}/${unit}`;
