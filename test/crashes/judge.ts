import { existsSync } from 'node:fs';
import type { Run } from '../../src/core/run.ts';
import { isFinal } from '../../src/core/run.ts';
import { until } from '../journeys/program.ts';
import { openStore, pictureOf, problemsOf } from './picture.ts';
import type { Place } from './place.ts';
import type { Act } from './scripted.ts';
import type { Traced } from './strace.ts';

/** What the stores may look like after a crash: as before, or as after; a change in two transactions may stop between them. */
export type Pictures = { readonly allowed: ReadonlySet<string>; readonly done: string };

/** What a person saw of a command that failed: a sentence and a code, never a trace of the program. */
function told({ code, out, err }: Traced): readonly string[] {
  const trace = /^\s+at .*:\d+:\d+/m.exec(out + err);
  if (trace !== null) return [`an unhandled error: ${out}${err}`];
  if (code === null || code === 0 || code > 128) return [];
  return /"code": "[a-z_]+"/.test(out + err)
    ? []
    : [`exit code ${code} without a reason: ${out}${err}`];
}

/** A change: wholly there or wholly absent, and there when it was acknowledged. */
export async function judgeChange(
  place: Place,
  act: Act,
  traced: Traced,
  { allowed, done }: Pictures,
): Promise<readonly string[]> {
  const faults = [...told(traced), ...(await problemsOf(place.database))];
  const picture = pictureOf(place.database);
  const wasAcknowledged = traced.code === 0 && traced.out.trimEnd().endsWith('}');
  if (!allowed.has(picture)) faults.push(`half done: ${unlike(picture, done)}`);
  if (wasAcknowledged && picture !== done) faults.push('acknowledged, and not there');
  if (act.copy === undefined) return faults;
  if (!existsSync(act.copy)) return wasAcknowledged ? [...faults, 'no copy'] : faults;
  if (!allowed.has(pictureOf(act.copy))) faults.push('a half copy, under the name of a whole one');
  return [...faults, ...(await problemsOf(act.copy))];
}

/** The lines that only one of two pictures has. */
function unlike(picture: string, done: string): string {
  const [own, others] = [picture, done].map((text) => text.split('\n'));
  const only = (lines: readonly string[] = [], rest: readonly string[] = []) =>
    lines.filter((line) => !rest.includes(line)).map((line) => line.trim());
  return `it has ${only(own, others).join(' ')}, and not ${only(others, own).join(' ')}`;
}

/** After everything recovered: one decision for each occurrence, final, in accord with the witness; nothing left behind. */
export async function judgeTick(place: Place): Promise<readonly string[]> {
  const faults = [...(await problemsOf(place.database))];
  const store = await openStore(place.database);
  try {
    const starts = Map.groupBy(place.witnessed(), (line) => Date.parse(line));
    for (const job of await store.jobs.list('default', { after: null, limit: 100 })) {
      const runs = await store.runs.list('default', { jobId: job.id, limit: 1_000 });
      for (const run of runs) faults.push(...faultsOf(run, starts.get(run.fireTime ?? 0) ?? []));
      const { schedule } = job.definition;
      const isMissing = schedule.kind === 'at' && runs.length !== 1;
      if (isMissing) faults.push(`${runs.length} decisions for the one occurrence`);
    }
    for (const [at, lines] of starts)
      if (lines.length > 1) faults.push(`it began ${lines.length} times at ${at}`);
  } finally {
    await store.close();
  }
  return [...faults, ...(await leftBehind(place))];
}

/** A wrapper ends a moment after its record is read. */
async function leftBehind(place: Place): Promise<readonly string[]> {
  try {
    await until('nobody is left', async () =>
      (await place.processes()).length === 0 ? true : undefined,
    );
    return [];
  } catch {
    return (await place.processes()).map((pid) => `left behind: process ${pid}`);
  }
}

function faultsOf(run: Run, started: readonly string[]): readonly string[] {
  if (!isFinal(run.state)) return [`stuck: ${run.id} is ${run.state}`];
  if (run.jobName !== 'due') return [];
  if (run.outcome === 'succeeded' && started.length !== 1) return ['succeeded without a start'];
  const neverBegan = run.state !== 'ended' || run.startedAt === null;
  const isGuess = neverBegan && run.outcome !== 'unknown' && started.length > 0;
  return isGuess ? [`it began, and is called ${run.outcome ?? run.state}`] : [];
}
