import { join } from 'node:path';
import { until } from '../journeys/program.ts';
import { seededRandom } from '../simulation/timeline.ts';
import { judgeChange, judgeTick, type Pictures } from './judge.ts';
import { pictureOf, problemsOf } from './picture.ts';
import type { Place } from './place.ts';
import type { Act } from './scripted.ts';
import {
  allCalls,
  type Harm,
  longestMs,
  type Point,
  pointsOf,
  type Traced,
  trace,
} from './strace.ts';

export type Tally = {
  points: number;
  kills: number;
  errors: number;
  /** Points at which the call was not made this time: the program does not do everything in the same order each time. */
  missed: number;
  readonly violations: string[];
};

const harms: readonly Harm[] = ['kill', 'once', 'forever', 'full'];

const run = (place: Place, act: Act, point: Point | null): Promise<Traced> =>
  trace({
    args: act.args,
    calls: act.calls ?? allCalls,
    paths: act.paths,
    env: place.person.env,
    cwd: place.person.home,
    log: join(place.aside, 'strace.log'),
    // A tick whose store stays broken goes on trying; the end of it is the end of the machine.
    afterHarmMs: act.judge === 'change' ? longestMs : 3_000,
    point,
    endAll: () => place.endAll(),
  });

/** The unharmed operation: what is counted, and what it looks like before, between and after. */
async function observe(
  place: Place,
  act: Act,
): Promise<{ readonly points: readonly Point[]; readonly pictures: Pictures }> {
  place.putBack();
  await problemsOf(place.database);
  const before = pictureOf(place.database);
  place.putBack();
  const unharmed = await run(place, act, null);
  if (unharmed.code !== 0) throw new Error(`unharmed, it failed: ${unharmed.out}${unharmed.err}`);
  const done = pictureOf(place.database);
  const points = pointsOf(unharmed.counted, act.harms ?? harms);
  return { points, pictures: { allowed: new Set([before, done]), done } };
}

/** A seeded part of the points in which every kind of harm is found; all of them when there are no more. */
function choose(points: readonly Point[], limit: number, seed: number): readonly Point[] {
  if (points.length <= limit) return points;
  const random = seededRandom(seed);
  const chosen: Point[] = [];
  const byHarm = harms.map((harm) => points.filter((point) => point.harm === harm));
  while (chosen.length < limit) {
    for (const left of byHarm) chosen.push(...left.splice(Math.floor(random() * left.length), 1));
  }
  return chosen;
}

/** Harms the operation at one point, lets everything recover, and judges. */
async function crash(
  place: Place,
  act: Act,
  point: Point,
  pictures: Pictures,
): Promise<{ readonly harmed: number; readonly faults: readonly string[] }> {
  place.putBack();
  const traced = await run(place, act, point);
  if (act.judge === 'change') {
    const faults = await judgeChange(place, act, traced, pictures);
    return { harmed: traced.harmed, faults: [...faults, ...(await repeat(place, act))] };
  }
  await until('starter and wrappers ended', async () => {
    const left = await place.processes();
    return left.length === 0 ? true : undefined;
  });
  const recovered = await place.person.type(act.args);
  const faults = recovered.code === 0 ? [] : [`no recovery: ${recovered.out}${recovered.err}`];
  const besides = (await act.besides?.(place)) ?? [];
  return { harmed: traced.harmed, faults: [...faults, ...(await judgeTick(place)), ...besides] };
}

/** The next who asks is served: nothing stands in the way, no lock, no half file. */
async function repeat(place: Place, act: Act): Promise<readonly string[]> {
  const again = await place.person.type(act.args);
  // It may have been done: a job is removed once, a backup never written over.
  const isRefused = /"code": "(not_found|usage)"/.test(again.out + again.err);
  return again.code === 0 || again.code === 4 || isRefused
    ? []
    : [`not served afterwards: ${again.out}${again.err}`];
}

/** Which points are harmed. */
export type Wish = {
  readonly limit: number;
  readonly seed: number;
  /** Only points at this call; empty for all calls. */
  readonly call: string;
  /** The first violation is enough. */
  readonly stopsAtFault: boolean;
};

export async function crashEverywhere(
  place: Place,
  act: Act,
  { limit, seed, call, stopsAtFault }: Wish,
): Promise<Tally> {
  place.keep();
  const { points: all, pictures } = await observe(place, act);
  const points = all.filter((point) => call === '' || point.call === call);
  const tally: Tally = { points: 0, kills: 0, errors: 0, missed: 0, violations: [] };
  for (const point of choose(points, limit, seed)) {
    const { harmed, faults } = await crash(place, act, point, pictures);
    if (harmed === 0) tally.missed += 1;
    else if (point.harm === 'kill') tally.kills += 1;
    else tally.errors += 1;
    tally.points += harmed === 0 ? 0 : 1;
    const where = `${point.call} ${point.at} ${point.harm}`;
    tally.violations.push(...faults.map((fault) => `${where}: ${fault.slice(0, 2_000)}`));
    if (stopsAtFault && faults.length > 0) break;
  }
  return tally;
}
