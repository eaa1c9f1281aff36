import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

const kindWords: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object of names and values',
  record: 'an object of names and values',
};

/** What is wrong with a value, to be put behind the name of its field: "must be at least 1". The schema library speaks to programmers. */
export function issueWords(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type': {
      if (issue.message.endsWith('received undefined')) return 'is missing';
      const kind = kindWords[issue.expected];
      return kind === undefined ? issue.message : `must be ${kind}`;
    }
    case 'too_small':
      return `must ${limitWords(issue.origin, Number(issue.minimum), issue.inclusive === false ? 'above' : 'least')}`;
    case 'too_big':
      return `must ${limitWords(issue.origin, Number(issue.maximum), 'most')}`;
    case 'invalid_value':
      return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(String).join(', ')}`;
    case 'invalid_union':
      return unionWords(issue.errors);
    default:
      return issue.message;
  }
}

function limitWords(origin: string, limit: number, side: 'least' | 'most' | 'above'): string {
  if (origin === 'string')
    return side === 'least' && limit === 1
      ? 'not be empty'
      : `have at ${side} ${limit} character${limit === 1 ? '' : 's'}`;
  if (origin === 'array') return `have at ${side} ${limit} ${limit === 1 ? 'entry' : 'entries'}`;
  return side === 'above' ? `be above ${limit}` : `be at ${side} ${limit}`;
}

/** The kind that was meant tells what is wrong with the value; when none was, all that are possible are named. */
function unionWords(errors: readonly (readonly Issue[])[]): string {
  const meant = errors.find(([issue]) => issue !== undefined && issue.code !== 'invalid_type');
  const [issue] = meant ?? [];
  const isOneWord = issue?.code === 'invalid_value' && errors.length > 1;
  if (issue !== undefined && !isOneWord) return issueWords(issue);
  const all = errors.flatMap(([first]) => (first === undefined ? [] : [issueWords(first)]));
  return `must be ${[...new Set(all.map((words) => words.replace(/^must be /, '')))].join(' or ')}`;
}
