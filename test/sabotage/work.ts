import type { Sabotage } from './sabotage.ts';

const folder = 'src/adapters/executors/attempt-folder';

/** What holds between an owner and the workers that do work of ours. */
export const work: readonly Sabotage[] = [
  {
    name: 'a plan of starts forgets where somebody waits on',
    file: 'src/core/start-plan.ts',
    find: '    waitedIn.add(lane);\n',
    put: '',
    by: {
      file: 'src/core/start-plan.test.ts',
      pattern: 'what a look through all would start',
      red: /Property failed/,
    },
  },
  {
    name: 'a change of one variable loses the others',
    file: 'src/operations/variables.ts',
    find: 'const keeps = env === undefined || !(isWhole || isCleared);',
    put: 'const keeps = env === undefined;',
    by: {
      file: 'src/operations/jobs-edit.test.ts',
      pattern: 'a change of a variable keeps the others',
      red: /deep-equal/,
    },
  },
  {
    name: 'an attempt that was put off counts as a try',
    file: 'src/core/settlement.ts',
    find: 'const tries = begun - deferred;',
    put: 'const tries = begun;',
    by: {
      file: 'src/core/settlement.test.ts',
      pattern: 'can only be done later',
      red: /AssertionError/,
    },
  },
  {
    name: 'work is put off for ever',
    file: 'src/core/settlement.ts',
    find: 'deferred < mostDeferrals &&',
    put: 'deferred >= 0 &&',
    by: { file: 'src/core/settlement.test.ts', pattern: 'for ever', red: /AssertionError/ },
  },
  {
    name: 'agents take the places of commands',
    file: 'src/loops/start.ts',
    find: "if (waiting.lane === 'work') work -= 1;\n    else commands -= 1;",
    put: 'commands -= 1;',
    by: {
      file: 'test/simulation/scenes-work.test.ts',
      pattern: 'no place of commands',
      red: /AssertionError/,
    },
  },
  {
    name: 'a command reports for itself',
    file: `${folder}.ts`,
    find: ' && work !== null ? readReport',
    put: ' ? readReport',
    by: { file: `${folder}.test.ts`, pattern: 'cannot report', red: /AssertionError/ },
  },
  {
    name: 'a server says what is delivered',
    file: `${folder}.ts`,
    find: ' && !isCall(work)',
    put: '',
    by: { file: `${folder}.test.ts`, pattern: 'words of a server', red: /AssertionError/ },
  },
  {
    name: 'an agent that thinks is taken for silent',
    file: 'src/adapters/executors/guard-text.ts',
    find: '"$_ck_folder/transcript.jsonl" -nt',
    put: '"$_ck_folder/nothing" -nt',
    by: {
      file: 'src/adapters/executors/wrapper.slow.ts',
      pattern: 'right under /bin/dash',
      red: /while it thought/,
    },
  },
];
