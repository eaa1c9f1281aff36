import type { Sabotage, TestRun } from './sabotage.ts';

const seenBy = (pattern: string, red: RegExp): TestRun => ({
  file: 'src/core/redaction.test.ts',
  pattern,
  red,
});

const seenByCanary = (red: RegExp): TestRun => ({
  file: 'test/secrets/canary.test.ts',
  usesProgram: true,
  red,
});

/** A secret reaches the program of its job, and nothing that is kept or answered. */
export const secrets: readonly Sabotage[] = [
  {
    name: 'the output of a run with secrets is kept as it comes',
    file: 'src/adapters/executors/wrapper.ts',
    find: "order.hidden.length > 0 ? 'yes' : 'no'",
    put: "'no'",
    by: seenByCanary(/leaves it in no byte|leaves it in no answer/),
  },
  {
    name: 'a job is told everything that is hidden',
    file: 'src/adapters/executors/wrapper.ts',
    find: '...(order.work === null ? Object.keys(hiddenVariables(order.hidden)) : []),',
    put: '',
    by: seenByCanary(/really had it/),
  },
  {
    name: 'a value that is written in two parts is seen',
    file: 'src/core/redaction.ts',
    find: 'if (seen.waits && !isLast) return { spans, settled: at };',
    put: '',
    by: seenBy('hides a value as it is', /AssertionError/),
  },
  {
    name: 'the first part of a value that the end cuts off is seen',
    file: 'src/core/redaction.ts',
    find: 'const isCut = isLast && seen.cut.places >= leastCut;',
    put: 'const isCut = false;',
    by: seenBy('hides the first part', /AssertionError/),
  },
  {
    name: 'values in base64 are seen',
    file: 'src/core/hidden-forms.ts',
    find: '...[0, 1, 2].map((shift) => ({ name, places: base64Places(value, shift), wraps: true })),',
    put: '',
    by: seenBy('hides a value in base64', /AssertionError/),
  },
  {
    name: 'a secret file of which others know is believed',
    file: 'src/adapters/secrets/files.ts',
    find: 'if ((stats.mode & 0o077) !== 0)',
    put: 'if (stats.mode === 0)',
    by: {
      file: 'src/adapters/secrets/secrets.test.ts',
      pattern: 'not believed',
      red: /chmod 600/,
    },
  },
  {
    name: 'a command for a secret gets the environment of the owner',
    file: 'src/adapters/secrets/programs.ts',
    find: 'passedOn.flatMap((name) => entryOf(own, name))',
    put: 'Object.keys(own).flatMap((name) => entryOf(own, name))',
    by: {
      file: 'src/adapters/secrets/secrets.test.ts',
      pattern: 'without the environment',
      red: /of the owner/,
    },
  },
  {
    name: 'the work of a request holds references that nobody fills',
    file: 'src/core/secret.ts',
    find: '      body: work.body === null ? null : put(work.body),',
    put: '      body: work.body,',
    by: { file: 'src/core/secret.test.ts', pattern: 'names variables', red: /AssertionError|deep/ },
  },
];
