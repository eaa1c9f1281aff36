import { fireTimes, lastFireTimes, nextFireTime } from '../core/fire-times.ts';
import type { Instant } from '../core/instant.ts';
import type { Job } from '../core/job.ts';
import {
  readSpans,
  type Span,
  spanAt,
  timeInZone,
  withoutPlace,
  zoneShownIn,
} from '../core/occurrence-text.ts';
import { Refusal, type Remedy } from '../core/refusal.ts';
import type { Run } from '../core/run.ts';
import { takeZone } from '../core/schedule-cron-text.ts';
import { shellWord } from '../core/shell-word.ts';
import { commandIn } from './commands.ts';
import type { OperationContext } from './operation.ts';
import { isoOrNull } from './present.ts';
import { badValue } from './values.ts';

/** What somebody meant who named a time of a job: an occurrence, or a run that was asked for then. */
export type Named =
  | { readonly kind: 'occurrence'; readonly at: Instant }
  | { readonly kind: 'asked'; readonly run: Run };

/** How many times are shown when several were meant. */
const maxShown = 5;

type Found = {
  /** Times that the job had: decided, or on its schedule since it was added. */
  readonly had: readonly Instant[];
  /** Times of its schedule before it was added. */
  readonly never: readonly Instant[];
  readonly more: boolean;
  readonly asked: Run | undefined;
};

/**
 * Finds the occurrence by what was typed of its time, as exactly as it was typed.
 *
 * @param runs the newest of the job, newest first
 * @throws Refusal when the time is none, names several occurrences, or none
 */
export async function namedOccurrence(
  context: OperationContext,
  job: Job,
  text: string,
  runs: readonly Run[],
): Promise<Named> {
  const spans = await spansOf(context, job, text);
  const found: Found[] = [];
  for (const span of spans) found.push(await findIn(context, job, span, runs));
  const known = found.find(({ had, asked }) => had.length > 0 || asked !== undefined);
  const chosen = known ?? found.find(({ never }) => never.length > 0);
  if (chosen === undefined) {
    const meant = spans.find(({ from }) => from > job.createdAt) ?? spans[0];
    throw noOccurrence(context, job, meant?.from ?? context.clock.now().wall);
  }
  const { had, never, asked } = chosen;
  if (had.length === 0 && asked !== undefined) return { kind: 'asked', run: asked };
  const times = had.length > 0 ? had : never;
  const [at, ...others] = times;
  if (at === undefined || others.length > 0) throw several(context, job, times, chosen.more);
  return { kind: 'occurrence', at };
}

/** What the text can mean, in our zone, in which all times are shown, before the zone of the job. */
async function spansOf(
  context: OperationContext,
  { definition }: Job,
  text: string,
): Promise<readonly Span[]> {
  const { schedule } = definition;
  const own = schedule.kind === 'cron' ? [schedule.zone] : [];
  const zones = [...new Set([context.zone, ...own])];
  const typed = text.trim();
  const place = zoneShownIn(typed, zones);
  const zoned =
    place === null ? takeZone(typed, '') : { text: withoutPlace(typed, place), zone: place };
  if ('kind' in zoned) {
    if (zoned.kind === 'refused') throw zoned.refusal;
    return [];
  }
  const meant = zoned.zone === '' ? zones : [zoned.zone];
  const { wall } = context.clock.now();
  const shown = meant.flatMap((zone) => readSpans(zoned.text, wall, zone));
  if (shown.length > 0) return shown;
  const read = await context.language.instantReader();
  const spans = meant.flatMap((zone) => {
    const at = read(zoned.text, wall, zone);
    return at === null ? [] : [spanAt(at, zoned.text)];
  });
  if (spans.length > 0) return spans;
  throw badValue(
    'time',
    `"${text}" is not a point in time.`,
    'Write it as 09:00, as 2026-03-01 09:00 or as ISO 8601.',
  );
}

async function findIn(
  context: OperationContext,
  job: Job,
  { from, until }: Span,
  runs: readonly Run[],
): Promise<Found> {
  const isIn = (at: Instant | null): at is Instant => at !== null && from <= at && at < until;
  const { times, more } = fireTimes(job.definition.schedule, from - 1, until - 1, maxShown);
  // The schedule may have been another one when it was decided; and the runs at hand are only the newest.
  const exact = await context.store.runs.decisionOf(context.profile, job.id, from);
  const decided = [exact, ...runs].flatMap((run) =>
    run === null ? [] : [run.fireTime, run.fireTimeEnd].filter(isIn),
  );
  const asked = runs.find(({ fireTime, decidedAt }) => fireTime === null && isIn(decidedAt));
  const had = [...times.filter((at) => at > job.createdAt), ...decided];
  return {
    had: [...new Set(had)].sort((one, other) => one - other),
    never: times.filter((at) => at <= job.createdAt),
    more,
    asked,
  };
}

/** A line that asks about this occurrence; exact, where a second would name two. */
function askAbout(context: OperationContext, job: Job, at: Instant, isExact = false): Remedy {
  const time = isExact ? new Date(at).toISOString() : timeInZone(context.zone, at);
  const name = shellWord(job.definition.name);
  return commandIn(context.profile, `why ${name} ${shellWord(time)}`);
}

function several(
  context: OperationContext,
  job: Job,
  times: readonly Instant[],
  more: boolean,
): Refusal {
  const shown = times.slice(0, maxShown);
  const words = shown.map((at) => timeInZone(context.zone, at));
  const isExact = new Set(words).size < words.length;
  const rest = more || times.length > shown.length ? ' and more' : '';
  return new Refusal(
    'ambiguous',
    `The job has several occurrences then: ${words.join(', ')}${rest}.`,
    {
      remedy: askAbout(context, job, shown[0] ?? 0, isExact),
      details: { times: shown.map(isoOrNull) },
    },
  );
}

function noOccurrence(context: OperationContext, job: Job, at: Instant): Refusal {
  const { schedule } = job.definition;
  const before = lastFireTimes(schedule, Math.min(job.createdAt, at - 1) - 1, at, 1).at(-1) ?? null;
  const after = nextFireTime(schedule, at);
  const around = [before, after].flatMap((one) =>
    one === null ? [] : [timeInZone(context.zone, one)],
  );
  const near = before ?? after;
  return new Refusal(
    'not_found',
    `The job does not fire at ${timeInZone(context.zone, at)}. Around it: ${around.join(' and ') || 'nothing'}.`,
    {
      remedy:
        near === null
          ? commandIn(context.profile, `runs ${shellWord(job.definition.name)}`)
          : askAbout(context, job, near),
      details: { before: isoOrNull(before), after: isoOrNull(after) },
    },
  );
}
