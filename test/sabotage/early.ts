import type { Sabotage } from './sabotage.ts';

const scene = (pattern: string): Sabotage['by'] => ({
  file: 'test/simulation/scenes-early.test.ts',
  pattern,
  red: /AssertionError/,
});

const next = (pattern: string): Sabotage['by'] => ({
  ...scene(pattern),
  file: 'test/simulation/scenes-next.test.ts',
});

const late = (pattern: string): Sabotage['by'] => ({
  ...scene(pattern),
  file: 'test/simulation/scenes-late.test.ts',
});

/** Starts that are prepared before they are decided or before there is room for them, and the clock that all of them rest on. */
export const early: readonly Sabotage[] = [
  {
    name: 'a start whose grace passed while it was prepared begins',
    file: 'src/loops/instance.ts',
    find: '  setLateAside(state, term);\n',
    put: '',
    by: late('could not be authorised'),
  },
  {
    name: 'a gate that was shut for hours opens',
    file: 'src/loops/start.ts',
    find: 'if (isPastGrace(active.waiting, now.wall)) executor.abandon(active.key);\n    else executor',
    put: 'executor',
    by: late('gate was still shut'),
  },
  {
    name: 'a starter that cannot live is replaced at once, for ever',
    file: 'src/loops/finish.ts',
    find: 'if (now.boot - state.starterBoot < startPauseMs) {',
    put: 'if (now.boot < 0) {',
    by: scene('cannot live'),
  },
  {
    name: 'a run that will never begin takes the place of the next occurrence',
    file: 'src/loops/busy.ts',
    find: 'if (!isPastGrace(waiting, now)) busy',
    put: 'busy',
    by: late('could not be authorised'),
  },
  {
    name: 'a start that was prepared early is used although its job was changed since',
    file: 'src/core/expected-run.ts',
    find: ' &&\n  decided.jobRevision === expected.jobRevision',
    put: '',
    by: scene('changed in between'),
  },
  {
    name: 'who waits for room with an early start does not hear of a change of its job',
    file: 'src/loops/early.ts',
    find: 'revision === early.run.jobRevision &&',
    put: '',
    by: scene('who waits for room'),
  },
  {
    name: 'an early start has the environment of before',
    file: 'src/loops/early.ts',
    find: 'files.every((file, at) => file === early.files[at])',
    put: 'files.length >= 0',
    by: scene('files of the environment'),
  },
  {
    name: 'an early start probes early',
    file: 'src/core/expected-run.ts',
    find: '  requirements.length === 0 &&\n',
    put: '',
    by: scene('depends on beyond its job'),
  },
  {
    name: 'a file of the environment tells its secret early',
    file: 'src/loops/ahead.ts',
    find: 'files === null || namesSecret(files)',
    put: 'files === null',
    by: scene('nor is a secret told early'),
  },
  {
    name: 'what was prepared early in vain waits for ever',
    file: 'src/loops/instance.ts',
    find: '  dropUnexpected(state, term);\n',
    put: '',
    by: scene('paused in between'),
  },
  {
    name: 'a term that ended leaves its early starts at their gates',
    file: 'src/loops/hold.ts',
    find: '  dropEarly(state, term);\n',
    put: '',
    by: scene('gates of early starts'),
  },
  {
    name: 'an early start outlives its starter',
    file: 'src/loops/finish.ts',
    find: '    term.early.clear();\n',
    put: '',
    by: scene('with its starter gone'),
  },
  {
    name: 'an early start outlives its process',
    file: 'src/loops/finish.ts',
    find: "  if (event.kind === 'over') forgetEarly(term, event.key.runId);\n",
    put: '',
    by: scene('with its starter gone'),
  },
  {
    name: 'a secret that a file of the environment names is told to those who wait',
    file: 'src/loops/ahead.ts',
    find: 'files === null || namesSecret(files)',
    put: 'files === null',
    by: next('not told it while a run waits'),
  },
  {
    name: 'what is to be looked at when it starts is prepared while it waits',
    file: 'src/loops/ahead.ts',
    find: '!mayPrepare || ',
    put: '',
    by: next('needs to be looked at'),
  },
  {
    name: 'all who wait are prepared',
    file: 'src/loops/ahead.ts',
    find: 'looked > most || term.early.size >= most',
    put: 'looked > 1_000',
    by: next('so many are prepared'),
  },
  {
    name: 'who was prepared while it waits does not hear that somebody wrote',
    file: 'src/loops/instance.ts',
    find: '  doubtEarly(term);\n',
    put: '',
    by: next('is changed while its run waits'),
  },
  {
    name: 'jobs that were seen are believed although somebody wrote',
    file: 'src/loops/early.ts',
    find: '  jobs.clear();\n',
    put: '',
    by: next('seen when their runs were decided'),
  },
  {
    name: 'a start is prepared while it waits by a job that was changed since',
    file: 'src/loops/prepare.ts',
    find: 'job.revision !== (waiting.revision ?? job.revision)',
    put: 'job.revision < 0',
    by: next('changed before its start was prepared'),
  },
  {
    name: 'a start that is being prepared is prepared once more when its place comes',
    file: 'src/loops/start.ts',
    find: 'isEarly: early === null && takeUnderWay(term, run)',
    put: 'isEarly: false',
    by: next('while it is being prepared'),
  },
  {
    name: 'what was being prepared when its starter was lost counts for what is prepared since',
    file: 'src/loops/ahead.ts',
    find: ' && active.isEarly === true',
    put: '',
    by: next('not taken for what is prepared since'),
  },
  {
    name: 'a sleep of the machine is noticed only now and then',
    file: 'src/adapters/host/clock.ts',
    find: ' && Math.abs(apartMs - asked.apartMs) <= jumpMs',
    put: '',
    by: {
      file: 'src/adapters/host/clock.test.ts',
      pattern: 'already counts it',
      red: /AssertionError/,
    },
  },
];
