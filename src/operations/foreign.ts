import { type Instant, toIso } from '../core/instant.ts';
import type { ForeignScheduler, ForeignView } from '../ports/foreign.ts';
import type { InstanceAnswer } from './answers.ts';
import type { OperationContext } from './operation.ts';
import type { ProfileView } from './readiness.ts';

/** The same for the same process, for as long as it lives. */
export const foreignId = ({ program, pid, startMark }: ForeignScheduler): string =>
  `${program}:${pid}:${startMark}`;

/** Schedulers of other programs for this profile. Processes of ours are none, even where they hold another program's lock. */
export async function findForeign(
  { foreign, processes }: OperationContext,
  { profile, instances }: Pick<ProfileView, 'profile' | 'instances'>,
): Promise<ForeignView> {
  const view = await foreign.find(profile);
  if (view.schedulers.length === 0) return view;
  const { machineId, pidNamespace } = processes.self();
  const ours = new Set(
    instances
      .filter(
        ({ process }) => process.machineId === machineId && process.pidNamespace === pidNamespace,
      )
      .map(({ process }) => process.pid),
  );
  return { ...view, schedulers: view.schedulers.filter(({ pid }) => !ours.has(pid)) };
}

const named = (program: string): string => program.charAt(0).toUpperCase() + program.slice(1);

/** As an instance among ours. It executes its own program's jobs and asks nobody, so it is neither rival nor helper. */
export function foreignAnswer(scheduler: ForeignScheduler, now: Instant): InstanceAnswer {
  const { program, role, host, pid, startMark, startedAt, port, command, facts } = scheduler;
  return {
    instanceId: foreignId(scheduler),
    role,
    pid,
    host,
    startedAt: toIso(startedAt),
    version: '',
    url: port === null ? null : `http://127.0.0.1:${port}`,
    command,
    standing: 'foreign',
    reasonCode: null,
    reason: `It belongs to ${named(program)} and runs its jobs, not ours.`,
    provenance: {
      level: 'unknown',
      service: null,
      chain: [{ pid, startMark, command }],
      words: `${command} (pid ${pid})`,
      facts: [...facts],
      ageMs: 0,
    },
    seenAt: toIso(now),
    program,
    port,
  };
}
