import type { Sabotage } from './sabotage.ts';

/** What keeps the bugs of peers away, where no naive scheduler shows that their stories can fail. */
export const peers: readonly Sabotage[] = [
  {
    name: 'no owner check: a home of another user is used',
    file: 'src/adapters/host/home.ts',
    find: 'uid !== null && stats.uid !== uid',
    put: 'uid !== null && stats.uid === -1',
    by: { file: 'test/peers/users.slow.ts', red: /#21452.+not with us/, usesProgram: true },
  },
  {
    name: 'no stagger: everything overdue starts at once',
    file: 'src/core/firing.ts',
    find: 'catchUpStaggerMs = 500',
    put: 'catchUpStaggerMs = 0',
    by: {
      file: 'test/peers/restarts.test.ts',
      pattern: '42039.*not with us',
      red: /\d+ within a second/,
    },
  },
  {
    name: 'no second try: an error in a tick ends the instance',
    file: 'src/loops/instance.ts',
    find: "if (state.term === null && options.until === 'idle') throw error;",
    put: 'throw error;',
    by: {
      file: 'test/peers/loop.test.ts',
      pattern: 'Airflow.*not with us',
      red: /\d runs between/,
    },
  },
  {
    name: 'no pause after a tick that failed: the loop turns hot',
    file: 'src/loops/nap.ts',
    find: 'const troublePauseMs = 250',
    put: 'const troublePauseMs = 1',
    by: {
      file: 'test/peers/whatever-breaks.test.ts',
      pattern: 'every fire fails',
      red: /wake-ups a second/,
    },
  },
  {
    name: 'no trial: jobs are promised while no process can be made',
    file: 'src/loops/answer.ts',
    find: 'state.trouble ?? state.hindrance.trouble',
    put: 'state.trouble',
    by: {
      file: 'test/peers/whatever-breaks.test.ts',
      pattern: 'no process can be made',
      red: /true !== false/,
    },
  },
];
