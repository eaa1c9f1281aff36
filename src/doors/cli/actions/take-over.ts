import type { z } from 'zod';
import { advice, profileOption, Refusal, type Remedy } from '../../../core/refusal.ts';
import { commandIn } from '../../../operations/commands.ts';
import {
  hasLetGo,
  parseCrontab,
  waitForQuietMs,
  withoutTaken,
} from '../../../operations/crontab.ts';
import { importOutput, jobsEditOutput, jobsListOutput } from '../../../operations/outputs.ts';
import { readinessAnswer, readReadiness } from '../../../operations/readiness.ts';
import { ask, inSession, isSet, print, type Session } from '../call.ts';
import { presentTakeOver } from '../present/upkeep.ts';
import type { Action, Fields } from '../spec.ts';

/** By this reason a job is known that was imported and whose line cron may still run. */
const takeOverReason = 'its line is being taken out of the crontab';

export type TakenOver = z.infer<typeof importOutput> & {
  readonly resumed: number;
  /** Jobs that a take-over holds which was interrupted. */
  readonly waiting: number;
};

/**
 * Makes jobs of the lines of this user's crontab and takes the lines out of it. At every moment a line is run by cron, or by us, or,
 * for the blink between the two, by nobody: jobs begin paused, then cron lets go, then they are resumed. Whatever interrupts it,
 * the same command completes it; a job whose line somebody rewrote meanwhile stays paused. Where nothing would run the jobs, cron
 * keeps its lines.
 */
export const takeOver: Action = (call) =>
  inSession(call, async (session) => {
    const done = await takeOverCrontab(session);
    const isNamed = session.input['lines'] !== undefined;
    if (isNamed && done.taken.length === 0 && done.resumed === 0)
      throw noneOfThem(done.skipped, session.context.profile);
    await print(call, done, presentTakeOver(done, session.view));
    return 0;
  });

async function takeOverCrontab(session: Session): Promise<TakenOver> {
  const { host, context } = session;
  const before = await host.crontab.read();
  if (!isSet(session.input, 'plan') && hasLines(before)) await requireRunning(session);
  const input = { ...session.input, text: before ?? '', hold: takeOverReason };
  const { answer } = await ask(session, 'import.crontab', input, importOutput);
  const after = withoutTaken(before ?? '', answer.taken);
  const taken = new Set(answer.taken.map(({ id }) => id));
  const isFree = (job: HeldJob): boolean => taken.has(job.id) || hasLetGo(after, job);
  if (!answer.applied) {
    const { length } = (await heldJobs(session)).filter(isFree);
    return { ...answer, resumed: 0, waiting: length, remedy: null };
  }
  if (before !== null && answer.taken.length > 0) {
    await context.clock.sleep(waitForQuietMs(context.clock.now().wall));
    // Who was there before the wait may have gone; until here cron still has the lines.
    await requireRunning(session);
    if ((await host.crontab.read()) !== before) throw changedMeanwhile(context.profile);
    await host.crontab.write(after);
  }
  const held = await heldJobs(session);
  const free = held.filter(isFree);
  for (const { id } of free) await ask(session, 'jobs.resume', { job: id }, jobsEditOutput);
  const waiting = held.filter((job) => !free.includes(job));
  return {
    ...answer,
    readiness: readinessAnswer((await readReadiness(context)).readiness),
    resumed: free.length,
    waiting: waiting.length,
    warnings: [...answer.warnings, ...stillHeld(waiting, context.profile)],
    remedy: null,
  };
}

const hasLines = (text: string | null): boolean =>
  text !== null && parseCrontab(text, false).lines.length > 0;

/** @throws Refusal of kind `nothing-will-run` */
async function requireRunning({ context }: Session): Promise<void> {
  const { readiness, appointment } = await readReadiness(context);
  if (readiness.willRun) return;
  const { code, message, remedy } = readiness;
  const isAnybodys = appointment.rule.kind === 'auto' && remedy?.kind === 'command';
  throw new Refusal(
    code,
    `Your crontab was left as it is: nothing would run its jobs (${message}).`,
    {
      kind: 'nothing-will-run',
      remedy: isAnybodys ? startFirst(profileOption(context.profile)) : remedy,
      details: { readiness: readinessAnswer(readiness) },
    },
  );
}

const startFirst = (option: string): Remedy =>
  advice(
    `Type cronkeeper setup${option}: it makes a scheduler that starts at boot, then takes the crontab over. Or start cronkeeper up${option} in another terminal, then type this again.`,
  );

function noneOfThem(skipped: TakenOver['skipped'], profile: string): Refusal {
  const problems = skipped.map(({ line, reason }) => ({
    place: `line ${line}: `,
    message: reason,
  }));
  const told = problems.map(({ place, message }) => `${place}${message}`).join(' ');
  return new Refusal('usage', `None of these lines of your crontab can become a job. ${told}`, {
    kind: 'usage',
    remedy: commandIn(profile, 'import crontab --take-over --plan'),
    details: { problems },
  });
}

const changedMeanwhile = (profile: string): Refusal =>
  new Refusal('job_changed', 'The crontab was changed meanwhile; nothing was taken out of it.', {
    kind: 'failed',
    remedy: commandIn(profile, 'import crontab --take-over'),
  });

type HeldJob = z.infer<typeof jobsListOutput>['jobs'][number];

/** Those of an earlier take-over that was interrupted are among them. */
async function heldJobs(session: Session): Promise<readonly HeldJob[]> {
  const held: HeldJob[] = [];
  let page: string | null = '';
  while (page !== null) {
    const input: Fields = { state: 'paused', ...(page === '' ? {} : { after: page }) };
    const { jobs, next }: z.infer<typeof jobsListOutput> = (
      await ask(session, 'jobs.list', input, jobsListOutput)
    ).answer;
    held.push(...jobs.filter(({ pausedReason }) => pausedReason === takeOverReason));
    page = next;
  }
  return held;
}

const mostJobsNamed = 12;

/** Cron may run what they do, as it was or rewritten: whether they shall begin is for a person to say. */
function stillHeld(waiting: readonly HeldJob[], profile: string): TakenOver['warnings'] {
  if (waiting.length === 0) return [];
  const option = profileOption(profile);
  const more = waiting.length - mostJobsNamed;
  const named = waiting.slice(0, mostJobsNamed).map(({ name }) => `"${name}"`);
  return [
    {
      code: 'job_paused',
      message: `Still paused since a take-over that was interrupted, because cron has their lines or these were rewritten or removed: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`,
      remedy: advice(
        `Remove the job of a line that is another now or is gone: cronkeeper remove JOB${option}. To run it all the same: cronkeeper resume JOB${option}.`,
      ),
    },
  ];
}
