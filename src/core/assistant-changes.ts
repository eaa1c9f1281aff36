import {
  intend,
  type JobVerb,
  type KnownJob,
  question,
  type Sentence,
  type SentenceContext,
} from './assistant-sentence.ts';
import { findTime, tokensOf } from './assistant-time.ts';
import { nearestNames } from './near-names.ts';

/** "pause backup": one verb, one job that is there. */

const verbs: readonly (readonly [JobVerb, RegExp])[] = [
  ['pause', /^(?:pause|suspend|hold|disable|stop|halt|turn off|switch off|deactivate) +(.+)$/i],
  ['resume', /^(?:resume|unpause|continue|enable|re-?enable|turn on|switch on|reactivate) +(.+)$/i],
  [
    'run',
    /^(?:run|trigger|fire|execute|launch|kick off) +(.+?)(?: +(?:right now|now|once|immediately|at once|straight away|right away))*$/i,
  ],
  ['remove', /^(?:remove|delete|cancel|drop|get rid of|rm|erase) +(.+)$/i],
];
const everything =
  /^(?:all|everything|every job|all (?:of )?(?:my |the |these )?(?:jobs|reminders|tasks)|(?:my |the )?(?:jobs|reminders|tasks)|them|both|it|that|this)$/i;
const untilForm = /^(.+?) +(?:until|till|for|at|on|in|from|when|if|after|before) +.+$/i;

/** What remains of "the job called "x"" is x. */
function bareTarget(text: string): string {
  const quoted = /["“'`](.+)["”'`]/.exec(text)?.[1];
  if (quoted !== undefined) return quoted.trim();
  return text
    .replace(/^reminding me (?:to |about |of )?/i, '')
    .replace(
      /^(?:the |my |our |that )?(?:(?:cron ?)?job|task|reminder|schedule)(?: (?:called|named|for|to))? +/i,
      '',
    )
    .replace(/^(?:the|my|our) +/i, '')
    .replace(/(?: +(?:job|task|reminder|again))+$/i, '')
    .trim();
}

type Found =
  | { readonly kind: 'one'; readonly job: KnownJob; readonly isExact: boolean }
  | { readonly kind: 'several'; readonly jobs: readonly [KnownJob, ...KnownJob[]] }
  | { readonly kind: 'none' };

/** By id, by the whole name, or by words that only one name has. */
function lookFor(target: string, jobs: readonly KnownJob[]): Found {
  const wanted = target.toLowerCase();
  const exact = jobs.filter(
    ({ id, name }) => id.toLowerCase() === wanted || name.toLowerCase() === wanted,
  );
  const words = wanted.split(' ');
  const alike =
    exact.length > 0
      ? exact
      : jobs.filter(({ name }) =>
          words.every((word) =>
            name
              .toLowerCase()
              .split(/[^\p{L}\p{N}]+/u)
              .includes(word),
          ),
        );
  const [job, ...others] = alike;
  if (job === undefined) return { kind: 'none' };
  return others.length > 0
    ? { kind: 'several', jobs: [job, ...others] }
    : { kind: 'one', job, isExact: exact.length > 0 };
}

function whichOf(
  verb: JobVerb,
  target: string,
  jobs: readonly [KnownJob, ...KnownJob[]],
): Sentence {
  const shown = jobs.slice(0, 5).map(({ id, name }) => `"${name}" (${id})`);
  const more = jobs.length > shown.length ? `, and ${jobs.length - shown.length} more` : '';
  return question(
    'which-job',
    `Which job do you mean by "${target}": ${shown.join(', ')}${more}? Say "${verb} ${jobs[0].id}".`,
  );
}

function noneOf(verb: JobVerb, target: string, jobs: readonly KnownJob[]): Sentence {
  const near = nearestNames(
    target,
    jobs.map(({ name }) => name),
  );
  const hint =
    near.length > 0
      ? `Did you mean ${near.map((name) => `"${name}"`).join(' or ')}?`
      : 'Which one do you mean? "list" shows them all.';
  return question('which-job', `I know no job "${target.slice(0, 80)}" to ${verb}. ${hint}`);
}

const oneAtATime = (first: string): Sentence =>
  question(
    'several',
    `That is more than one thing. I do one at a time; which first? Say for example "${first}", then the next.`,
  );

/** Whether the parts, with or without a verb of their own, are jobs or commands each. */
function isSeveral(parts: readonly string[], jobs: readonly KnownJob[]): boolean {
  return parts.length > 1 && parts.slice(1).every((part) => startsCommand(part, jobs));
}

/** Whether this begins another wish: a verb with a job that is there, or just such a job. */
export function startsCommand(text: string, jobs: readonly KnownJob[]): boolean {
  const verb = verbs.find(([, form]) => form.test(text));
  const target = bareTarget(verb?.[1].exec(text)?.[1] ?? text);
  return lookFor(target, jobs).kind !== 'none' || (verb !== undefined && everything.test(target));
}

/** Where one wish may end and the next begin. */
export const wishBreak = /(?:[,;.] +|\s+)(?:and then|and also|and|then|also|plus) +|[,;.] +/i;

/** Null when the sentence asks for no change of a job that is there. */
export function readChange(sentence: string, context: SentenceContext): Sentence | null {
  const found = verbs.find(([, form]) => form.test(sentence));
  if (found === undefined) return readStart(sentence, context);
  const [verb, form] = found;
  const typed = (form.exec(sentence)?.[1] ?? '').trim();
  const target = bareTarget(typed);
  if (everything.test(typed) || everything.test(target))
    return question(
      'several',
      `I ${verb} one job at a time. Which one? "list" shows them all; then say "${verb} NAME".`,
    );
  const { jobs } = context;
  const job = lookFor(target, jobs);
  if (job.kind === 'several') return whichOf(verb, target, job.jobs);
  if (job.kind === 'one') {
    if (verb === 'remove' && !job.isExact)
      return question(
        'which-job',
        `Do you mean "${job.job.name}"? To remove it, say "remove ${job.job.name}".`,
      );
    return intend({ kind: verb, jobId: job.job.id });
  }
  const parts = typed.split(wishBreak);
  if (isSeveral(parts, jobs)) return oneAtATime(`${verb} ${parts[0]}`);
  const partial = lookFor(bareTarget(untilForm.exec(typed)?.[1] ?? ''), jobs);
  if (partial.kind === 'one')
    return question(
      'condition',
      `I can ${verb} "${partial.job.name}" only now, without a time or a condition. Shall I? Say "${verb} ${partial.job.name}".`,
    );
  const isNewJob = verb === 'run' && findTime(tokensOf(typed), context).kind !== 'none';
  if (isNewJob || (verb === 'run' && /[`/]/.test(typed))) return null;
  return noneOf(verb, target, jobs);
}

/** "start backup" could mean two things. */
function readStart(sentence: string, { jobs }: SentenceContext): Sentence | null {
  const target = bareTarget(/^(?:start|restart) +(.+)$/i.exec(sentence)?.[1] ?? '');
  const job = target === '' ? null : lookFor(target, jobs);
  if (job?.kind !== 'one') return null;
  const { name } = job.job;
  return question(
    'which-job',
    `Do you want "${name}" to run once now, or to go on by its schedule? Say "run ${name}" or "resume ${name}".`,
  );
}
