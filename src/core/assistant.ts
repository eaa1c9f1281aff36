import { readChange } from './assistant-changes.ts';
import { readCreation } from './assistant-creation.ts';
import {
  intend,
  question,
  type Sentence,
  type SentenceContext,
  sentenceExamples,
} from './assistant-sentence.ts';

// Reads what a person writes to the simple assistant, without a model. A sentence is understood to its last word or answered with a
// question: a wrong guess makes a job that nobody wanted, a question costs one more sentence.

const longestSentence = 1_000;
const politeFront =
  /^(?:(?:please|hey|hi|hello|ok|okay|now|cronkeeper|so|can you|could you|would you|will you|i want you to|i'd like you to|i would like you to|i need you to|let's)[,!]? +)+/i;
const politeEnd = /(?:[,]? +(?:please|thanks|thank you|for me))+$/i;

/** One line, without what is only polite. Case stays: a reminder is told as it was written. */
function plainSentence(text: string): string {
  const line = text
    .normalize('NFC')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  const bare = line.replace(/(?<=.)[ ?!.]+$/, '').replace(politeEnd, '');
  return bare.replace(politeFront, '').trim();
}

const jobWords = '(?:cron ?)?(?:jobs?|tasks?|schedules?|reminders?|crons?)';
const whole = (source: string): RegExp => new RegExp(`^(?:${source})$`, 'i');

const listForms = whole(
  [
    `(?:(?:list|show|see|view|display|print|give|tell)(?: me)?(?: about)? )?(?:all )?(?:of )?(?:my |the |our )?(?:current |scheduled |active )?${jobWords}`,
    'list|ls|list (?:all|everything)',
    `(?:what|which) (?:\\w+ )?${jobWords} (?:are there|do (?:i|we) have|have i(?: got)?|exist|are (?:scheduled|active|running|set up))`,
    `(?:what are|do i have) (?:my|the|any) ${jobWords}`,
    "(?:what is|what's|whats) (?:scheduled|planned|coming up|on (?:the|my) schedule)",
    'what (?:have i|do i have) (?:got )?(?:scheduled|planned)',
  ].join('|'),
);
const statusForms = whole(
  [
    "status|state|health|(?:show|give|tell)(?: me)? (?:the )?status|what(?: is|'s) the status",
    "how (?:are things|is it going|is everything)|(?:is|are) (?:everything|all) (?:ok|okay|fine|well|good|healthy)|what(?: is|'s) wrong",
    '(?:is|are) (?:the |a |any |my )?(?:scheduler|runner|gateway|owner|cronkeeper|jobs)s? (?:running|alive|up|active|working|there)',
    'will (?:my|the|any|these) jobs run|will (?:it|they) run|(?:who|what) (?:runs|is running) (?:my|the|these) jobs|who is the owner',
    'is (?:anything|anybody|anyone|something|somebody|someone) running (?:my|the|these) jobs',
  ].join('|'),
);
const tonightForms = whole(
  [
    'tonight|(?:show|tell)(?: me)?(?: about)? tonight|(?:how|what) about tonight|how (?:does|will) tonight (?:look|go)',
    'will (?:everything|all(?: of (?:it|them|my jobs))?|(?:all )?(?:my|the|our) jobs|it all|tonight) (?:run|work|go well|be fine|be ok)(?: (?:tonight|overnight|this night|through the night))?',
    '(?:is|are) (?:everything|all jobs|my jobs|all) (?:ok|okay|set|ready|fine|good) (?:for|over)?(?: the| to)? ?night',
    "what (?:runs|will run|is due|happens|is going to run) (?:tonight|overnight)|what(?: is|'s) (?:on|running|scheduled|due|planned) (?:for )?tonight",
  ].join('|'),
);
const helpForms = whole(
  [
    'help|help me|\\?|hi|hello|hey|usage|what (?:can|do) you (?:do|understand|know)|what can i (?:say|ask|do)(?: here)?',
    'how (?:does (?:this|it) work|do i (?:use (?:this|it|you)|start|begin|add a (?:job|reminder)))|who are you|what are you|examples?',
  ].join('|'),
);

/** What the sentence asks for, or a question back. Never throws; the same sentence and context give the same answer. */
export function readSentence(text: string, context: SentenceContext): Sentence {
  if (text.length > longestSentence)
    return question(
      'too-long',
      `I read sentences of up to ${longestSentence} letters. Can you say it shorter, as in "${sentenceExamples[0]}"?`,
    );
  const sentence = plainSentence(text);
  if (sentence === '' || helpForms.test(sentence)) return intend({ kind: 'help' });
  if (listForms.test(sentence)) return intend({ kind: 'list' });
  if (statusForms.test(sentence)) return intend({ kind: 'status' });
  if (tonightForms.test(sentence)) return intend({ kind: 'tonight' });
  return (
    readChange(sentence, context) ??
    readCreation(sentence, context) ??
    question(
      'unknown',
      `I did not understand that. What would you like? Say for example "${sentenceExamples[0]}" or "${sentenceExamples[2]}".`,
    )
  );
}
