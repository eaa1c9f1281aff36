import type { Sabotage, TestRun } from './sabotage.ts';

/** A few seconds of torture by those nemeses that are to show it. */
const tortured = (nemeses: string, red: RegExp): TestRun => ({
  file: 'test/torture/torture.test.ts',
  env: { MINUTES: '0.15', SEED: '1', ONLY: 'processes', NEMESES: nemeses },
  red,
  usesProgram: true,
  withinMs: 180_000,
});

/** What only real processes can show: who lives when the lease changes hands, and what becomes of runs. */
export const torture: readonly Sabotage[] = [
  {
    name: 'a dead holder is replaced without seeing its starter ended',
    file: 'src/core/election.ts',
    find: `if (view.starterLife === 'alive') return { kind: 'end-starter' };`,
    put: '',
    by: {
      file: 'test/simulation/rules.test.ts',
      pattern: 'only when the starter of the dead holder has ended',
      red: /falsy value/,
    },
  },
  {
    name: 'what began is not believed',
    file: 'src/adapters/executors/inspection.ts',
    find: `return startedAt === null ? { kind: 'gated' } : { kind: 'running', startedAt };`,
    put: `return { kind: 'gated' };`,
    by: tortured('kill-holder', /lost-run/),
  },
  {
    name: 'readiness does not look at starts that are stuck',
    file: 'src/loops/answer.ts',
    find: 'longestMs = Math.max(longestMs, boot - Math.max(sinceBoot, term.beganBoot));',
    put: 'void [boot, sinceBoot];',
    by: {
      file: 'test/simulation/rules.test.ts',
      pattern: 'starter that does not answer',
      red: /starter that does not answer/,
    },
  },
  {
    name: 'apply takes the lock again and again without a pause',
    file: 'src/operations/apply-writes.ts',
    find: 'if (start < writes.length) await clock.sleep(pauseAfter(tookMs));',
    put: '',
    by: { file: 'src/operations/apply.test.ts', pattern: 'gets its turn', red: /gets its turn/ },
  },
];
