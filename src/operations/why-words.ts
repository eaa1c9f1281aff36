import { judgeEligibility, ruleWords, serviceText } from '../core/eligibility.ts';
import { chainText } from '../core/provenance-chain.ts';
import type { Readiness } from '../core/readiness.ts';
import type { Attempt, Run } from '../core/run.ts';
import type { RunAnswer } from './answers.ts';
import type { ProfileView } from './readiness.ts';
import type { WhyAnswer } from './why-answer.ts';

type Steps = Pick<WhyAnswer, 'eligible' | 'elected' | 'decided' | 'attempted'>;
type Step = Steps['decided'];

/** The four answers about an occurrence that was decided, from what was recorded then. */
export function explain(view: ProfileView, run: Run, attempts: readonly Attempt[]): Steps {
  const attempt = attempts.at(-1);
  return {
    eligible: attempt === undefined ? eligibleNow(view) : eligibleThen(view, attempt),
    elected: attempt === undefined ? electedFor(view, run) : electedThen(attempt),
    decided: decidedStep(run),
    attempted: attempt === undefined ? notAttempted(run) : attemptedStep(attempt, attempts.length),
  };
}

/** The same for one that nobody decided: what stands in the way now. */
export function explainUndecided(
  view: ProfileView,
  readiness: Readiness,
  run: RunAnswer | null,
): Steps {
  const count = run === null || run.count === 1 ? 'It' : `These ${run.count} occurrences`;
  return {
    eligible: eligibleNow(view),
    elected: electedNow(view),
    decided: {
      code: 'undecided',
      message: readiness.willRun
        ? `${count} came due and will be decided in a moment.`
        : `${count} came due and nobody has decided yet: ${readiness.message}`,
    },
    attempted: { code: 'not_attempted', message: 'Nothing was started.' },
  };
}

const rule = ({ appointment }: ProfileView): string =>
  `By the rule in force (version ${appointment.version}), the owner is ${ruleWords(appointment)}.`;

/** Whether anybody who is alive may own the profile now. */
function eligibleNow(view: ProfileView): Step {
  const judged = view.instances
    .filter(({ standing }) => standing !== 'foreign')
    .map((instance) => ({
      who: `${instance.role} (pid ${instance.process.pid} on ${instance.host})`,
      eligibility: judgeEligibility(view.appointment, instance),
    }));
  const able = judged.filter(({ eligibility }) => eligibility.kind === 'eligible');
  if (able.length > 0) {
    const names = able.map(({ who }) => who).join(', ');
    return { code: 'eligible', message: `${rule(view)} Alive and allowed: ${names}.` };
  }
  for (const { who, eligibility } of judged) {
    if (eligibility.kind === 'ineligible')
      return {
        code: eligibility.code,
        message: `${rule(view)} The ${who}: ${eligibility.message}`,
      };
  }
  return view.readiness.willRun
    ? { code: 'eligible', message: rule(view) }
    : { code: 'owner_absent', message: `${rule(view)} Nobody who is allowed to is alive.` };
}

/** An attempt was authorised, so its process was eligible then; the rule may have changed since. */
function eligibleThen(view: ProfileView, { provenance, runId }: Attempt): Step {
  const { level, service } = provenance;
  const what = service === null ? 'a process that is no service' : serviceText(service);
  const chain = chainText(provenance, ['starter', `run ${runId}`]);
  return {
    code: 'eligible',
    message: `It was started by ${what}, provenance "${level}": ${chain}. ${rule(view)}`,
  };
}

function electedNow({ lease, readiness }: ProfileView): Step {
  const { holder } = lease;
  if (holder === null || readiness.by === null)
    return { code: readiness.code, message: sentence(readiness.message) };
  return {
    code: readiness.willRun ? 'elected' : readiness.code,
    message: `${sentence(readiness.message)} Epoch ${lease.epoch}.`,
  };
}

function electedFor(view: ProfileView, run: Run): Step {
  if (run.epoch !== null)
    return { code: 'elected', message: `The holder of epoch ${run.epoch} decided it.` };
  return run.reason === 'owner_absent'
    ? { code: 'owner_absent', message: 'Nobody owned the profile when it came due.' }
    : electedNow(view);
}

const electedThen = (attempt: Attempt): Step => ({
  code: 'elected',
  message: `Instance ${attempt.instanceId} on ${attempt.provenance.host} held the lease at epoch ${attempt.epoch}${attempt.adoptedBy === null ? '' : `; ${attempt.adoptedBy} took the running attempt over`}.`,
});

function decidedStep(run: Run): Step {
  const code = run.reason ?? run.state;
  const words = run.message ?? defaultWords(run);
  const range = run.count > 1 ? ` One row stands for ${run.count} occurrences.` : '';
  return { code, message: `${sentence(words)}${range}` };
}

function defaultWords({ state, outcome, cause }: Run): string {
  switch (state) {
    case 'queued':
      return 'It will be started';
    case 'running':
      return 'It was started and is running';
    case 'ended':
      return `It was run (${cause}) and ended: ${outcome ?? 'unknown'}`;
    default:
      return `It was ${state}`;
  }
}

const notAttempted = ({ state }: Run): Step => ({
  code: 'not_attempted',
  message: state === 'queued' ? 'Nothing was started yet.' : 'Nothing was started.',
});

function attemptedStep(attempt: Attempt, count: number): Step {
  const which = count === 1 ? 'One attempt' : `${count} attempts; the last`;
  const exit = attempt.exitCode === null ? '' : `, exit code ${attempt.exitCode}`;
  const code = attempt.outcome ?? attempt.state;
  return { code, message: `${which}: ${code}${exit}.` };
}

const sentence = (text: string): string => {
  const whole = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(whole) ? whole : `${whole}.`;
};
