import { countFireTimes, fireTimes, lastFireTimes } from '../../src/core/fire-times.ts';
import { minutesOf, naiveCron, stepThrough, wallClock } from './stepper.ts';

/** Forty expressions: every form of field, placed where clocks change: around midnight, 01:00 to 03:00, and on the hour. */
export const gridExpressions: readonly string[] = [
  '* * * * *',
  '*/15 * * * *',
  '*/30 1 * * *',
  '*/20 2 * * *',
  '5/15 * * * *',
  '7/20 2 * * *',
  '0 * * * *',
  '15 * * * *',
  '0 */2 * * *',
  '30 */3 * * *',
  '15 1/6 * * *',
  '* 2 * * *',
  '*/7 0-3 * * *',
  '0-59 * * * *',
  '0-59 0-23 * * *',
  '0 0 * * *',
  '30 0 * * *',
  '59 23 * * *',
  '0 1 * * *',
  '30 1 * * *',
  '45 1 * * *',
  '0 2 * * *',
  '15 2 * * *',
  '30 2 * * *',
  '0 3 * * *',
  '0,30 2,3 * * *',
  '0 1,13 * * *',
  '10-50/10 1-3 * * *',
  '0 22-2 * * *',
  '45 23-1 * * *',
  '30 2 * * 0',
  '30 1 * * 6-0',
  '0 2 * 3,10 0',
  '30 2 8-14 3 *',
  '0 3 L * *',
  '30 2 15W,LW * *',
  '0 2 13 * 5',
  '0 1 */2 * 0',
  '30 2 * * 0L,0#2',
  '0 0 L-2,1,15,31 * 1#1',
];

const dayMs = 86_400_000;
const minuteMs = 60_000;
const gridFrom = Date.UTC(2000, 0, 1);
const gridUntil = Date.UTC(2041, 0, 1);

/** Where the wall clock of a zone jumps, found by looking at it every day and then closer. */
export function transitionsOf(zone: string): readonly number[] {
  const wall = wallClock(zone);
  const offset = (at: number): number => wall(at) - at / minuteMs;
  const found: number[] = [];
  const stepMs = dayMs;
  for (let at = gridFrom; at < gridUntil; at += stepMs) {
    if (offset(at) === offset(at + stepMs)) continue;
    let low = at;
    let high = at + stepMs;
    while (high - low > minuteMs) {
      const middle = Math.floor((low + high) / 2 / minuteMs) * minuteMs;
      if (offset(middle) === offset(low)) low = middle;
      else high = middle;
    }
    found.push(high);
  }
  return found;
}

export type Window = { readonly zone: string; readonly transition: number };

export type GridResult = {
  windows: number;
  comparisons: number;
  fires: number;
  readonly differences: string[];
};

const naive = gridExpressions.map((expression) => ({ expression, cron: naiveCron(expression) }));

function sameTimes(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((time, index) => time === b[index]);
}

/**
 * Compares two days on both sides of one transition, for all expressions: the fire times, their count, and the newest.
 * A day before that belongs to the stepper alone, which has to know what the clock has shown.
 */
export function compareWindow({ zone, transition }: Window, result: GridResult): void {
  const from = transition - 2 * dayMs;
  const until = transition + 2 * dayMs;
  const minutes = minutesOf(wallClock(zone), from - dayMs, until);
  result.windows += 1;
  for (const { expression, cron } of naive) {
    const expected = stepThrough(cron, minutes).filter((at) => at >= from);
    const schedule = { kind: 'cron', expression, zone } as const;
    const { times } = fireTimes(schedule, from - 1, until - 1, 10_000);
    const counted = countFireTimes(schedule, from - 1, until - 1);
    const newest = lastFireTimes(schedule, from - 1, until - 1, 3);
    result.comparisons += 1;
    result.fires += expected.length;
    if (
      !sameTimes(times, expected) ||
      counted !== expected.length ||
      !sameTimes(newest, expected.slice(-3))
    ) {
      const shown = [
        ...times.filter((at) => !expected.includes(at)),
        ...expected.filter((at) => !times.includes(at)),
      ];
      result.differences.push(
        `${expression} ${zone} ${new Date(transition).toISOString()}: ours ${times.length}, counted ${counted}, stepper ${expected.length}; ` +
          shown
            .slice(0, 4)
            .map((at) => new Date(at).toISOString())
            .join(' '),
      );
    }
  }
}

/** A small generator of numbers in [0, 1), so that a part of the grid can be named by a seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * Every window of the grid. Zones with the very same transitions and offsets are one: the first of them stands for all.
 */
export function gridWindows(isChosen: (zone: string) => boolean = () => true): {
  readonly windows: readonly Window[];
  readonly zones: number;
  readonly distinctZones: number;
  readonly allWindows: number;
} {
  const zones = Intl.supportedValuesOf('timeZone').filter(isChosen);
  const seen = new Set<string>();
  const windows: Window[] = [];
  let allWindows = 0;
  for (const zone of zones) {
    const wall = wallClock(zone);
    const transitions = transitionsOf(zone);
    allWindows += transitions.length;
    const offsets = [gridFrom, ...transitions].map((at) => wall(at) - at / minuteMs);
    const key = `${transitions.join(' ')} ${offsets.join(' ')}`;
    if (seen.has(key)) continue;
    seen.add(key);
    windows.push(...transitions.map((transition) => ({ zone, transition })));
  }
  return { windows, zones: zones.length, distinctZones: seen.size, allWindows };
}

/** About a tenth of the grid, named by a seed: some of the windows of some of the zones. */
export function tenthOfGrid(seed: number): ReturnType<typeof gridWindows> {
  const random = seeded(seed);
  const grid = gridWindows(() => random() < 0.35);
  return { ...grid, windows: grid.windows.filter(() => random() < 0.2) };
}
