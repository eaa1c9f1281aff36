import type { Sabotage } from './sabotage.ts';

const outages = 'test/faults/outages.test.ts';
const steps = 'test/faults/clock-steps.test.ts';
const dates = 'test/faults/dates.test.ts';
const firing = 'src/core/firing.ts';
const processes = 'src/adapters/host/processes.ts';

/** Protections that the faults of `docs/FAULTS.md` meet; each is seen by a test in virtual time or of one function. */
export const faults: readonly Sabotage[] = [
  {
    name: 'a stale plan may advance a job',
    file: 'src/adapters/stores/sql/jobs.ts',
    find: "AND next_fire_at = $4 AND state = 'enabled'`;",
    put: "AND $4 = $4 AND state = 'enabled'`;",
    by: { file: outages, pattern: 'plans that overlap', red: /changes nothing/ },
  },
  {
    name: 'what came due just before a term is not run',
    file: firing,
    find: 'if (lateMs <= onTimeMs) return true;',
    put: 'if (lateMs <= onTimeMs) return at >= context.termSince;',
    by: { file: outages, pattern: 'restarted across', red: /!== 50/ },
  },
  {
    name: 'what a predecessor began waits to be started again',
    file: 'src/loops/account.ts',
    find: 'if (pending === undefined) takeOverWaiting',
    put: "if (pending === undefined || run.id !== '') takeOverWaiting",
    by: { file: outages, pattern: 'killed 20 ms', red: /stuck/ },
  },
  {
    name: 'catch-ups are not spread out',
    file: firing,
    find: 'Math.min(catchUpsBefore * catchUpStaggerMs,',
    put: 'Math.min(0 * catchUpsBefore * catchUpStaggerMs,',
    by: { file: outages, pattern: 'five hundred', red: /catch-ups began within/ },
  },
  {
    name: 'a range of missed occurrences does not say how many',
    file: firing,
    find: 'count: countFireTimes(schedule, from - 1, until),',
    put: 'count: Math.min(1, countFireTimes(schedule, from - 1, until)),',
    by: { file: outages, pattern: 'ten thousand missed', red: /!== 10799|10799/ },
  },
  {
    name: 'a tick that failed is tried again at once',
    file: 'src/loops/nap.ts',
    find: 'if (state.trouble !== null) return troublePauseMs;',
    put: 'if (state.trouble !== null) return 0;',
    by: { file: outages, pattern: 'a tick that throws', red: /failed ticks in 8 s/ },
  },
  {
    name: 'an order to end a run is given once',
    file: 'src/loops/end.ts',
    find: '!stopped.signal.aborted && !isOver()',
    put: 'false',
    by: {
      file: 'test/simulation/scenes-run.test.ts',
      pattern: 'order to end',
      red: /AssertionError/,
    },
  },
  {
    name: 'an owner leaves the time of its runs to those who watch them',
    file: 'src/loops/instance.ts',
    find: '  endOverdue(state, term);\n',
    put: '',
    by: {
      file: 'test/simulation/scenes-overdue.test.ts',
      pattern: 'when its time is over',
      red: /AssertionError/,
    },
  },
  {
    name: 'a wrapper that waits for room is ended with its overdue run',
    file: 'src/adapters/executors/inspection.ts',
    find: "if (verdict.outcome === 'timed_out') return;",
    put: '',
    by: {
      file: 'src/adapters/executors/overdue.slow.ts',
      pattern: 'left waiting',
      red: /AssertionError/,
    },
  },
  {
    name: 'what is to be tried again is not replaced by what is decided in its turn',
    file: 'src/loops/decide.ts',
    find: '  if (!(await settleEnds(state, term))) return false;\n',
    put: '',
    by: {
      file: 'test/simulation/scenes-ends.test.ts',
      pattern: 'replaced by one',
      red: /AssertionError/,
    },
  },
  {
    name: 'of many open runs only the first are accounted for',
    file: 'src/loops/account.ts',
    find: 'if (runs.length < page) return;',
    put: 'return;',
    by: {
      file: 'test/simulation/scenes-recover.test.ts',
      pattern: 'page by page',
      red: /AssertionError/,
    },
  },
  {
    name: 'an elapsed fire time is kept as the next one',
    file: 'src/loops/decide.ts',
    find: '  await learnFireTimes(state, term);\n}\n\n/** Answers how many',
    put: '}\n\n/** Answers how many',
    by: { file: outages, pattern: 'at this very instant', red: /does not sleep|wake-ups a second/ },
  },
  {
    name: 'a crowd is told of when it is due',
    file: 'src/core/crowd.ts',
    find: 'tellAt: first - leadMs',
    put: 'tellAt: first',
    by: {
      file: 'test/simulation/scenes-run.test.ts',
      pattern: 'told of a crowd',
      red: /deep-equal/,
    },
  },
  {
    name: 'a gap is forgotten',
    file: 'src/loops/hold.ts',
    find: 'state.gaps.push({ from: state.last.wall, until: now.wall, kind: gap.kind });',
    put: '',
    by: { file: steps, pattern: 'eight hours|by 10 years', red: /asleep|clock_step/ },
  },
  {
    name: 'a silent holder is left alone',
    file: 'src/loops/predecessor.ts',
    find: '  await processes.kill(holder.process, killPatienceMs);\n  return true;',
    put: '  return true;',
    by: {
      file: 'test/simulation/lease.test.ts',
      pattern: 'a stopped holder',
      red: /stopped holder/,
    },
  },
  {
    name: 'a starter that lingers is left alone',
    file: 'src/loops/predecessor.ts',
    find: "if (processes.life(starter) === 'alive') await processes.kill(starter, killPatienceMs);",
    put: '',
    by: {
      file: 'test/simulation/rules.test.ts',
      pattern: 'claims only when',
      red: /claims only when/,
    },
  },
  {
    name: 'a pid alone is an identity',
    file: processes,
    find: "return sight.startMark === identity.startMark ? 'alive' : 'dead';",
    put: "return 'alive';",
    by: {
      file: 'src/adapters/host/processes.test.ts',
      red: /another start mark|judged by machine/,
    },
  },
  {
    name: 'a process of another boot may live',
    file: processes,
    find: "if (identity.bootId !== here.bootId && !(isSameNamespace && isContained)) return 'dead';",
    put: '',
    by: { file: 'src/adapters/host/processes.test.ts', red: /judged by machine/ },
  },
  {
    name: 'a pid of another namespace is judged here',
    file: processes,
    find: "return isSameNamespace ? 'here' : 'unknowable';",
    put: "return 'here';",
    by: { file: 'src/adapters/host/processes.test.ts', red: /judged by machine/ },
  },
  {
    name: 'the search for a date has no end',
    file: 'src/core/cron-times.ts',
    find: 'const searchedMonths = 1_200;',
    put: 'const searchedMonths = 100_000_000;',
    by: { file: dates, pattern: '0 0 30 2', red: /it took \d+/ },
  },
  {
    name: 'a timer may be as long as it likes',
    file: 'src/adapters/host/clock.ts',
    find: 'Math.ceil(Math.min(restMs, longestTimerMs) + byMs)',
    put: 'Math.ceil(restMs + byMs)',
    by: { file: dates, pattern: '40 years', red: /TimeoutOverflowWarning/ },
  },
  {
    name: 'every fourth year is a leap year',
    file: 'src/core/calendar.ts',
    find: 'year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)',
    put: 'year % 4 === 0',
    by: { file: dates, pattern: '0 0 29 2', red: /the calendar names/ },
  },
  {
    name: 'a time in a gap is skipped',
    file: 'src/core/fire-times.ts',
    find: 'if (from === stretch.from && firstSwallowed(times, stretch) !== null) return from;',
    put: '',
    by: { file: 'src/core/fire-times.test.ts', red: /fires at/ },
  },
  {
    name: 'a time in a repeated hour comes twice',
    file: 'src/core/fire-times.ts',
    find: '      local = Math.max(local, stretch.passedUntil);\n    }\n    const next',
    put: '    }\n    const next',
    by: { file: 'src/core/fire-times.test.ts', red: /fires at/ },
  },
  {
    name: 'the eight-bit control characters are shown as they are',
    file: 'src/doors/cli/present/escape.ts',
    find: '\\u007f-\\u009f',
    put: '\\u007f',
    by: { file: 'src/doors/cli/present/escape.test.ts', red: /control character|shows/ },
  },
  {
    name: 'who keeps the store locked is not named',
    file: 'src/operations/outage.ts',
    find: 'if (holder === null) return error;',
    put: 'if (holder === null || holder.pid > 0) return error;',
    by: { file: 'src/operations/outage.test.ts', pattern: 'is named', red: /instanceof Refusal/ },
  },
];
