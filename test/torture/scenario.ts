import { sleep } from '../journeys/program.ts';
import { seededRandom } from '../simulation/timeline.ts';
import type { Evidence } from './evidence.ts';
import { bootMs, Field, type FieldOptions } from './field.ts';
import { mixes } from './jobs.ts';
import { LedgerReader } from './ledger.ts';
import { between, type Chance, choose, faultOf, type Nemesis, shuffled } from './nemesis.ts';
import { Observer } from './observer.ts';
import { allPids, commandOf } from './processes.ts';

/** A home of its own, and what is done to it. */
export type Scenario = {
  readonly name: string;
  readonly field: FieldOptions;
  readonly nemeses: readonly Nemesis[];
  /** It needs a pid namespace of its own. */
  readonly isIsolated?: boolean;
  /** Why it cannot be played here; null when it can. */
  readonly whyNot?: () => string | null;
};

export type Played = { readonly evidence: Evidence; readonly field: Field };
type Tell = (line: string) => void;

/** The longest that a recovery is waited for before the next fault. */
const recoveryPatienceMs = 25_000;
/** After so many faults there is a while of health, so that there is something to compare with. */
const faultsBetweenCalms = 5;
const calmMs = 9_000;
/** How long runs may take to end by themselves when nothing new is due; then they are cancelled. */
const patienceMs = 4_000;
const settleMs = 45_000;

/** Plays a scenario for this long and answers the evidence. Ends with everything healed, paused, settled and stopped. */
export async function play(
  scenario: Scenario,
  how: { readonly seed: number; readonly ms: number; readonly tell: Tell },
): Promise<Played> {
  const field = new Field(scenario.field);
  const chance = seededRandom(how.seed);
  const from = bootMs();
  let observer: Observer | null = null;
  try {
    await field.open();
    const ledger = new LedgerReader(field.context.store);
    observer = new Observer(field, () => ledger.look());
    if (!(await field.runsAgain(from, 30_000))) throw new Error('nothing ran at the beginning');
    await torment(scenario, field, { ...how, chance });
    const until = bootMs();
    const unsettled = await settle(field);
    await observer.stop();
    for (const line of unsettled) how.tell(line);
    const evidence = await gather(field, observer, ledger, { from, until });
    return { evidence, field };
  } catch (error) {
    await Promise.allSettled([observer?.stop(), field.stop()]);
    await field.close(true);
    throw new Error(`scenario ${scenario.name}, kept in ${field.folder}`, { cause: error });
  }
}

type Torment = {
  readonly ms: number;
  readonly chance: Chance;
  readonly tell: Tell;
};

async function torment(
  { name, nemeses }: Scenario,
  field: Field,
  { ms, chance, tell }: Torment,
): Promise<void> {
  const over = bootMs() + ms;
  // Each strikes once before any strikes twice.
  const first = shuffled(chance, nemeses);
  for (let round = 1; bootMs() < over; round += 1) {
    const nemesis = first.pop() ?? choose(chance, nemeses);
    const strike = await nemesis.strike(field, chance);
    if (strike === null) {
      await sleep(200);
      continue;
    }
    const fault = faultOf(nemesis.name, strike);
    field.faults.push(fault);
    if (chance() < 0.7 || field.alive.length === 0) field.fill();
    const since = Math.min(fault.until, fault.entitledAt ?? fault.until) + fault.quietMs;
    let ran = await field.runsAgain(since, fault.quietMs + 6_000);
    field.fill();
    ran ||= await field.runsAgain(since, recoveryPatienceMs);
    if (!ran) tell(`${name}: did not run again after ${fault.name} (${fault.detail})`);
    if (round % faultsBetweenCalms === 0)
      await sleep(Math.max(0, Math.min(calmMs, over - bootMs())));
    else await sleep(between(chance, 100, 1_500));
  }
}

/** Ends the torment: everything heals, then nothing new is due, then everything that was open ends, then everyone stops. */
async function settle(field: Field): Promise<readonly string[]> {
  field.fill();
  await field.holder();
  await field.runsAgain(bootMs(), recoveryPatienceMs);
  await field.apply(true);
  await openRunsEnd(field, patienceMs);
  for (const { id } of await field.context.store.runs.open('default', 100))
    await field.type(['cancel', id]);
  await openRunsEnd(field, settleMs);
  // What escaped from runs that are over is looked for every five seconds, when there is a tick.
  await sleep(7_000);
  await field.stop();
  const complaints = field.logLines(100_000).filter((line) => line.includes('"level":"error"'));
  return complaints.slice(-10);
}

async function openRunsEnd(field: Field, withinMs: number): Promise<void> {
  const deadline = bootMs() + withinMs;
  while ((await field.context.store.runs.open('default', 1)).length > 0) {
    if (bootMs() > deadline) return;
    field.fill();
    await sleep(200);
  }
}

async function gather(
  field: Field,
  observer: Observer,
  ledger: LedgerReader,
  span: { readonly from: number; readonly until: number },
): Promise<Evidence> {
  const names = new Set(mixes[field.options.mix].map(({ name }) => name));
  return {
    ...span,
    testimony: field.witness.testimony(),
    ledger: await ledger.read(names),
    faults: field.faults,
    lives: field.instances.map(({ process, from, until }) => ({ process, from, until })),
    changes: observer.changes,
    answers: observer.answers,
    remnants: [...observer.remnants.values()],
    leftBehind: await leftBehind(field),
    clockOffsets: field.clockOffsets,
    wallMinusBoot: Date.now() - bootMs(),
  };
}

/** Processes of ours that still live a moment after everything was stopped. */
async function leftBehind(field: Field): Promise<readonly string[]> {
  const deadline = bootMs() + 5_000;
  for (;;) {
    const left = allPids().filter((pid) => pid !== process.pid && field.isOurs(pid));
    if (left.length === 0) return [];
    if (bootMs() > deadline) return left.map((pid) => `${pid} ${commandOf(pid)}`);
    await sleep(100);
  }
}
