import type { Sabotage } from './sabotage.ts';

const scene = (pattern: string): Sabotage['by'] => ({
  file: 'test/simulation/scenes-early.test.ts',
  pattern,
  red: /AssertionError/,
});

/** Starts that are prepared before they are decided, and the clock that all of them rest on. */
export const early: readonly Sabotage[] = [
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
    find: ' || namesSecret(files)',
    put: '',
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
