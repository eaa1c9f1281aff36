import type { z } from 'zod';
import { onTimeMs } from '../core/firing.ts';
import { hourMs, type Instant, toIso } from '../core/instant.ts';
import { eventsSince, type NightEvent, nightEvents } from '../core/night.ts';
import type { RunTally } from '../ports/store.ts';
import type { RunAnswer } from './answers.ts';
import { deliveryWarnings } from './delivery-warnings.ts';
import { morningInput } from './inputs.ts';
import { type Lines, needs, sorted } from './morning-answer.ts';
import { readNight } from './night-entries.ts';
import type { OperationContext } from './operation.ts';
import { morningOutput } from './outputs-evening.ts';
import { isoOrNull } from './present.ts';
import { profileOperation } from './profile-check.ts';
import { type ProfileView, readinessAnswer, readReadiness } from './readiness.ts';
import { undecidedRuns } from './undecided.ts';
import { badValue, readTime } from './values.ts';

type Answer = z.output<typeof morningOutput>;

const usualMs = 12 * hourMs;
const maxTallies = 20_000;
const maxOpen = 1_000;
const maxUndecided = 1_000;
/** Lines of one list; how many there are more is told. */
const maxLines = 200;
const maxEvents = 500;

/** What became of the night: what ran, what did not and why, what the machine did meanwhile, and what needs a person. */
export const morning = profileOperation({
  name: 'morning',
  summary: 'Say what became of the last hours, and what needs you',
  input: morningInput,
  output: morningOutput,
  scope: 'read',
  handle: (context, input) => lookBack(context, input.since),
});

async function lookBack(context: OperationContext, text: string | undefined): Promise<Answer> {
  const { store, profile, clock } = context;
  const now = clock.now().wall;
  const since = text === undefined ? now - usualMs : await readSince(context, text, now);
  const view = await readReadiness(context);
  const [tallies, open, due, entries] = await Promise.all([
    store.runs.tally(profile, since, maxTallies),
    store.runs.open(profile, maxOpen),
    undecidedRuns(context, view, maxUndecided),
    readNight(store, profile, since),
  ]);
  const undecided = due.filter((run) => isOverdue(view, run));
  const events = eventsSince(nightEvents(entries, lostAt(view)), since);
  const lines = sorted(tallies);
  const running = open.filter(({ state }) => state === 'running');
  return {
    profile,
    since: toIso(since),
    until: toIso(now),
    readiness: readinessAnswer(view.readiness),
    counts: {
      ...countsOf(lines),
      running: running.length,
      queued: open.length - running.length,
      undecided: undecided.reduce((sum, { count }) => sum + count, 0),
    },
    night: events.slice(-maxEvents).map(eventAnswer),
    ...(await linesOf(context, lines)),
    running: running.slice(0, maxLines).map(({ id, jobId, jobName, startedAt }) => ({
      run: id,
      job: { id: jobId, name: jobName },
      startedAt: isoOrNull(startedAt),
    })),
    needs: [...(await needs(context, view, { lines, undecided }))],
    warnings: [...view.warnings, ...(await deliveryWarnings(context, since))],
  };
}

async function readSince(context: OperationContext, text: string, now: Instant): Promise<Instant> {
  const read = await readTime(context, { field: 'since', text, now, sign: -1 });
  // A time of day without a day is the last one.
  const since = read > now ? read - 24 * hourMs : read;
  if (since < now) return since;
  throw badValue('since', 'since: it must lie in the past.');
}

/** An owner that is gone and did not say so was last seen when it renewed. */
const lostAt = ({ lease, check }: ProfileView): Instant | null =>
  lease.holder !== null && check.kind === 'dead' ? lease.renewedAt : null;

/** What came due just now is decided in a moment by the owner that is there. */
const isOverdue = ({ readiness, now }: ProfileView, { fireTime }: RunAnswer): boolean =>
  !readiness.willRun || fireTime === null || now - Date.parse(fireTime) > onTimeMs;

const rows = (list: readonly RunTally[]): number =>
  list.reduce((sum, tally) => sum + tally.occurrences, 0);

const countsOf = (lines: Lines) => ({
  succeeded: rows(lines.succeeded),
  failed: rows(lines.failed),
  missed: rows(lines.missed),
  refused: rows(lines.refused),
  skipped: rows(lines.skipped),
});

/** Each line with the words of its newest run. */
async function linesOf(
  { store, profile }: OperationContext,
  lines: Lines,
): Promise<
  Pick<Answer, 'succeeded' | 'failed' | 'missed' | 'refused' | 'skipped' | 'omittedLines'>
> {
  const answer = (list: readonly RunTally[]): Promise<Answer['failed']> =>
    Promise.all(
      list.slice(0, maxLines).map(async (tally) => ({
        job: { id: tally.jobId, name: tally.jobName },
        rows: tally.rows,
        occurrences: tally.occurrences,
        outcome: tally.outcome,
        reason: tally.reason,
        first: toIso(tally.firstAt),
        last: toIso(tally.lastAt),
        lastRun: tally.lastId,
        message:
          tally.outcome === 'succeeded'
            ? null
            : ((await store.runs.get(profile, tally.lastId))?.message ?? null),
      })),
    );
  const [succeeded, failed, missed, refused, skipped] = await Promise.all([
    answer(lines.succeeded),
    answer(lines.failed),
    answer(lines.missed),
    answer(lines.refused),
    answer(lines.skipped),
  ]);
  const omittedLines = Object.values(lines).reduce(
    (sum, list) => sum + Math.max(0, list.length - maxLines),
    0,
  );
  return { succeeded, failed, missed, refused, skipped, omittedLines };
}

function eventAnswer(event: NightEvent): Answer['night'][number] {
  const base = { bootedAt: null, ms: null, count: 1, words: null, role: null, pid: null };
  switch (event.kind) {
    case 'asleep':
    case 'paused':
    case 'stepped': {
      const { kind, ms, count, from, until } = event;
      return { ...base, kind, from: toIso(from), until: toIso(until), ms, count };
    }
    case 'restarted': {
      const { kind, from, until, bootedAt, wasOrderly } = event;
      const words = wasOrderly ? null : 'without notice';
      return {
        ...base,
        kind,
        from: toIso(from),
        until: toIso(until),
        bootedAt: isoOrNull(bootedAt),
        words,
      };
    }
    case 'unowned': {
      const { kind, from, until, words, why } = event;
      const how = why === 'lost' ? 'it ended without notice' : (words ?? 'its term was ended');
      return { ...base, kind, from: toIso(from), until: isoOrNull(until), words: how };
    }
    case 'changed': {
      const { kind, at, role, pid } = event;
      return { ...base, kind, from: toIso(at), until: toIso(at), role, pid };
    }
  }
}
