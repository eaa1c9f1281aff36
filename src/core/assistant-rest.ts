import type { FoundTime } from './assistant-time.ts';

// What a sentence says beside its time. The end of a time alone is a time, too: of "every other monday at 9" we may know "monday at 9" only.
// So words of time that were not read are asked about. What stands in quotes is only text.

const weekday =
  '(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:days?)?|weekdays?|weekends?|workdays?';
const month =
  'january|february|april|june|july|august|september|october|november|december|(?:in|on|of|every|each|from|by) (?:march|may)';
const partOfDay = 'mornings?|afternoons?|evenings?|nights?';
const unit =
  'seconds?|minutes?|hours?|days?|weeks?|fortnights?|months?|quarters?|years?|noon|midnight';
const ordinal = '\\d{1,2}(?:st|nd|rd|th)';
const word = (words: string): RegExp =>
  new RegExp(`(?<=^|[ ,;:(])(?:${words})(?=[ ,;:)]|$|[/-](?:${weekday}))`, 'iu');

/** At the end of what stands before the time: more of it, whatever it begins with. */
const openEnd = new RegExp(
  `(?:^|[ ,])(?:every|each|other|alternate|the|an?|at|of|to|past|within|and|but|without|excluding|only|through|once|twice|half|quarter|${ordinal}|today|tomorrow|tonight|${weekday}|the (?:first|second|third|fourth|fifth|last|next))$`,
  'i',
);
/** The same where the time begins with such a day: "this" before "tomorrow" is something else. */
const openEndOfDay =
  /(?:^| )(?:this|that|next|last|first|second|third|fourth|fifth|following|coming|thing|early|late)$/i;
const startsWithDay = new RegExp(`^(?:${weekday}|${partOfDay}|${unit}|${month})\\b`, 'i');

/** At the front of what stands after the time. */
const openFront =
  /^(?:in|on|at|by|of|sharp|exactly|o'clock|during|through|(?:and|or|to|-) ?\d\S*|\d\S* (?:and|or|to|-)|\p{L}+ time(?= (?:to|that|about|remind|tell|run)\b))(?=[ ,]|$)/iu;
/** Only in capitals: "wet" is a word. */
const zoneFront = /^(?:[ECMP][SD]?T|CES?T|BST|GMT|UTC|IST|JST|AE[SD]T|MSK)(?=[ ,]|$)/;
const leadWithin = /(?<=\S )(?:remind|tell|notify) (?:me|us)\b/i;

/** How often, or on which day: unlikely in a text beside a time that is every day already, and fatal if it was meant. */
const often = [
  word(
    `(?:every|each) (?:other|second|third|fourth|last|first|\\d\\S*|two|three|four|five|six|half|${weekday}|${partOfDay}|${unit}|${month})`,
  ),
  word(
    '(?:once|twice|three times|\\d+ times|\\d+ days) (?:a|an|per|each|every) (?:day|week|month|year|hour)',
  ),
  word('in the (?:morning|afternoon|evening)|at night|all (?:day|night|week)'),
  word(`(?:remind|tell|notify) (?:me|us) (?:today|tomorrow|tonight|every|each|${weekday})`),
  word(
    `(?:starting|beginning|from|until|till|except|excluding|through|after|before|since|only) (?:on |the |at )*(?:today|tomorrow|tonight|now|next|noon|midnight|\\d\\S*|${weekday}|${month})`,
  ),
  word(`not (?:on )?(?:${weekday})`),
  word('for (?:an?|one|two|three|four|\\d+|the next \\S+) (?:days?|weeks?|months?|years?)'),
  word(`on (?:the )?(?:${ordinal}|${weekday})`),
];
/** What names a day or says how often, where the time is that of one day. */
const day = [
  word('every|each|today|tomorrow|tonight|yesterday'),
  word(`${weekday}|${month}|mornings|afternoons|evenings|nights`),
  word(`(?:this|next|last|that) (?:${partOfDay}|${unit})`),
  word('unless|until|till|on (?:\\p{L}+ )?\\p{L}*days?'),
  word('christmas|easter|halloween|thanksgiving|birthday|new year'),
  word(
    '(?:march|may) \\d{1,2}|\\d{1,2} (?:march|may)|\\d{1,2}[/.]\\d{1,2}(?:[/.]\\d{2,4})?|day \\d{1,2}',
  ),
  word(`(?:on|by|every|each|until|from) (?:the )?(?:${ordinal}|first|second|third|last)`),
];
const determiner = '(?:the|an?|my|our|your|his|her|their|its|this|last|next)';
/** "pay rent monthly", but not "pay the monthly rent"; "the 5th to call", but not "the 3rd chapter". */
const adverb = new RegExp(
  `(?<=^|[ ,])(?<!\\b${determiner} )(?:daily|hourly|nightly|weekly|fortnightly|bi-?weekly|monthly|bi-?monthly|quarterly|yearly|annually)(?=[ ,]|$)`,
  'i',
);
const bareOrdinal = new RegExp(
  `(?<=^|[ ,])${ordinal}(?=$|,| (?:to|at|of|and|or|day|${weekday}|${month})(?: |$))`,
  'i',
);

/** Words beside the time that may be more of it; null when there are none. @param isOnce whether what was read is one instant */
export function unreadTime(
  { when, before, after }: Extract<FoundTime, { kind: 'found' }>,
  isOnce: boolean,
): string | null {
  const open = (text: string): string => text.replace(/`[^`]*`|"[^"]*"/g, '""');
  const front = open(before);
  const back = open(after);
  const rest = front === '' ? back : front;
  const forms = [...often, ...(isOnce ? [...day, adverb, bareOrdinal] : [])].map((form) =>
    form.exec(rest),
  );
  const found = [
    openEnd.exec(front),
    startsWithDay.test(when) ? openEndOfDay.exec(front) : null,
    openFront.exec(back),
    zoneFront.exec(back),
    leadWithin.test(back) ? /^\S+(?: \S+)?/.exec(back) : null,
    ...forms,
  ].find((match) => match !== null);
  return found?.[0].trim() ?? null;
}
