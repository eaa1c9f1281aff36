import { startsCommand, wishBreak } from './assistant-changes.ts';
import { unreadTime } from './assistant-rest.ts';
import {
  type ChatWork,
  type Doubt,
  intend,
  question,
  type Sentence,
  type SentenceContext,
  sentenceExamples,
} from './assistant-sentence.ts';
import {
  type FoundTime,
  findTime,
  type RefusedTime,
  timeWithin,
  tokensOf,
} from './assistant-time.ts';
import { understandSchedule } from './schedule-text.ts';
import { wordsOf } from './target.ts';

// A sentence that makes a job: perhaps "remind me" or "make a job called NAME that", a time at the front or the end, and what to do.

const reminderLead =
  /^(?:(?:set(?: up)?|create|make|add|schedule|give|send|i need|i want)(?: me)? (?:a |another )?(?:new )?(?:reminder|notification)|remind (?:me|us)|tell me|notify me|ping me|alert me|nudge me|let me know|don't let me forget)(?= |$|[,:])/i;
const jobLead =
  /^(?:(?:create|make|add|set up|schedule)(?: me)? (?:a |an |another )?(?:new )?(?:cron |scheduled |recurring )?(?:cronjob|job|task|cron)(?: (?:called|named) ("[^"]+"|`[^`]+`|[^\s,]+))?|schedule)(?= |$|[,:])/i;
const connector =
  /^(?:(?:please|to|that|which|about|of|saying|and|then|it should|should)(?= |$)|[,:]|[—–-](?= ))[ ,]*/i;
const runLead = /^(?:runs?|executes?|launch(?:es)?|calls?|starts?) +/i;

/** Words by which somebody says that the time is not to be taken exactly. */
const vagueAfter =
  /^(?:or so|or thereabouts|more or less|give or take|ish|roughly|approximately|about|maybe|at the earliest|if possible)(?=[ ,]|$)/i;
const vagueBefore =
  /(?:^| )(?:about|around|roughly|approximately|approx|maybe|sometime|some time|circa)$/i;
const vagueAmount = /\b(?:few|several|couple)\b/i;
const vagueAnywhere =
  /\b(?:or so|sometime|some time|soon|later|now and then|once in a while|from time to time|occasionally|regularly|often|sometimes|(?:a )?few|couple of|several|around|roughly|approximately|eventually)\b|\dish\b/i;
/** Words that say more about when than one schedule can hold. */
const condition =
  /^(?:until|till|unless|except|but|if|when|whenever|while|starting|from|between|before|after|for \d+)(?= |$)/i;
const conditionBefore =
  /(?:^| )(?:until|till|unless|except|before|after|by|from|since|than|between|if|when|not|or)$/i;

type Found = Extract<FoundTime, { kind: 'found' }>;

type Said = {
  readonly isReminder: boolean;
  readonly isJob: boolean;
  readonly name: string | null;
  readonly rest: string;
};

/** Takes off what only says that a job is wanted. */
function takeLeads(text: string, said: Omit<Said, 'rest'>): Said {
  let { isReminder, isJob, name } = said;
  let rest = text.trim();
  for (let taken = 0; taken < 6; taken += 1) {
    const lead = reminderLead.exec(rest) ?? jobLead.exec(rest);
    const found = lead ?? connector.exec(rest);
    if (found === null) break;
    if (lead !== null) {
      isReminder ||= reminderLead.test(rest);
      isJob = true;
      name ??= found[1]?.replace(/["`]/g, '') ?? null;
    }
    rest = rest.slice(found[0].length).trim();
  }
  return { isReminder, isJob, name, rest };
}

const refuseTime = ({ when, message, instead }: RefusedTime): Sentence =>
  question('time', `I read "${when}" as the time. ${message} ${instead}`);

const vague = (what: string): Sentence =>
  question(
    'vague',
    `I cannot keep "${what}": a job needs an exact time. When exactly, as in "every 30m" or "today at 17:00"?`,
  );

/** Null when the sentence makes no job. */
export function readCreation(sentence: string, context: SentenceContext): Sentence | null {
  const first = takeLeads(sentence, { isReminder: false, isJob: false, name: null });
  const time = findTime(tokensOf(first.rest), context);
  if (time.kind === 'none') return withoutTime(first, sentence);
  if (time.kind === 'refused') {
    const vagueWord = vagueAnywhere.exec(sentence)?.[0];
    if (vagueWord !== undefined) return vague(vagueWord);
    return refuseTime(time);
  }
  const { when, before, after } = time;
  const inexact =
    vagueAmount.exec(when)?.[0] ?? vagueAfter.exec(after)?.[0] ?? vagueBefore.exec(before)?.[0];
  if (inexact !== undefined) return vague(inexact.trim());
  if (condition.test(after) || conditionBefore.test(before))
    return question(
      'condition',
      `I understood "${when}", but not "${(after === '' ? before : after).slice(0, 80)}". A job of mine has one schedule and no condition. What is the time without it?`,
    );
  const said = takeLeads(before === '' ? after : before, first);
  return readWork(time, said, context);
}

function withoutTime({ isJob, rest }: Said, sentence: string): Sentence | null {
  const vagueWord = vagueAnywhere.exec(sentence)?.[0];
  if (isJob && vagueWord !== undefined) return vague(vagueWord);
  if (isJob)
    return question('no-time', `When? Say it as one sentence, as in "${sentenceExamples[0]}".`);
  return runLead.test(rest)
    ? question(
        'no-time',
        `When should it run? Say it as one sentence, as in "${sentenceExamples[1]}".`,
      )
    : null;
}

function readWork(time: Found, said: Said, context: SentenceContext): Sentence {
  const { when } = time;
  const { rest, isReminder, name } = said;
  if (rest === '')
    return question(
      'no-work',
      isReminder
        ? `Of what? Say it as one sentence, as in "remind me ${when} to stretch".`
        : `What should happen ${when}? Say for example "${when} remind me to stretch".`,
    );
  const doubt = readFurther(when, rest, context) ?? readUnread(time, context);
  if (doubt !== null) return doubt;
  if (isReminder)
    return intend({ kind: 'create', when, name, work: { kind: 'reminder', text: unquoted(rest) } });
  const work = workOf(rest, when);
  return 'doubt' in work
    ? question(work.doubt, work.text)
    : intend({ kind: 'create', when, name, work });
}

/** More of the time, as it seems, than was understood. */
function readUnread(time: Found, context: SentenceContext): Sentence | null {
  const reading = understandSchedule(time.when, context);
  const unread = unreadTime(time, reading.kind === 'understood' && reading.schedule.kind === 'at');
  return unread === null
    ? null
    : question(
        'time',
        `I understood "${time.when}", but not "${unread.slice(0, 80)}" beside it. Is that a part of when? Say all of it in one piece, as in "every monday at 9am". What is only text goes into quotes.`,
      );
}

/** A second time, or a second wish. What stands in quotes is only text. */
function readFurther(when: string, rest: string, context: SentenceContext): Sentence | null {
  const open = rest.replace(/`[^`]*`|"[^"]*"/g, '""');
  const other = timeWithin(open, context);
  if (other !== null)
    return question(
      'several',
      `I read two times in that, "${when}" and "${other}". Can you say one job at a time? What is only text goes into quotes.`,
    );
  const [, ...parts] = open.split(wishBreak);
  const second = parts.find(
    (part) => reminderLead.test(part) || jobLead.test(part) || startsAnother(part, context),
  );
  return second === undefined
    ? null
    : question('several', `"${second.slice(0, 80)}" is a second thing. Can you say one at a time?`);
}

const startsAnother = (part: string, { jobs }: SentenceContext): boolean =>
  /^(?:pause|suspend|resume|run|remove|delete|cancel) /i.test(part) && startsCommand(part, jobs);

/** Without the quotes around the whole; of two quotations side by side nothing is taken. */
const unquoted = (text: string): string => /^(["'`])((?:(?!\1).)+)\1$/.exec(text)?.[2] ?? text;

/** What only a shell would understand. We start programs, so that no text becomes a command by its signs. */
const shellSigns = /[|;&<>$*?~]|\\/;

function workOf(
  rest: string,
  when: string,
): ChatWork | { readonly doubt: Doubt; readonly text: string } {
  const isRun = runLead.test(rest);
  const line = rest.replace(runLead, '');
  const isMarked = /^`[^`]+`$/.test(line) || (isRun && /^"[^"]+"$/.test(line));
  if (!isMarked && !/^\.{0,2}\/\S/.test(line)) {
    if (!isRun) return { kind: 'prompt', text: rest };
    return {
      doubt: 'command',
      text: `Is "${line.slice(0, 80)}" the command? Put it between backticks, as in "${when} run \`${line.replaceAll('`', '').slice(0, 80)}\`".`,
    };
  }
  const typed = isMarked ? unquoted(line) : line;
  const argv = shellSigns.test(typed) ? null : wordsOf(typed);
  if (argv === null || argv.length === 0)
    return {
      doubt: 'command',
      text: `"${typed.slice(0, 80)}" needs a shell, and I only start programs. Can you put it into a script? Or type: cronkeeper add "${when}" --shell LINE`,
    };
  return { kind: 'command', argv };
}
