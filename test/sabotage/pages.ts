import type { Sabotage } from './sabotage.ts';

/** What the pages about runs and time promise. */
export const pages: readonly Sabotage[] = [
  {
    name: 'output turns the order of letters round',
    file: 'web/pages/run/log/log-text.ts',
    find: '    .replace(unseen, seen);',
    put: ';',
    by: {
      file: 'test/web/log-text.test.ts',
      pattern: 'an order of letters turned round',
      red: /deep-equal/,
    },
  },
  {
    name: 'output speaks to the terminal that a page is not',
    file: 'web/pages/run/log/log-text.ts',
    find: "    .replace(messages, '')\n",
    put: '',
    by: { file: 'test/web/log-text.test.ts', pattern: 'a link', red: /deep-equal/ },
  },
  {
    name: 'a run is cancelled without a question',
    file: 'web/pages/run/acts.tsx',
    find: '          look="danger"\n          onClick={() => {\n            reset();\n            setIsAsking(true);',
    put: '          look="danger"\n          onClick={() => {\n            reset();\n            mutate({ run: run.id });',
    by: {
      file: 'test/web/runs.test.ts',
      pattern: 'Escape lets the run go on',
      red: /Timeout|strictly/,
      usesProgram: true,
      withinMs: 180_000,
    },
  },
  {
    name: 'a row takes the second of two keys that lead to a page',
    file: 'web/parts/table.tsx',
    find: '    if (isSecondOfTwo(event.nativeEvent)) return;\n',
    put: '',
    by: {
      file: 'test/web/jobs.test.ts',
      pattern: 'two keys that lead',
      red: /does not lead/,
      usesProgram: true,
      withinMs: 180_000,
    },
  },
  {
    name: 'what was refused falls off a busy line of time',
    file: 'src/operations/timeline.ts',
    find: '...went.flatMap((one) => one.runs), ',
    put: '',
    by: {
      file: 'src/operations/timeline.test.ts',
      pattern: 'what went wrong is shown',
      red: /strictly equal/,
    },
  },
];
