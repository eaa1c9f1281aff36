import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, Figure } from '../measure.ts';
import { ours } from '../schedulers/ours.ts';
import type { OpenScheduler, Scheduler, StampJob } from '../schedulers/scheduler.ts';
import { type Expected, judge, latenessFigures } from './lateness.ts';
import { buildStamp, parseStamps } from './stamp.ts';

/** What a scheduler is given and when each of it has to start. */
export type Program = {
  readonly jobs: readonly StampJob[];
  readonly expected: readonly Expected[];
  /** Jobs beside them that answer another question. */
  readonly beside?: { readonly what: string; readonly expected: readonly Expected[] };
  /** How long after the last fire time a start is still waited for. */
  readonly patienceMs: number;
};

/** As `Figure.what` and, of ours, the goal. */
export type Question = { readonly what: string; readonly goalP99Ms?: number };

/** Lets one scheduler after the other run the program that `plan` makes at its turn; who cannot is skipped with the reason. */
export async function watchAll(
  bench: Bench,
  schedulers: readonly Scheduler[],
  question: Question,
  plan: () => Program,
): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const scheduler of schedulers) {
    bench.tell(`${question.what}: ${scheduler.who}`);
    try {
      figures.push(...(await watch(bench, scheduler, question, plan)));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      bench.skip(`${scheduler.who}, ${question.what}`, error.message);
    }
  }
  return figures;
}

async function watch(
  bench: Bench,
  scheduler: Scheduler,
  { what, goalP99Ms }: Question,
  plan: () => Program,
): Promise<readonly Figure[]> {
  const stamp = buildStamp(bench.folder);
  const open = await scheduler.open({ folder: bench.folder, stamp });
  // Stopping twice is fine; this one is for a bench that is told to end.
  bench.atEnd(() => open.stop());
  try {
    const program = plan();
    const stamps = parseStamps(await runProgram(open, program));
    const { expected, beside } = program;
    const note = [scheduler.note, stamp.note].filter((one) => typeof one === 'string').join('; ');
    const party = { who: scheduler.who, ...(note === '' ? {} : { note }) };
    const isOurs = scheduler === ours;
    const goal = isOurs && goalP99Ms !== undefined ? { goalP99Ms } : {};
    return [
      ...latenessFigures({ ...party, ...goal, what, isOurs }, judge(expected, stamps)),
      ...(beside
        ? latenessFigures({ ...party, what: beside.what, isOurs }, judge(beside.expected, stamps))
        : []),
    ];
  } finally {
    await open.stop();
  }
}

/** @throws Error when the jobs were armed only after the first was due: that would be our fault, not theirs */
async function runProgram(
  open: OpenScheduler,
  { jobs, expected, beside, patienceMs }: Program,
): Promise<string> {
  await open.arm(jobs);
  const all = beside ? [...expected, ...beside.expected] : expected;
  const fireTimes = all.flatMap(({ fireTimesMs }) => fireTimesMs);
  const aheadMs = fireTimes.reduce((one, other) => Math.min(one, other)) - Date.now();
  if (aheadMs < 200)
    throw new Error(`it was ready ${Math.round(-aheadMs)} ms after the first fire time`);
  const last = fireTimes.reduce((one, other) => Math.max(one, other));
  await sleep(last + patienceMs - Date.now());
  return open.stamps();
}

/** Jobs of the same cron expression, and the instants of some rounds of them; what fires in the seconds before only warms up. */
export function everyFewSeconds({
  jobs,
  seconds,
  rounds,
}: {
  jobs: number;
  seconds: number;
  rounds: number;
}): Program {
  const periodMs = seconds * 1_000;
  const first = Math.ceil((Date.now() + 3_000) / periodMs) * periodMs;
  const fireTimesMs = Array.from({ length: rounds }, (_, index) => first + index * periodMs);
  const cron = seconds === 1 ? '* * * * * *' : `*/${seconds} * * * * *`;
  const labels = Array.from({ length: jobs }, (_, index) => `job-${index}`);
  return {
    jobs: labels.map((label) => ({ label, when: { cron } })),
    expected: labels.map((label) => ({ label, fireTimesMs, periodMs })),
    patienceMs: periodMs - 100,
  };
}
