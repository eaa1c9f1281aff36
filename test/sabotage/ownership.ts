import type { Sabotage, TestRun } from './sabotage.ts';

/** Random storms over the production loops; they end at the first thing that is wrong. */
const storms = (red: RegExp): TestRun => ({
  file: 'test/simulation/storms.test.ts',
  pattern: 'seeds 1 to 30',
  env: { STOP_AT_FAULT: '1' },
  red,
});

const rules = (pattern: string, red: RegExp): TestRun => ({
  file: 'test/simulation/rules.test.ts',
  pattern,
  red,
});

const conformance = (red: RegExp): TestRun => ({ file: 'test/conformance/sqlite.test.ts', red });

/** Who may run, and that nothing is doubled or silent: election, lease, fence, decision, adoption, readiness. */
export const ownership: readonly Sabotage[] = [
  {
    name: 'no fence: a former holder may still write',
    file: 'src/adapters/stores/fence.ts',
    find: 'if (held === 1) return',
    put: 'if (held >= 0) return',
    // The random ones see it, too, and look for the shortest case then, for long.
    by: { ...conformance(/fenced/), pattern: 'by a former holder' },
  },
  {
    name: 'no fence, in storms',
    file: 'src/adapters/stores/fence.ts',
    find: 'if (held === 1) return',
    put: 'if (held >= 0) return',
    by: storms(/was taken while/),
  },
  {
    name: 'a rule that could not be read after a doubt counts as met',
    file: 'src/loops/hold.ts',
    find: '    term.mustAskAgain = true;\n    throw error;',
    put: '    throw error;',
    by: rules('proves less than before', /1[0-9]{2} !== 1|strictly equal/i),
  },
  {
    name: 'trust is counted from the answer instead of the question',
    file: 'src/loops/hold.ts',
    find: 'term.held = { ...term.held, asked, ttlMs: renewed.value.ttlMs };',
    put: 'term.held = { ...term.held, asked: clock.now(), ttlMs: renewed.value.ttlMs };',
    by: rules('trust is counted from the question', /after the question/),
  },
  {
    name: 'the epoch is not raised by a claim',
    file: 'src/adapters/stores/sql/leases.ts',
    find: 'UPDATE leases SET epoch = epoch + 1, holder_id = $5',
    put: 'UPDATE leases SET epoch = epoch, holder_id = $5',
    by: storms(/claimed epoch/),
  },
  {
    name: 'a job is advanced without comparing its next fire time',
    file: 'src/adapters/stores/sql/jobs.ts',
    find: "AND next_fire_at = $4 AND state = 'enabled'`",
    put: "AND $4 = $4 AND state = 'enabled'`",
    by: conformance(/moved on|next/),
  },
  {
    name: 'no gap guard: who was stopped goes on as if nothing had happened',
    file: 'src/loops/hold.ts',
    find: "if (gap.kind !== 'none') {",
    put: "if (gap.kind !== 'none' && gap.ms === 0.5) {",
    by: {
      file: 'test/simulation/rules.test.ts',
      pattern: 'wake together|set back',
      red: /strictly equal/,
    },
  },
  {
    name: 'a claim does not compare the version of the appointment',
    file: 'src/adapters/stores/leases.ts',
    find: 'if ((await currentVersion(session, profile)) !== appointmentVersion) {',
    put: 'if ((await currentVersion(session, profile)) < 0) {',
    by: rules('judged by an older appointment', /1 !== 0/),
  },
  {
    name: "a claim does not wait for the end of the predecessor's starter",
    file: 'src/core/election.ts',
    find: "if (view.starterLife === 'alive') return { kind: 'end-starter' };",
    put: '',
    by: rules('only when the starter of the dead holder has ended', /isEnded/),
  },
  {
    name: 'runs of a predecessor are not adopted',
    file: 'src/loops/account.ts',
    find: 'return adopt(state, term, pending, before);',
    put: 'return;',
    by: storms(/stuck/),
  },
  {
    name: 'what a predecessor began is taken for not started',
    file: 'src/loops/account.ts',
    find: "if (seen.kind === 'not-started' && attempt.state === 'began')",
    put: "if (seen.kind === 'not-started' && attempt.number < 0)",
    by: {
      file: 'test/simulation/scenes-recover.test.ts',
      pattern: 'whose files are gone is lost',
      red: /deep-equal/,
    },
  },
  {
    name: 'an orphan is forgotten instead of ended',
    file: 'src/loops/account.ts',
    find: "    case 'running':\n    case 'orphaned':\n",
    put: "    case 'orphaned':\n      return;\n    case 'running':\n",
    by: {
      file: 'test/simulation/scenes-recover.test.ts',
      pattern: 'what is left of a lost run',
      red: /deep-equal|equal/,
    },
  },
  {
    name: 'a profile is removed over a run that goes on',
    file: 'src/adapters/stores/profiles.ts',
    find: "if ((await session.all(sql.findOpenRun, [name])).length > 0) return 'busy';",
    put: '',
    by: {
      file: 'test/conformance/sqlite.test.ts',
      pattern: 'while a run in it waits or goes on',
      red: /removed/,
    },
  },
  {
    name: 'a profile is removed from under a holder that renewed its lease',
    file: 'src/adapters/stores/profiles.ts',
    find: ' && lease?.renewals === over?.renewals;',
    put: ';',
    by: {
      file: 'test/conformance/sqlite.test.ts',
      pattern: 'unless it renewed its lease',
      red: /removed/,
    },
  },
  {
    name: 'who held a removed profile may still write',
    file: 'src/adapters/stores/profiles.ts',
    find: 'if (over !== undefined) await session.run(forceLease, [name]);',
    put: '',
    by: {
      file: 'src/operations/list.test.ts',
      pattern: 'crashed does not keep|cannot be seen',
      red: /fenced/,
    },
  },
  {
    name: 'who handed over steps aside although the next one died',
    file: 'src/loops/elect.ts',
    find: '  if (holderId !== null && holderId !== state.world.self.id) state.stepAsideUntilBoot = 0;\n',
    put: '',
    by: {
      file: 'test/simulation/rules.test.ts',
      pattern: 'steps aside until another had the lease',
      red: /equal/,
    },
  },
  {
    name: 'the guard of an orphan is left behind',
    file: 'src/adapters/executors/inspection.ts',
    find: '  await endHelpers(jobOf(around, key), process, around.clock);\n',
    put: '',
    by: {
      file: 'src/adapters/executors/deaths.slow.ts',
      pattern: 'what is left of an orphan',
      red: /equal/,
    },
  },
  {
    name: 'readiness rests on presence instead of the answer of the loop',
    file: 'src/operations/holder-check.ts',
    find: 'if (answer === null) {',
    put: "if (answer === null && life === 'alive') return { kind: 'answered', epoch: lease.epoch, overdueMs: 0 };\n  if (answer === null) {",
    by: storms(/said that pid/),
  },
  {
    name: 'a skipped occurrence gets no row',
    file: 'src/core/firing.ts',
    find: '    rows,\n  };',
    put: "    rows: rows.filter(({ state }) => state !== 'skipped'),\n  };",
    by: storms(/was decided 0 times/),
  },
  {
    name: 'a missed stretch gets no row',
    file: 'src/core/firing.ts',
    find: '    rows,\n  };',
    put: "    rows: rows.filter(({ state }) => state !== 'missed'),\n  };",
    by: storms(/was decided 0 times/),
  },
  {
    name: 'an ineligible instance is elected when it is the only one',
    file: 'src/core/election.ts',
    find: "if (eligibility.kind !== 'eligible') {",
    put: "if (eligibility.kind !== 'eligible' && view.lease.holder !== null) {",
    by: storms(/may not own/),
  },
  {
    name: 'a silent holder is replaced without being ended',
    file: 'src/core/election.ts',
    find: "if (view.unchangedForMs > lease.ttlMs) return { kind: 'end-holder' };",
    put: "if (view.unchangedForMs > lease.ttlMs) return { kind: 'claim', grounds: 'ended' };",
    by: {
      file: 'test/simulation/lease.test.ts',
      pattern: 'a stopped holder is ended',
      red: /isAlive/,
    },
  },
  {
    name: 'a holder that is stopped in the middle of a write keeps everybody out',
    file: 'src/loops/predecessor.ts',
    find: 'if ((await answer) !== null) throw error;',
    put: 'if ((await answer) !== undefined) throw error;',
    by: rules('stopped in the middle of a write', /injected into report/),
  },
  {
    name: 'what escaped from runs of a former holder is not looked for',
    file: 'src/loops/sweep.ts',
    find: 'seekRemnants(state, term);\n  const now',
    put: 'const now',
    by: {
      file: 'test/simulation/scenes-run.test.ts',
      pattern: 'escaped from runs that ended before its term',
      red: /deep-equal/,
    },
  },
  {
    name: 'a run that is tried again is swept meanwhile',
    file: 'src/loops/sweep.ts',
    find: 'term.active.has(runId) || term.waiting.has(runId);',
    put: 'runId.length === 0 && term.active.has(runId);',
    by: {
      file: 'test/simulation/scenes-run.test.ts',
      pattern: 'not swept before its last attempt',
      red: /deep-equal/,
    },
  },
  {
    name: 'a probe that could not look wipes out what was known',
    file: 'src/loops/presence.ts',
    find: '(probed.chain.length === 0 && before.chain.length > 0);',
    put: '(probed.chain.length === 0 && before.chain.length > 1_000);',
    by: {
      file: 'test/simulation/scenes-term.test.ts',
      pattern: 'could not even see its own process',
      red: /0 !== 1/,
    },
  },
  {
    name: 'the row of a holder is a commit of its own',
    file: 'src/loops/hold.ts',
    find: 'const presence = duePresence(state);',
    put: 'const presence = null as ReturnType<typeof duePresence>;',
    by: { file: 'test/simulation/scenes-presence.test.ts', red: /a commit of its own/ },
  },
  {
    name: 'a renewal leaves the row of its holder',
    file: 'src/adapters/stores/leases.ts',
    find: 'if (instance !== undefined) await reportInstance(session, instance);',
    put: '',
    by: {
      file: 'test/conformance/sqlite.test.ts',
      pattern: 'takes the row of its holder along',
      red: /deep-equal/,
    },
  },
  {
    name: 'a row that goes with a renewal is not put on the disk',
    file: 'src/adapters/stores/leases.ts',
    find: "instance === undefined ? 'fleeting' : 'durable'",
    put: "instance === null ? 'durable' : 'fleeting'",
    by: {
      file: 'test/conformance/sqlite.test.ts',
      pattern: 'with the row of its holder',
      red: /'durable'/,
    },
  },
  {
    name: 'the trial of a start writes nothing',
    file: 'src/adapters/executors/trial.ts',
    find: '  if (trouble !== null) return trouble;\n',
    put: '',
    by: { file: 'src/adapters/executors/trial.test.ts', red: /store_full/ },
  },
  {
    name: 'an attempt begins before its claim is durable',
    file: 'src/loops/start.ts',
    find: 'if (prepared.length > 0) {',
    put: 'for (const { key } of prepared)\n    state.world.executor.release(key, trustEndsAtBootMs(term.held));\n  if (prepared.length > 0) {',
    by: storms(/without a durable claim/),
  },
  {
    name: 'a store that came back is not read anew after a lost answer',
    file: 'src/loops/instance.ts',
    find: 'if (state.term !== null) state.term.isAccounted = false;',
    put: '',
    by: rules('a lost answer to', /!== 10/),
  },
  {
    name: 'requests of others are forgotten',
    file: 'src/loops/decide.ts',
    find: 'if (waiting.length === 0 || !mayAct(state, term)) return;',
    put: 'if (waiting.length < 2 || !mayAct(state, term)) return;',
    by: storms(/was not answered/),
  },
  {
    name: 'overlap is not looked at',
    file: 'src/core/start-plan.ts',
    find: '(allowsOverlap || !taken.has(run.jobId))',
    put: '(allowsOverlap || run.jobId.length > 0)',
    by: storms(/of the same job/),
  },
  {
    name: 'a change after the clock was set back begins with times that are decided',
    file: 'src/operations/change-job.ts',
    find: 'from: Math.max(now, decidedUntil ?? now)',
    put: 'from: Math.max(now, decidedUntil === null ? now : 0)',
    by: {
      file: 'src/operations/jobs-edit.test.ts',
      pattern: 'after the clock was set back',
      red: /falsy|true/,
    },
  },
];
