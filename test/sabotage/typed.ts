import type { Sabotage } from './sabotage.ts';

const lines = 'src/doors/cli/jobs.test.ts';
const edits = 'src/operations/jobs-edit.test.ts';

/** What a slip of the hand must not do in silence. */
export const typed: readonly Sabotage[] = [
  {
    name: 'a folder below ~ is made below the present one',
    file: 'src/operations/values.ts',
    find: "if (text === '~' || text.startsWith('~/'))",
    put: "if (text === '~ ')",
    by: { file: lines, pattern: 'a folder with ~', red: /a folder with ~/ },
  },
  {
    name: "a shell's line is kept as the name of a program",
    file: 'src/doors/cli/unquoted.ts',
    find: '|| !forShell.test(word)',
    put: '|| !false',
    by: { file: lines, pattern: 'only a shell understands', red: /only a shell understands/ },
  },
  {
    name: 'an empty zone is another zone',
    file: 'src/operations/job-fields.ts',
    find: "if (tz?.trim() === '')",
    put: "if (tz?.trim() === 'never')",
    by: { file: edits, pattern: 'an empty name', red: /an empty name and an empty zone/ },
  },
  {
    name: 'a time is judged before it is looked whether it was asked for already',
    file: 'src/operations/jobs-add.ts',
    find: 'await askedBefore(context, input);',
    put: 'await askedBefore(context, { ...input, key: undefined });',
    by: {
      file: 'src/operations/jobs-add.test.ts',
      pattern: 'also when that time is over',
      red: /has passed/,
    },
  },
  {
    name: 'of "1 and 3pm" the first is before noon',
    file: 'src/core/schedule-phrases.ts',
    find: "halves[index] === 'open' && (isDoubted",
    put: "halves[index] === 'named' && (isDoubted",
    by: { file: 'src/core/schedule-text.test.ts', pattern: '1 and 3pm', red: /kind/ },
  },
  {
    name: 'a date in figures has its month first',
    file: 'src/core/instant-doubt.ts',
    find: 'choices.length === 1 && choices[0] === found',
    put: 'choices.includes(found)',
    by: { file: 'src/core/instant-doubt.test.ts', pattern: '3/5/2027', red: /is believed/ },
  },
  {
    name: 'half past twelve tonight is at noon',
    file: 'src/core/instant-doubt.ts',
    find: 'words.test(lower) && (hour',
    put: "words.test('') && (hour",
    by: { file: 'src/core/instant-doubt.test.ts', pattern: 'tonight at 12:30', red: /is believed/ },
  },
  {
    name: 'before 5pm is at 5pm',
    file: 'src/core/instant-doubt.ts',
    find: 'if (bound.test(lower))',
    put: "if (bound.test(''))",
    by: { file: 'src/core/instant-doubt.test.ts', pattern: 'before 5pm', red: /is believed/ },
  },
  {
    name: 'a start has its month first',
    file: 'src/operations/schedule-reading.ts',
    find: 'if (doubt !== null) throw doubt;',
    put: 'if (doubt === undefined) throw doubt;',
    by: {
      file: 'src/operations/jobs-add.test.ts',
      pattern: 'whose month could be its day',
      red: /Missing expected rejection/,
    },
  },
  {
    name: 'of "mon-wed-fri" the third day is dropped',
    file: 'src/core/schedule-days.ts',
    find: 'if (first < 0 || more.length > 0) return null;',
    put: 'if (first < 0 || more.length < 0) return null;',
    by: { file: 'src/core/schedule-text.test.ts', pattern: 'mon-wed-fri', red: /kind/ },
  },
  {
    name: 'an edit ends a job by an end that has passed',
    file: 'src/operations/new-job.ts',
    find: "if (isCut && before.state !== 'done')",
    put: "if (isCut && before.state === 'done')",
    by: { file: edits, pattern: 'an end that leaves', red: /an end that leaves no time/ },
  },
  {
    name: 'a clock time is tomorrow when it has just passed',
    file: 'src/core/occurrence-text.ts',
    find: '[...passed.slice(-1), ...ahead.slice(0, 1)]',
    put: '[...ahead.slice(0, 1)]',
    by: {
      file: 'src/operations/why-time.test.ts',
      pattern: 'a clock time is the latest',
      red: /latest one that passed/,
    },
  },
];
