import type { z } from 'zod';
import { profileOption } from '../../../core/refusal.ts';
import type { JobAnswer, ReadinessAnswer } from '../../../operations/answers.ts';
import type {
  jobsAddOutput,
  jobsEditOutput,
  jobsListOutput,
  jobsNextOutput,
  jobsRemoveOutput,
  jobsShowOutput,
} from '../../../operations/outputs.ts';
import { escapeLine } from './escape.ts';
import { isNarrowed, notAll, readOn, type Typed } from './read-on.ts';
import { renderRuns } from './runs.ts';
import type { Cell } from './table.ts';
import { renderFields, renderTable } from './table.ts';
import {
  duration,
  instantOf,
  relativeAndAbsolute,
  relativeTime,
  shortTime,
  zoneLabel,
} from './time.ts';
import { renderUnderstood } from './understood.ts';
import type { Presented, View } from './view.ts';
import { inHome, lines, paint, plain } from './view.ts';
import { truncate, wrap } from './width.ts';
import {
  addOne,
  markOf,
  nothingWillRun,
  remedyLine,
  renderWarnings,
  sentence,
  warningsOf,
} from './words.ts';

/** Names may be long; a sentence shows at most this much of one. */
const nameWidth = 60;
export const nameOf = (job: { readonly name: string }): string =>
  truncate(escapeLine(job.name), nameWidth);

function whoRuns(readiness: ReadinessAnswer, view: View): string | null {
  if (readiness.willRun && readiness.by !== null) {
    const { role, pid, host } = readiness.by;
    return `  Runs in: ${escapeLine(role)} (pid ${pid} on ${escapeLine(host)})`;
  }
  if (readiness.willRun || readiness.code === 'job_paused' || readiness.code === 'job_done') {
    const text = wrap(`  ${sentence(escapeLine(readiness.message))}`, view.columns, '  ');
    const mend = remedyLine(readiness, view);
    return mend === null ? text : `${text}\n${mend}`;
  }
  return null;
}

export function presentAdded(answer: z.infer<typeof jobsAddOutput>, view: View): Presented {
  const { job, created } = answer;
  const title = created ? 'Added' : 'Already there';
  return {
    text:
      lines(`${paint(view, 'good', title)} ${nameOf(job)}  ${paint(view, 'dim', job.id)}`) +
      renderUnderstood(answer.understood, view, job.state) +
      lines(whoRuns(answer.readiness, view)),
    warnings: warningsOf(answer, 'THIS JOB', view),
  };
}

function variableWords({ variables }: z.infer<typeof jobsEditOutput>): string {
  if (variables === undefined) return 'env';
  const { set, removed } = variables;
  const parts = [
    ...(set.length === 0 ? [] : [`set ${set.join(' ')}`]),
    ...(removed.length === 0 ? [] : [`removed ${removed.join(' ')}`]),
  ];
  return `env: ${parts.join('; ')}`;
}

/** @param verb what was done: Changed, Paused, Resumed */
export function presentEdited(
  verb: string,
  answer: z.infer<typeof jobsEditOutput>,
  view: View,
): Presented {
  const { job, changed } = answer;
  const title =
    changed.length === 0 ? `Nothing to change: ${nameOf(job)}` : `${verb} ${nameOf(job)}`;
  const fields = changed.map((field) => (field === 'env' ? variableWords(answer) : field));
  const what =
    changed.length === 0 || verb !== 'Changed' ? '' : `  (${fields.map(escapeLine).join(', ')})`;
  const when = changed.includes('schedule') || changed.includes('when') || verb === 'Resumed';
  return {
    text:
      lines(`${paint(view, 'good', title)}  ${paint(view, 'dim', job.id)}${what}`) +
      (when ? renderUnderstood(answer.understood, view, job.state) : '') +
      lines(whoRuns(answer.readiness, view)),
    warnings: warningsOf(answer, 'THIS JOB', view),
  };
}

export const presentRemoved = (
  { job, removed }: z.infer<typeof jobsRemoveOutput>,
  view: View,
): Presented =>
  plain(
    lines(
      `${removed ? 'Removed' : 'Already removed:'} ${nameOf(job)}  ${paint(view, 'dim', job.id)}`,
      `  Its history stays: cronkeeper runs ${job.id}${profileOption(view.profile)}`,
    ),
  );

type Listed = z.infer<typeof jobsListOutput>;

/** @param typed null where nobody typed it, but said it in a chat */
export function presentJobs(answer: Listed, view: View, typed: Typed | null): Presented {
  const several = answer.profiles.length > 1;
  const warnings = several
    ? answer.profiles
        .filter(({ readiness }) => !readiness.willRun)
        .map(({ readiness }) => nothingWillRun(readiness, 'THESE JOBS', view))
        .join('') + renderWarnings(answer.warnings, view)
    : warningsOf(answer, 'THESE JOBS', view);
  if (answer.jobs.length === 0 && !answer.more) {
    const none = `No jobs.  ${addOne(view.profile, view)}`;
    // In a chat nobody knows here whether all were asked for.
    return {
      text: lines(typed === null || isNarrowed(typed) ? 'No job matches.' : none),
      warnings,
    };
  }
  const table = renderTable(
    [
      ...(several ? [{ title: 'PROFILE', least: 6 }] : []),
      { title: 'NAME', least: 10 },
      { title: 'WHEN', least: 12, spare: 1 },
      { title: 'NEXT' },
      { title: 'LAST RUNS', spare: 2 },
      { title: 'ID', spare: 9 },
    ],
    answer.jobs.map((job) => [...(several ? [job.profile] : []), ...jobRow(job, view)]),
    view,
  );
  return { text: table + restOfJobs(answer, view, typed), warnings };
}

function restOfJobs({ next, more }: Listed, view: View, typed: Typed | null): string {
  if (typed === null) {
    const all = inHome(view, `cronkeeper list${profileOption(view.profile)}`);
    return next === null ? '' : lines(`There are more: ${all}`);
  }
  return next === null && more ? notAll(typed) : readOn('More', typed, { after: next }, view);
}

function jobRow(job: Listed['jobs'][number], view: View): readonly Cell[] {
  const [latest] = job.lastRuns;
  const last: Cell =
    latest === undefined
      ? '–'
      : {
          text: `${job.lastRuns
            .slice(0, 5)
            .map((run) => markOf(run).glyph)
            .join('')} ${markOf(latest).word}`,
          tone: markOf(latest).tone,
        };
  const zone = foreignZone(job, view);
  const when = zone === null ? job.schedule.words : `${job.schedule.words} (${zone})`;
  return [job.name, when, nextCell(job, view), last, { text: job.id, tone: 'dim' }];
}

/** The zone of a schedule that is not the one in which times are shown. */
const foreignZone = ({ schedule: { zone } }: JobAnswer, view: View): string | null =>
  zone === null || zone === view.zone ? null : zone;

const nextCell = (job: JobAnswer, view: View): Cell => {
  if (job.state !== 'enabled') return { text: job.state, tone: 'warn' };
  if (job.nextFireAt === null) return '–';
  const at = instantOf(job.nextFireAt);
  const zone = foreignZone(job, view) === null ? '' : ` ${zoneLabel(view.zone)}`;
  return `${relativeTime(at, view.now)}, ${shortTime(job.nextFireAt, view)}${zone}`;
};

export function presentJob(answer: z.infer<typeof jobsShowOutput>, view: View): Presented {
  const { job, recent } = answer;
  return {
    text:
      lines(`${paint(view, 'strong', nameOf(job))}  ${paint(view, 'dim', job.id)}`) +
      renderFields(jobFields(job, view), view) +
      renderUnderstood(answer.understood, view, job.state) +
      lines(whoRuns(answer.readiness, view)) +
      (recent.length === 0 ? lines('  No runs yet.') : `\n${renderRuns(recent, view)}`),
    warnings: warningsOf(answer, 'THIS JOB', view),
  };
}

const makerWords = ({ madeBy: { kind, name, run } }: JobAnswer): string =>
  `${kind} ${name}${run === null ? '' : ` inside the run ${run}`}`;

function workFields({
  does,
  shell,
  agent,
  http,
}: JobAnswer): readonly (readonly [string, string | null])[] {
  if (agent !== null)
    return [
      ['prompt', agent.prompt],
      ['agent', agent.name],
      ['model', agent.model],
      ['tools', agent.tools.length === 0 ? 'none' : agent.tools.join(', ')],
      ['context', agent.contextFrom.join(', ')],
      ['gate', agent.gate],
      ['limits', limitWords(agent)],
    ];
  if (http !== null)
    return [
      ['calls', does],
      ['headers', http.headers.join(', ')],
      ['expects', http.expect],
      ['may reach', http.allow.join(', ')],
    ];
  return [[shell ? 'shell' : 'command', does]];
}

function limitWords({
  maxTokens,
  maxCost,
  maxToolCalls,
}: NonNullable<JobAnswer['agent']>): string | null {
  const limits = [
    ...(maxTokens === null ? [] : [`${maxTokens} tokens`]),
    ...(maxCost === null ? [] : [`$${maxCost}`]),
    ...(maxToolCalls === null ? [] : [`${maxToolCalls} uses of tools`]),
  ];
  return limits.length === 0 ? null : limits.join(', ');
}

const jobFields = (job: JobAnswer, view: View): readonly (readonly [string, string | null])[] => [
  ['state', job.pausedReason === null ? job.state : `${job.state}: ${job.pausedReason}`],
  ...workFields(job),
  ['made by', job.madeBy.kind === 'person' ? null : makerWords(job)],
  ['folder', job.cwd],
  ['environment', job.env.join(', ')],
  ['needs', job.require.join(', ')],
  ['deliver', job.deliver.join(', ')],
  ['on failure', job.onFailure.join(', ')],
  ['ping', job.ping],
  ['catch-up', `${job.catchUp}, grace ${duration(job.graceMs)}`],
  ['overlap', job.overlap],
  ['timeout', duration(job.timeoutMs)],
  [
    'no output',
    job.noOutputTimeoutMs === null ? null : `ended after ${duration(job.noOutputTimeoutMs)}`,
  ],
  [
    'retries',
    job.retries === 0 ? null : `${job.retries}, first after ${duration(job.retryDelayMs)}`,
  ],
  ['on loss', job.onLoss],
  ['jitter', job.jitterMs === 0 ? null : duration(job.jitterMs)],
  ['start', job.startAt === null ? null : relativeAndAbsolute(job.startAt, view)],
  ['end', job.endAt === null ? null : relativeAndAbsolute(job.endAt, view)],
  ['max runs', job.maxRuns === null ? null : `${job.scheduledRuns} of ${job.maxRuns} used`],
  ['revision', `${job.revision}, changed ${relativeAndAbsolute(job.updatedAt, view)}`],
];

export function presentNext(answer: z.infer<typeof jobsNextOutput>, view: View): Presented {
  const title = answer.job === null ? '' : lines(paint(view, 'strong', nameOf(answer.job)));
  const understood = { ...answer.understood, next: answer.next };
  const why = answer.keptBy;
  const mend = why?.remedy?.text;
  return plain(
    title +
      renderUnderstood(understood, view) +
      lines(
        why && `  Why:  ${escapeLine(why.message)}`,
        mend === undefined ? null : `        → ${escapeLine(inHome(view, mend))}`,
      ),
  );
}
