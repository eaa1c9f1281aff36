import type { Figure } from '../measure.ts';
import type { Stamp } from './stamp.ts';

/** When a job has to start, in milliseconds since the epoch, ascending. */
export type Expected = {
  readonly label: string;
  readonly fireTimesMs: readonly number[];
  /** Of a job that goes on after them; a one-shot has none. */
  readonly periodMs?: number;
};

/** What became of the expected starts. */
export type Punctuality = {
  /** Command's own clock minus fire time, of the first start of each. Negative is early. */
  readonly latenessMs: readonly number[];
  /** Fire times without a start. */
  readonly missed: number;
  /** Starts beyond the first of a fire time. */
  readonly repeated: number;
};

/** Who starts this much before a fire time is taken to be early for it, rather than late for the one before. */
const earlyMs = 50;

/**
 * Gives each start to the fire time that it is for: the one that the scheduler told it, or else the latest before it. Starts before the
 * first fire time and a period after the last are nobody's.
 */
export function judge(expected: readonly Expected[], stamps: readonly Stamp[]): Punctuality {
  const latenessMs: number[] = [];
  let missed = 0;
  let repeated = 0;
  const starts = Map.groupBy(stamps, (stamp) => stamp.label);
  for (const one of expected) {
    const first = new Map<number, number>();
    for (const stamp of starts.get(one.label) ?? []) {
      const fireTimeMs = fireTimeOf(stamp, one);
      if (fireTimeMs === undefined) continue;
      const lateMs = stamp.atMs - fireTimeMs;
      if (first.has(fireTimeMs)) repeated += 1;
      first.set(fireTimeMs, Math.min(lateMs, first.get(fireTimeMs) ?? lateMs));
    }
    missed += one.fireTimesMs.length - first.size;
    latenessMs.push(...first.values());
  }
  return { latenessMs, missed, repeated };
}

function fireTimeOf(
  { atMs, saidMs }: Stamp,
  { fireTimesMs, periodMs }: Expected,
): number | undefined {
  if (saidMs !== null) return fireTimesMs.find((one) => one === saidMs);
  if (periodMs === undefined) return fireTimesMs[0];
  const latest = fireTimesMs.findLast((one) => one <= atMs + earlyMs);
  return latest !== undefined && atMs < latest + periodMs - earlyMs ? latest : undefined;
}

/** The value below or at which a share of them lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/** How late, how often early and how often not exactly once, as figures. */
export function latenessFigures(
  party: Pick<Figure, 'what' | 'who' | 'note'> & {
    readonly isOurs: boolean;
    readonly goalP99Ms?: number;
  },
  { latenessMs, missed, repeated }: Punctuality,
): readonly Figure[] {
  const { what, who, note, isOurs, goalP99Ms } = party;
  if (latenessMs.length === 0) throw new Error(`${who} started nothing`);
  const samples = latenessMs.length;
  const common = { what, who, samples, ...(note === undefined ? {} : { note }) };
  const ms = (statistic: Figure['statistic'], share: number): Figure => ({
    ...common,
    statistic,
    value: percentile(latenessMs, share),
    unit: 'ms',
  });
  const never = isOurs ? { goal: { most: 0 } } : {};
  const counted = (of: string, value: number): Figure => ({
    what: `${what}: ${of}`,
    who,
    samples: samples + missed,
    statistic: 'total',
    unit: 'count',
    value,
    ...never,
  });
  return [
    ms('p50', 0.5),
    { ...ms('p99', 0.99), ...(goalP99Ms === undefined ? {} : { goal: { most: goalP99Ms } }) },
    ms('max', 1),
    counted('early', latenessMs.filter((late) => late < 0).length),
    counted('not exactly once', missed + repeated),
  ];
}
