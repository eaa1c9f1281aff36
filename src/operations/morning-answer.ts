import type { z } from 'zod';
import type { Remedy } from '../core/refusal.ts';
import type { RunTally } from '../ports/store.ts';
import type { RunAnswer } from './answers.ts';
import { commandIn } from './commands.ts';
import type { OperationContext } from './operation.ts';
import type { morningOutput } from './outputs-evening.ts';
import type { ProfileView } from './readiness.ts';

type Need = z.output<typeof morningOutput>['needs'][number];

/** How many things that need a person are told. */
const maxNeeds = 50;

/** The tallies by how they came out, each list newest first. */
export type Lines = Readonly<
  Record<'succeeded' | 'failed' | 'missed' | 'refused' | 'skipped', readonly RunTally[]>
>;

export function sorted(tallies: readonly RunTally[]): Lines {
  const ended = tallies.filter(({ state }) => state === 'ended');
  const of = (state: RunTally['state']): readonly RunTally[] =>
    tallies.filter((tally) => tally.state === state);
  return {
    succeeded: ended.filter(({ outcome }) => outcome === 'succeeded'),
    failed: ended.filter(({ outcome }) => outcome !== 'succeeded'),
    missed: of('missed'),
    refused: of('refused'),
    skipped: of('skipped'),
  };
}

/** What a person has to do something about, the worst first: nobody runs the jobs; jobs whose newest result is a bad one. */
export async function needs(
  context: OperationContext,
  view: ProfileView,
  { lines, undecided }: { readonly lines: Lines; readonly undecided: readonly RunAnswer[] },
): Promise<readonly Need[]> {
  const { profile } = context;
  const { readiness } = view;
  const found: Need[] = [];
  if (!readiness.willRun) {
    const late = undecided.length === 1 ? '1 job is' : `${undecided.length} jobs are`;
    const due = undecided.length === 0 ? '' : ` ${late} overdue.`;
    const message = `Nothing runs now: ${readiness.message}.${due}`;
    found.push({ code: readiness.code, message, remedy: readiness.remedy, job: null });
  }
  const newest = newestResults(lines);
  const bad = [...lines.failed, ...lines.refused, ...lines.missed].filter(
    (tally) => newest.get(tally.jobId) === tally && !isOwnersAbsence(tally),
  );
  for (const tally of bad.slice(0, maxNeeds)) {
    const job = await context.store.jobs.get(profile, tally.jobId);
    // Of a job that is gone nobody has to do anything.
    if (job !== null) found.push(needOf(tally, profile));
  }
  return found;
}

/** The newest tally of each job: a failure after which it succeeded needs nobody. */
function newestResults(lines: Lines): ReadonlyMap<string, RunTally> {
  const newest = new Map<string, RunTally>();
  for (const list of [lines.succeeded, lines.failed, lines.refused, lines.missed]) {
    for (const tally of list) {
      const known = newest.get(tally.jobId);
      if (known === undefined || tally.lastId > known.lastId) newest.set(tally.jobId, tally);
    }
  }
  return newest;
}

/** Missed because nobody was there: that is said once, of the owner. A person who ended a run knows of it. */
const isOwnersAbsence = ({ state, reason, outcome }: RunTally): boolean =>
  outcome === 'cancelled' || (state === 'missed' && reason !== 'schedule_invalid');

function needOf(tally: RunTally, profile: string): Need {
  const { jobId, jobName, lastId, rows, state } = tally;
  const times = rows === 1 ? '' : `, ${rows} times`;
  const [did, remedy] = wordsOf(tally, profile);
  return {
    code: tally.reason ?? (state === 'refused' ? 'capability_missing' : 'exit_nonzero'),
    message: `${jobName} ${did}${times}.`,
    remedy,
    job: { id: jobId, name: jobName, lastRun: lastId },
  };
}

function wordsOf(
  { state, outcome, jobId, lastId }: RunTally,
  profile: string,
): readonly [did: string, remedy: Remedy] {
  if (state === 'refused') return ['was refused', commandIn(profile, `why ${jobId}`)];
  if (state === 'missed') return ['was set aside', commandIn(profile, `show ${jobId}`)];
  const logs = commandIn(profile, `logs ${lastId}`);
  if (outcome === 'timed_out') return ['took too long and was ended', logs];
  if (outcome === 'unknown') return ['began, and its end is not known', logs];
  return ['failed', logs];
}
