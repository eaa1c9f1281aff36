import { mayRun } from '../core/authority.ts';
import { advice, profileOption, Refusal, type Remedy } from '../core/refusal.ts';
import { carryOut, planAnswer } from './apply.ts';
import type { WantedJob } from './apply-file.ts';
import { type PlanItem, planApply, plannedJob } from './apply-plan.ts';
import { type Crontab, parseCrontab, type SkippedLine, type TakenLine } from './crontab.ts';
import { importWarnings } from './import-warnings.ts';
import { importCrontabInput } from './inputs.ts';
import { longestRunMs } from './job-fields.ts';
import { jobsOfLines, type LineJob } from './line-jobs.ts';
import { readMaking } from './making.ts';
import { type OperationContext, operation } from './operation.ts';
import { importOutput } from './outputs.ts';
import { type PresentJobs, readPresentJobs } from './present-jobs.ts';
import { ensureProfile, requireProfile } from './profile-check.ts';

const mostLinesNamed = 12;

/** Variables that speak to cron and not to the command. `HOME` speaks to both. */
const ofCron = new Set(['SHELL', 'MAILTO', 'MAILFROM', 'CRON_TZ', 'RANDOM_DELAY']);

/** Lines become jobs; imported again, the same lines change nothing. A job that is there already is never changed. */
export const importCrontab = operation({
  name: 'import.crontab',
  summary: 'Add the jobs of a crontab',
  input: importCrontabInput,
  output: importOutput,
  scope: 'edit',
  async handle(asked, { text, userColumn, plan, hold = null, lines: only }) {
    const context = importing(asked);
    if (!plan) await readMaking(context);
    const all = parseCrontab(text, userColumn);
    const { lines, skipped } = chosen(all, only);
    if (plan) await requireProfile(context);
    const present = await readPresentJobs(context);
    const isChosen = new Set(lines);
    const wanted = jobsOfLines(all.lines, text, present).filter(({ line }) => isChosen.has(line));
    const { items, taken, left, refused } = await planLines(context, wanted, { hold, present });
    // A crontab that is taken over may have nothing in it; a text that somebody names is meant to have something.
    const isNothing = text.includes('\0') || taken.length + left.length === 0;
    if (isNothing && hold === null) throw nothingIn(text, inOrder([...skipped, ...refused]));
    if (!plan) await ensureProfile(context);
    const done = await carryOut(context, items, plan);
    const answer = await planAnswer(context, done, plan);
    return {
      ...answer,
      taken: taken.map((one, index) => takenAs(one, done[index])),
      warnings: [...answer.warnings, ...importWarnings(context, lines)],
      skipped: inOrder([...skipped, ...left, ...refused]),
      remedy: answer.counts.create > 0 && !plan ? letGo(taken) : null,
    };
  },
});

/** With the job that it is: somebody may have made it since it was planned. */
const takenAs = (one: TakenLine, item: PlanItem | undefined): TakenLine =>
  item === undefined ? one : { ...one, id: plannedJob(item).id };

type LinesPlan = {
  readonly items: PlanItem[];
  readonly taken: TakenLine[];
  /** Lines whose job is there and was changed since, another one of its name, or one that would not run. */
  readonly left: SkippedLine[];
  /** Lines that can be no job. */
  readonly refused: SkippedLine[];
};

async function planLines(
  context: OperationContext,
  wanted: readonly LineJob[],
  { hold, present }: { readonly hold: string | null; readonly present: PresentJobs },
): Promise<LinesPlan> {
  const done: LinesPlan = { items: [], taken: [], left: [], refused: [] };
  for (const one of wanted) {
    const { name } = one;
    const { line } = one.line;
    const job = { ...wantedJob(one, context), holdNew: hold };
    const { items, problems } = await planApply(context, [job], present);
    const [item] = items;
    if (item === undefined) {
      const reason = problems.map(({ message }) => message).join(' ');
      done.refused.push({ line, text: name, reason });
      continue;
    }
    const { id, definition } = plannedJob(item);
    const reason = whyLeft(context, item, one, hold);
    if (reason === null) {
      done.items.push(item);
      done.taken.push({ line, id, name: definition.name });
    } else done.left.push({ line, text: name, reason });
  }
  return done;
}

/** Null when the job may have the line. Of a line that is to leave the crontab the job must run from then on. */
function whyLeft(
  { profile }: OperationContext,
  item: PlanItem,
  { isOwn }: LineJob,
  hold: string | null,
): string | null {
  const job = plannedJob(item);
  const isHeld = job.state === 'paused' && job.pausedReason === hold;
  const option = profileOption(profile);
  if (item.action === 'change') {
    const { name } = job.definition;
    const remove = `cronkeeper remove ${job.id}${option}`;
    if (isHeld && hold !== null)
      return `Its job was made of the line as it was before; remove that one first: ${remove}`;
    if (!isOwn)
      return `There is another job named "${name}"; it was left as it is. Give it another name to have one of this line beside it: cronkeeper edit ${job.id}${option} --name NAME`;
    const either =
      hold === null ? '' : ` Take the line out (crontab -e), or remove the job: ${remove}`;
    return `Its job "${name}" is not as the line says; it was left as it is.${either}`;
  }
  if (hold === null) return null;
  if (job.state === 'paused' && !isHeld)
    return `Its job is paused; resume it first: cronkeeper resume ${job.id}${option}`;
  if (job.state !== 'pending' && mayRun(job)) return null;
  return item.action === 'create'
    ? 'Its job would wait for the approval of a person.'
    : `Its job waits for the approval of a person: cronkeeper approve ${job.id}${option}`;
}

const inOrder = (lines: readonly SkippedLine[]): SkippedLine[] =>
  lines.toSorted((one, other) => one.line - other.line);

/** Lines are told by their numbers: they may be anything, and long. */
function nothingIn(text: string, skipped: readonly SkippedLine[]): Refusal {
  const isText = !text.includes('\0');
  const problems = (isText ? skipped : [])
    .slice(0, mostLinesNamed)
    .map(({ line, reason }) => ({ place: `line ${line}: `, message: reason }));
  const told = problems.map(({ place, message }) => `${place}${message}`).join(' ');
  const why = isText ? 'No line of it can become a job.' : 'This is no text.';
  const isCut = isText && skipped.length > problems.length;
  const rest = isCut ? `These are the first ${problems.length} of ${skipped.length} lines.` : '';
  return new Refusal('file_invalid', `Nothing was imported. ${why} ${told} ${rest}`.trim(), {
    kind: 'usage',
    remedy: advice(
      'Name a crontab: its lines are a schedule and a command, such as 0 9 * * 1-5 /usr/bin/report. Of your own: crontab -l | cronkeeper import crontab -',
    ),
    details: { problems },
  });
}

/** What became no job stays where it is. */
function letGo(taken: readonly TakenLine[]): Remedy {
  const numbers = taken.slice(0, mostLinesNamed).map(({ line }) => String(line));
  const more = taken.length - numbers.length;
  const named = `${numbers.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return advice(
    `Take out of the crontab what became a job (${taken.length === 1 ? 'line' : 'lines'} ${named}), or cron runs it as well. Of your own crontab "cronkeeper import crontab --take-over" does both.`,
  );
}

/** What a person brings from elsewhere is put down to that. */
const importing = (context: OperationContext): OperationContext =>
  context.maker.kind === 'person'
    ? { ...context, maker: { ...context.maker, kind: 'import' } }
    : context;

/** Only the lines that were asked for; one of them that starts nothing is told. */
function chosen(all: Crontab, only: readonly number[] | undefined): Crontab {
  if (only === undefined) return all;
  const wanted = new Set(only);
  const lines = all.lines.filter(({ line }) => wanted.has(line));
  const skipped = all.skipped.filter(({ line }) => wanted.has(line));
  for (const { line } of [...lines, ...skipped]) wanted.delete(line);
  const nothing = [...wanted].map((line) => ({ line, text: '', reason: 'It starts nothing.' }));
  return { lines, skipped: [...skipped, ...nothing] };
}

function wantedJob(
  { line: { line, when, script, variables }, name, id }: LineJob,
  { userFolder, cronZone }: OperationContext,
): Omit<WantedJob, 'holdNew'> {
  const shell = variables.get('SHELL') ?? '/bin/sh';
  const zone = variables.get('CRON_TZ') ?? cronZone ?? undefined;
  const delayMinutes = Number(variables.get('RANDOM_DELAY') ?? 0);
  const env = [...variables].filter(([variable]) => !ofCron.has(variable));
  return {
    fields: {
      name,
      when,
      ...(shell === '/bin/sh' ? { shell: script } : { command: [shell, '-c', script] }),
      env: env.map(([variable, value]) => `${variable}=${value}`),
      ...(zone === undefined ? {} : { tz: zone }),
      cwd: variables.get('HOME') ?? userFolder ?? '/',
      // Cron ends no run.
      timeout: longestRunMs,
      ...(delayMinutes > 0 ? { jitter: delayMinutes * 60_000 } : {}),
    },
    id,
    paused: null,
    isOnlyNew: true,
    placeOf: () => `line ${line}: `,
  };
}
