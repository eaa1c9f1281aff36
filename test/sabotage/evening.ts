import type { Sabotage, TestRun } from './sabotage.ts';

const simulated = (name: string, pattern: string, red: RegExp): TestRun => ({
  file: `test/simulation/scenes-${name}.test.ts`,
  pattern,
  red,
});

const unit = (file: string, pattern: string, red: RegExp): TestRun => ({ file, pattern, red });

/** What is said in the evening is what happens at night, and nothing of the night is forgotten in the morning. */
export const evening: readonly Sabotage[] = [
  {
    name: 'what a holder slept through is not written down',
    file: 'src/loops/hold.ts',
    find: 'noteGap(state, gap, now, sleptMs);',
    put: '',
    by: simulated('gaps', 'slept with its machine', /undefined/),
  },
  {
    name: 'a gap whose writing was not answered is written again',
    file: 'src/loops/gaps.ts',
    find: 'if (!gapLog.isUnsure || !(await wasTold(state, gap))) {',
    put: 'if (gapLog.untold.length > 0) {',
    by: simulated('gaps', 'told later, and once', /strictly equal/),
  },
  {
    name: 'a gap that could not be told is forgotten',
    file: 'src/loops/gaps.ts',
    find: '    gapLog.nextBoot = world.clock.now().boot + tellAgainMs;',
    put: '    gapLog.untold = [];',
    by: simulated('gaps', 'told later, and once', /strictly equal/),
  },
  {
    name: 'a stopped process is taken for a machine that slept',
    file: 'src/loops/gaps.ts',
    find: "gap.kind === 'paused' && sleptMs > gap.ms / 2",
    put: "gap.kind === 'paused'",
    by: simulated('gaps', 'tells of a pause, not of a sleep', /gap\.asleep/),
  },
  {
    name: 'a claim does not say on which boot of the machine it was made',
    file: 'src/loops/elect.ts',
    find: '        bootId: process.bootId,\n',
    put: '',
    by: simulated('night', 'after a sleep, a restart and a failure', /unowned/),
  },
  {
    name: 'a restart is taken for an absence',
    file: 'src/core/night.ts',
    find: 'if (before !== null && isOtherBoot(before, after)) {',
    put: 'if (before === after) {',
    by: unit('src/core/night.test.ts', 'restart without notice', /unowned/),
  },
  {
    name: 'of a command that cannot start it is said that it can',
    file: 'src/adapters/executors/probes.ts',
    find: "  if (answer?.kind === 'failed') return {",
    put: "  if (answer?.kind === 'failed') return null;\n  if (answer?.kind === 'waiting') return {",
    by: unit('src/adapters/executors/local.slow.ts', 'is how its attempt ends', /no-such-command/),
  },
  {
    name: 'the probe of a command has a rule of its own',
    file: 'src/adapters/executors/program-check.ts',
    find: 'set -f\n_ck_cwd=$1 _ck_program=$2\n',
    put: '[ -d "$1" ] && exit 0\nset -f\n_ck_cwd=$1 _ck_program=$2\n',
    by: {
      file: 'test/journeys/evening.test.ts',
      pattern: 'what tonight says to do',
      red: /strictly equal/,
      usesProgram: true,
    },
  },
  {
    name: 'requirements are not looked at in the evening',
    file: 'src/loops/probe.ts',
    find: '  for (const requirement of requirements) {',
    put: '  for (const requirement of requirements.slice(requirements.length)) {',
    by: simulated('probe', 'what stands in its way', /deep-equal|strictly equal/),
  },
  {
    name: 'equal questions are asked for each job',
    file: 'src/loops/probe.ts',
    find: 'const place = JSON.stringify([order.cwd, ...ownNames(order)]);',
    put: 'const place = JSON.stringify([job.id, order.cwd, ...ownNames(order)]);',
    by: simulated('probe', 'asks equal questions once', /strictly equal/),
  },
  {
    name: 'a question is looked into without end',
    file: 'src/loops/probe.ts',
    find: 'const isLate = clock.now().boot >= endBoot || state.term !== term;',
    put: 'const isLate = state.term !== term;',
    by: simulated('probe', 'probes that hang', /undefined|unknown/),
  },
  {
    name: 'a tick of a timer leaves before it has answered',
    file: 'src/loops/instance.ts',
    find: 'if (term.active.size > 0 || term.probing > 0) return false;',
    put: 'if (term.active.size > 0) return false;',
    by: simulated('probe', 'stays until it has answered', /strictly equal/),
  },
  {
    name: 'what the owner did not answer counts as good',
    file: 'src/core/evening.ts',
    find: 'isUnknown: view.findings === null || unknown.has(one.job.id),',
    put: 'isUnknown: unknown.has(one.job.id),',
    by: unit('src/operations/tonight.test.ts', 'does not say what it finds', /deep-equal/),
  },
  {
    name: 'without an owner the night is called good',
    file: 'src/core/evening.ts',
    find: 'if (!readiness.willRun) {',
    put: 'if (!readiness.willRun && count === 0) {',
    by: unit('src/operations/tonight.test.ts', 'without an owner', /deep-equal/),
  },
  {
    name: 'what the machine will do stops nothing',
    file: 'src/core/evening.ts',
    find: 'const served = Math.min(before, count);',
    put: 'const served = Math.max(before, count);',
    by: unit('src/operations/tonight.test.ts', 'stops what fires after it', /deep-equal/),
  },
  {
    name: 'tonight ends with 0 although something will not run',
    file: 'src/doors/cli/actions/truth.ts',
    find: '(verdict.isGood ? 0 : nothingWillRun)',
    put: '(verdict.isGood ? 0 : 0)',
    by: {
      file: 'test/journeys/evening.test.ts',
      pattern: 'an owner that is stopped',
      red: /strictly equal/,
      usesProgram: true,
    },
  },
  {
    name: 'a failure after which the job succeeded still bothers a person',
    file: 'src/operations/morning-answer.ts',
    find: '(tally) => newest.get(tally.jobId) === tally && !isOwnersAbsence(tally),',
    put: '(tally) => newest.has(tally.jobId) && !isOwnersAbsence(tally),',
    by: unit('src/operations/morning.test.ts', 'until it has run well again', /deep-equal/),
  },
];
