import { addFigures, type Figures, judge } from './checker.ts';
import { bootMs } from './field.ts';
import { playIsolated } from './isolated.ts';
import { tellViolations } from './report.ts';
import { play, type Scenario } from './scenario.ts';
import { scenarios } from './scenarios.ts';
import { type Violation, violation } from './verdict.ts';

export type TortureOptions = {
  readonly seed: number;
  readonly minutes: number;
  readonly ttlMs: number;
  /** Others beside the main one all the time; else one at a time, half of the time for the main one, on machines that have no more to give. */
  readonly isCrowded: boolean;
  /** Names of scenarios; empty for all. */
  readonly only: readonly string[];
  /** Names of nemeses; empty for all. */
  readonly nemeses: readonly string[];
  /** This process is already in the namespace that an isolated scenario needs. */
  readonly isInside?: boolean;
  readonly tell: (line: string) => void;
};

/** What one scenario came to. */
export type Judged = {
  readonly name: string;
  readonly figures: Figures;
  readonly violations: readonly Violation[];
};

export type Result = {
  readonly seed: number;
  readonly figures: Figures;
  readonly scenarios: readonly Judged[];
  readonly violations: readonly Violation[];
  /** Scenarios that cannot be played here, with the reason. */
  readonly skipped: readonly string[];
};

/** Names with commas in between. */
export const namesIn = (text: string): readonly string[] =>
  text.split(',').filter((name) => name !== '');

const minuteMs = 60_000;
/** A turn of a scenario that is played beside the main one. */
const longestTurnMs = 3 * minuteMs;
const shortestTurnMs = 10_000;
/** What a turn takes beside the torment: opening, settling, stopping. */
const settlingMs = 18_000;

/** Tortures for so many minutes: the first scenario, and the others in turns, beside it or after it. */
export async function torture(options: TortureOptions): Promise<Result> {
  const { minutes, tell, isCrowded } = options;
  const all = chosen(options);
  const skipped = all.flatMap(({ name, whyNot }) => {
    const why = whyNot?.() ?? null;
    return why === null ? [] : [`${name}: ${why}`];
  });
  const playable = all.filter(({ whyNot }) => (whyNot?.() ?? null) === null);
  for (const line of skipped) tell(`skipped: ${line}`);
  const [main, ...others] = playable;
  if (main === undefined)
    throw new Error(`There is no scenario to play among ${options.only.join(', ')}.`);
  const ms = (minutes * minuteMs) / (isCrowded || others.length === 0 ? 1 : 2);
  const turns = turnsOf(others, ms);
  const results: Judged[] = [];
  const one = async (scenario: Scenario, turn: number, turnMs: number): Promise<void> => {
    results.push(await playAndJudge(scenario, options, { turn, ms: turnMs }));
  };
  const end = bootMs() + ms;
  const beside = async (): Promise<void> => {
    for (const [turn, scenario] of turns.entries()) {
      const leftMs = (end - bootMs()) / (turns.length - turn);
      await one(scenario, turn + 1, Math.max(shortestTurnMs, leftMs - settlingMs));
    }
  };
  if (isCrowded) await Promise.all([one(main, 0, ms), beside()]);
  else
    for (const [turn, scenario] of [main, ...turns].entries())
      await one(scenario, turn, turn === 0 ? ms : ms / turns.length);
  return {
    seed: options.seed,
    figures: addFigures(results.map(({ figures }) => figures)),
    scenarios: results,
    violations: results.flatMap(({ violations }) => violations),
    skipped,
  };
}

const asError = (error: unknown): Error =>
  error instanceof Error ? error : new Error(String(error));

/** A scenario that could not be played to its end proves nothing, and the others go on. */
function failed(name: string, error: Error, tell: (line: string) => void): Judged {
  const what = `${error.message}: ${String(error.cause)}`;
  tell(`${name}: ${what}\n${error.cause instanceof Error ? error.cause.stack : ''}`);
  return { name, figures: addFigures([]), violations: [violation('complaint', what)] };
}

/** The scenarios that were named, with the nemeses that were named. */
function chosen({ only, nemeses, ttlMs }: TortureOptions): readonly Scenario[] {
  return scenarios(ttlMs)
    .filter(({ name }) => only.length === 0 || only.includes(name))
    .map((scenario) => ({
      ...scenario,
      nemeses: scenario.nemeses.filter(
        ({ name }) => nemeses.length === 0 || nemeses.includes(name),
      ),
    }));
}

/** Each of the others at least once; with more time, again and again. */
function turnsOf(others: readonly Scenario[], ms: number): readonly Scenario[] {
  if (others.length === 0) return [];
  const rounds = Math.max(1, Math.round(ms / (others.length * longestTurnMs)));
  return Array.from({ length: rounds }, () => others).flat();
}

async function playAndJudge(
  scenario: Scenario,
  { seed, tell, ttlMs, isInside = false }: TortureOptions,
  { turn, ms }: { readonly turn: number; readonly ms: number },
): Promise<Judged> {
  const { name } = scenario;
  tell(`${name}: ${Math.round(ms / 1_000)} s, seed ${seed + turn}`);
  if (scenario.isIsolated === true && !isInside)
    return playIsolated(name, { seed: seed + turn, ms, ttlMs }, tell);
  const played = await play(scenario, { seed: seed + turn, ms, tell }).catch(asError);
  if (played instanceof Error) return failed(name, played, tell);
  const { evidence, field } = played;
  const { violations, figures } = judge(evidence);
  tell(
    `${name}: ${figures.runs} runs, ${evidence.faults.length} faults, ${figures.kills} kills, ${figures.pauses} pauses, ${violations.length} violations`,
  );
  for (const line of tellViolations(violations, evidence, field)) tell(line);
  if (violations.length > 0) tell(`${name}: kept in ${field.folder}`);
  await field.close(violations.length > 0);
  return { name, figures, violations };
}
