import type { Sabotage, TestRun } from './sabotage.ts';

const simulated = (pattern: string, red: RegExp): TestRun => ({
  file: 'test/simulation/scenes-deliver.test.ts',
  pattern,
  red,
});

const channel = (pattern: string, red: RegExp): TestRun => ({
  file: 'src/adapters/channels/channels.test.ts',
  pattern,
  red,
});

const stored = (pattern: string, red: RegExp): TestRun => ({
  file: 'test/conformance/sqlite.test.ts',
  pattern,
  red,
});

/** Nothing that is owed is lost, doubled or told twice, and nothing goes where it may not. */
export const delivery: readonly Sabotage[] = [
  {
    name: 'what a run owes is written after its end, in a transaction of its own',
    file: 'src/adapters/stores/attempts.ts',
    find: '      await telling.settled(session, settlement, row);\n',
    put: '      queueMicrotask(() => void driver.transaction(async (own) => { await telling.settled(own, settlement, row); return { kind: "commit", value: null } as const; }).catch(() => {}));\n',
    by: {
      file: 'src/adapters/stores/telling.test.ts',
      pattern: 'not over while',
      red: /Missing expected rejection/,
    },
  },
  {
    name: 'a job that nobody approved is told where it names',
    file: 'src/core/incident.ts',
    find: '  mayRun(job) ? job.definition :',
    put: '  mayRun(job) || job.definition.deliver.length > 0 ? job.definition :',
    by: stored('what nobody approved says', /deep-equal/),
  },
  {
    name: 'a missed occurrence owes no alert',
    file: 'src/adapters/stores/runs.ts',
    find: '    inserted.push(run);\n    await telling.decided(session, run);\n  }\n  return inserted;',
    put: '    inserted.push(run);\n  }\n  return inserted;',
    by: stored('every write that makes a run final', /deep-equal/),
  },
  {
    name: 'a change of a person owes nothing for what it decides',
    file: 'src/adapters/stores/jobs.ts',
    find: '      await telling.decided(session, run);',
    put: '      run.id;',
    by: stored('every write that makes a run final', /deep-equal/),
  },
  {
    name: 'each failure is told anew',
    file: 'src/core/incident.ts',
    find: 'if (isKnown) return { deliveries: ended, opens: null, closes: [] };',
    put: '',
    by: stored('a failure is told once', /strictly equal/),
  },
  {
    name: 'a success does not end the incidents of its job',
    file: 'src/core/incident.ts',
    find: '    closes: open,\n',
    put: '    closes: [],\n',
    by: stored('a failure is told once', /strictly equal/),
  },
  {
    name: 'a send whose answer was lost is tried again',
    file: 'src/core/delivery.ts',
    find: "  if (answer.kind === 'lost') return { ...settled, state: 'unknown', cause };",
    put: "  if (answer.kind === 'lost')\n    return { ...settled, settledAt: null, state: 'pending', cause };",
    by: simulated('right after the message left', /unknown 1/),
  },
  {
    name: 'a try whose process is gone is taken for one that sent nothing',
    file: 'src/loops/deliver.ts',
    find: 'return isOver ? lostSend : null;',
    put: "return isOver ? { kind: 'not-taken', cause: 'Gone.', retryAfterMs: null } : null;",
    by: simulated('right after the message left', /unknown 1/),
  },
  {
    name: 'two may send the same message at once',
    file: 'src/adapters/stores/sql/outbox.ts',
    find: "WHERE id = $1 AND state = 'pending' AND tries = $2\n  RETURNING *",
    put: 'WHERE id = $1 AND $2 >= 0\n  RETURNING *',
    by: stored('one instance gets a delivery', /strictly equal|deep-equal/),
  },
  {
    name: 'an answer that could not be written down is forgotten',
    file: 'src/loops/deliver.ts',
    find: '    await store.outbox.record(delivery, sent);\n    desk.answers.delete(id);',
    put: '    desk.answers.delete(id);\n    await store.outbox.record(delivery, sent);',
    by: simulated('did not take down', /delivered 1/),
  },
  {
    name: 'a hanging target keeps all the others waiting',
    file: 'src/loops/deliver.ts',
    find: 'if (underWayTo(desk, delivery.target) >= atOnceToOne) continue;',
    put: '',
    by: simulated('a target that hangs', /strictly equal|falsy|truthy|deep-equal/),
  },
  {
    name: 'a delegating dashboard gives messages to programs',
    file: 'src/loops/deliver.ts',
    find: 'if (needsExecution(delivery.target) && !self.schedules) continue;',
    put: '',
    by: simulated('runs no program', /deep-equal/),
  },
  {
    name: 'the owner does not look for what others left to be sent',
    file: 'src/loops/instance.ts',
    find: '  state.mail.wake();\n  const { version }',
    put: '  const { version }',
    by: simulated('what another process left', /deep-equal/),
  },
  {
    name: 'who is owner no more looks for messages as seldom as an owner',
    file: 'src/loops/hold.ts',
    find: '  state.mail.wake();\n  dropEarly',
    put: '  dropEarly',
    by: simulated('owner no more helps', /deep-equal/),
  },
  {
    name: 'a machine that slept looks for messages when its timer ends',
    file: 'src/loops/hold.ts',
    find: '    state.mail.wake();\n    state.world.log.warn(gap',
    put: '    state.world.log.warn(gap',
    by: simulated('while the machine slept', /deep-equal/),
  },
  {
    name: 'an owner with nothing to send looks for it every half minute',
    file: 'src/loops/deliver.ts',
    find: 'sending.length > 0 ? holderLooksMs : holderLooksAgainMs',
    put: 'sending.length > 0 ? holderLooksMs : holderLooksAgainMs / 10',
    by: simulated('hardly ever for anything else', /deep-equal/),
  },
  {
    name: 'that nobody owns is told at each look',
    file: 'src/adapters/stores/outbox.ts',
    find: '        if ((await session.run(sql.openIncident, incidentValues(incident))) === 0)\n          return rollback(false);',
    put: '        await session.run(sql.openIncident, incidentValues(incident));',
    by: stored('of many that see the same incident', /strictly equal/),
  },
  {
    name: 'a hand-over of a moment is told as an absence',
    file: 'src/loops/watch-owner.ts',
    find: '  if (silentMs < absenceMs(settings.ttlMs, instances)) return;',
    put: '  if (silentMs < 0 && instances.length > 0) return;',
    by: simulated('two ticks of a timer', /deep-equal/),
  },
  {
    name: 'the monitor hears an owner that cannot begin anything',
    file: 'src/loops/ping.ts',
    find: 'if (hindrance.trouble !== null || wall',
    put: 'if (wall',
    by: simulated('silent to its monitor', /strictly equal/),
  },
  {
    name: 'the second answer of a name is connected to',
    file: 'src/adapters/network/network.ts',
    find: '      lookup: pinned(addresses),\n',
    put: '',
    by: channel('otherwise the second time', /strictly equal/),
  },
  {
    name: 'private addresses are not looked for',
    file: 'src/adapters/network/network.ts',
    find: '!mayReach(allowed, place)',
    put: '!mayReach(allowed, place) && place.host === place.address',
    by: channel('one private address among public ones', /match/),
  },
  {
    name: 'only the first address of a name is looked at',
    file: 'src/adapters/network/network.ts',
    find: 'const closed = places.find(',
    put: 'const closed = places.slice(0, 1).find(',
    by: channel('one private address among public ones', /match/),
  },
  {
    name: 'a request that was never answered counts as not taken',
    file: 'src/adapters/network/network.ts',
    find: "end({ kind: hasLeft ? 'lost' : 'not-sent', cause });",
    put: "end({ kind: 'not-sent', cause });",
    by: channel('never answers may have it', /strictly equal/),
  },
  {
    name: 'a program that hangs leaves its children behind',
    file: 'src/adapters/channels/command.ts',
    find: "process.kill(-child.pid, 'SIGKILL');",
    put: "process.kill(child.pid, 'SIGKILL');",
    by: channel('one that hangs is ended', /strictly equal/),
  },
  {
    name: 'a run whose output is still to be sent may go',
    file: 'src/adapters/stores/sql/upkeep.ts',
    find: "owed.state IN ('pending', 'sending')",
    put: "owed.state IN ('never')",
    by: stored('a run that owes is kept', /deep-equal/),
  },
];
