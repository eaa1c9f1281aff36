import { whyUnapproved } from '../core/authority.ts';
import { baseRow } from '../core/firing.ts';
import type { Job } from '../core/job.ts';
import {
  type Finding,
  type Findings,
  firstWordOf,
  type Hindrance,
  maxProbedJobs,
} from '../core/probe.ts';
import { secretsIn } from '../core/secret.ts';
import type { Executor, StartOrder } from '../ports/executor.ts';
import { endTerm, mayAct } from './hold.ts';
import { startOrder, whyUnmet } from './prepare.ts';
import { whyNotFilled } from './secrets.ts';
import { errorText, type InstanceState, type Term, undertake } from './state.ts';

const page = 500;
/** Probes at once: few, because starts go through the same starter. */
const atOnce = 4;
/** After this the rest is answered as unknown; whoever asked is still there. */
const budgetMs = 15_000;

/** One thing to find out, for every job that needs it. */
type Question = {
  /** Null when nothing stands in the way. */
  ask(): Promise<Hindrance | null>;
  readonly jobIds: string[];
};

/**
 * Looks into what was asked while the loop goes on; the loop waits for nothing of it. One look at a time, so that many who ask cost
 * little more than one; who asks during a look is answered by the next, because what it sees must not be older than the question.
 */
export function undertakeProbes(state: InstanceState, term: Term, ids: readonly string[]): void {
  const { probes } = term;
  probes.waiting.push(...ids);
  if (probes.isLooking || probes.waiting.length === 0) return;
  probes.isLooking = true;
  const work = lookWhileAsked(state, term).finally(() => {
    probes.isLooking = false;
    state.wake.wake();
  });
  undertake(state, 'answer-probes', work);
}

async function lookWhileAsked(state: InstanceState, term: Term): Promise<void> {
  const { waiting } = term.probes;
  while (waiting.length > 0) {
    const ids = waiting.splice(0);
    const findings = await lookAtJobs(state, term);
    for (const id of ids) {
      if (!mayAct(state, term)) return;
      const told = await state.world.store.requests.recordFindings(term.held.fence, id, findings);
      if (told.kind === 'fenced') return endTerm(state, term);
    }
  }
}

/** What would become of every enabled job if it started now, here. Equal questions are asked once. */
async function lookAtJobs(state: InstanceState, term: Term): Promise<Findings> {
  const { clock } = state.world;
  const endBoot = clock.now().boot + budgetMs;
  const questions = new Map<string, Question>();
  const jobs = await collectQuestions(state, term, questions);
  // One iterator for all who ask, so each question is taken once.
  const queue = questions.values();
  const unmet = new Map<string, Finding>();
  const unknown = new Set<string>();
  const askOn = async (): Promise<void> => {
    for (const next of queue) {
      const isLate = clock.now().boot >= endBoot || state.term !== term;
      const answer = isLate ? notProbed : await next.ask();
      // A starter that is being closed finds nothing out, and that is nobody's fault.
      const found = term.drain === null ? answer : notProbed;
      if (found?.code === 'not_probed') for (const jobId of next.jobIds) unknown.add(jobId);
      else if (found !== null) addFinding(unmet, found, next.jobIds);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, askOn));
  return { at: clock.now().wall, jobs, unmet: [...unmet.values()], unknown: [...unknown] };
}

const notProbed: Hindrance = { code: 'not_probed', message: 'There was no time left for it.' };

function addFinding(
  unmet: Map<string, Finding>,
  { code, message }: Hindrance,
  jobIds: readonly string[],
): void {
  const key = `${code} ${message}`;
  const known = unmet.get(key)?.jobIds ?? [];
  unmet.set(key, { code, message, jobIds: [...new Set([...known, ...jobIds])] });
}

/** Answers how many jobs were looked at. A page at a time, so that the loop gets its turn in between. */
async function collectQuestions(
  state: InstanceState,
  term: Term,
  questions: Map<string, Question>,
): Promise<number> {
  const { store, self } = state.world;
  let looked = 0;
  for (let after: string | null = null; looked < maxProbedJobs; ) {
    const jobs: readonly Job[] = await store.jobs.list(self.profile, {
      after,
      limit: page,
      state: 'enabled',
    });
    for (const job of jobs) addQuestions(state, term, job, questions);
    looked += jobs.length;
    after = jobs.at(-1)?.id ?? null;
    if (jobs.length < page) break;
  }
  return looked;
}

/** What keeps a start from being ordered is found as it is: nothing else of the job can be looked at, or may. */
function addQuestions(
  state: InstanceState,
  term: Term,
  job: Job,
  questions: Map<string, Question>,
): void {
  const add = (what: unknown, place: string, ask: Question['ask']): void => {
    const key = `${JSON.stringify(what)} ${place}`;
    const known = questions.get(key);
    if (known === undefined) questions.set(key, { ask, jobIds: [job.id] });
    else known.jobIds.push(job.id);
  };
  const why = whyUnapproved(job);
  if (why !== null) {
    const message = `${why.message}.`;
    add(['approval', message], '', async () => ({ code: why.code, message }));
    return;
  }
  try {
    const order = orderFor(state, term, job);
    const place = JSON.stringify([order.cwd, ...ownNames(order)]);
    addOrdered(state, job, order, (what, ask) => add(what, place, ask));
  } catch (error) {
    const message = errorText(error);
    add(['order', message], '', async () => ({ code: 'start_failed', message }));
  }
}

function addOrdered(
  state: InstanceState,
  job: Job,
  order: StartOrder,
  add: (what: unknown, ask: Question['ask']) => void,
): void {
  const { executor } = state.world;
  const { action, requirements } = job.definition;
  add(['start', order.argv[0]], async () => {
    const failure = await executor.examine(order);
    return failure === null ? null : { code: failure.reason, message: failure.message };
  });
  const word = action.kind === 'command' && action.shell ? firstWordOf(action.argv[0] ?? '') : null;
  if (word !== null) add(['word', word], () => whyNoWord(executor, word, order));
  const references = action.kind === 'command' ? secretsIn(Object.values(order.env)) : action;
  add(['secrets', references], async () => {
    const why = await whyNotFilled(state.world, order, action);
    return why === null ? null : { code: why.reason, message: why.message };
  });
  for (const requirement of requirements) {
    add(requirement, async () => {
      const message = await whyUnmet(state, requirement, order);
      return message === null ? null : { code: 'capability_missing', message };
    });
  }
}

/** A line for the shell whose first word is no command there. */
export async function whyNoWord(
  executor: Pick<Executor, 'probe'>,
  word: string,
  { env, cwd }: Pick<StartOrder, 'env' | 'cwd'>,
): Promise<Hindrance | null> {
  const why = await executor.probe({ kind: 'command', command: word }, env, cwd);
  return why === null
    ? null
    : {
        code: 'command_not_found',
        message: `The line for the shell begins with "${word}": ${why}`,
      };
}

/** The order by which the job would start now. */
const orderFor = (state: InstanceState, term: Term, job: Job): StartOrder => {
  const facts = { now: state.world.clock.now().wall, epoch: term.held.fence.epoch };
  const run = baseRow(job, { ...facts, newId: () => 'probe' }, 'schedule');
  return startOrder(state, term, { run, nextNumber: 1, begun: 0 }, job);
};

/** The environment without what each run is told about itself: that decides nothing. */
const ownNames = ({ env }: StartOrder): readonly (readonly [string, string])[] =>
  Object.entries(env).filter(([name]) => !name.startsWith('CRONKEEPER_'));
