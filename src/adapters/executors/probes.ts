import { withoutLoading } from '../../core/loaded-by.ts';
import type { Executor, Failure } from '../../ports/executor.ts';
import { grantHint, probeFullDiskAccess } from './full-disk-access.ts';
import type { FromStarter, Probe, ToStarter } from './protocol.ts';
import { objection } from './wrapper.ts';

export type Answer = Extract<FromStarter, { readonly id: number }>;

/** Asks the starter; null when it is gone or silent. */
export type AskStarter = (
  question: (id: number) => ToStarter,
  options: { readonly withinMs: number },
) => Promise<Answer | null>;

type Place = { readonly env: Readonly<Record<string, string>>; readonly cwd: string };

/** The starter itself gives up half a second before this. */
const withinMs = 6_000;
const silent = 'The starter did not answer the probe.';

const askFor = (
  ask: AskStarter,
  requirement: Probe,
  { env, cwd }: Place,
): Promise<Answer | null> => {
  const plain = withoutLoading(env);
  return ask((id) => ({ kind: 'probe', id, requirement, env: plain, cwd }), { withinMs });
};

/** Null when the requirement is met where a run with this environment and folder would start. See the port. */
export async function probeRequirement(
  ask: AskStarter,
  requirement: Parameters<Executor['probe']>[0],
  place: Place,
): Promise<string | null> {
  switch (requirement.kind) {
    case 'readable':
    case 'writable':
    case 'command': {
      const answer = await askFor(ask, requirement, place);
      return answer?.kind === 'probed' ? answer.unmet : silent;
    }
    case 'full-disk-access': {
      const path = probeFullDiskAccess(process.platform, place.env);
      if (path === null) return null;
      const unmet = await probeRequirement(ask, { kind: 'readable', path }, place);
      const hint = grantHint();
      return unmet === null || unmet.endsWith(hint) ? unmet : unmet + hint;
    }
    default:
      return `A requirement "${requirement.kind}" is not judged by starting a process.`;
  }
}

/** Null when the command of the order could begin. See the port. */
export async function examineCommand(
  ask: AskStarter,
  order: Parameters<Executor['examine']>[0],
): Promise<Failure | null> {
  const why = objection(order);
  if (why !== null) return { reason: 'start_failed', message: why };
  const answer = await askFor(ask, { kind: 'program', program: order.argv[0] ?? '' }, order);
  if (answer?.kind === 'failed') return { reason: answer.reason, message: answer.message };
  return answer?.kind === 'probed' ? null : { reason: 'not_probed', message: silent };
}
