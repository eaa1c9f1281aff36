import type { Sabotage, TestRun } from './sabotage.ts';

const crashPoints = (operation: string, call: string, red: RegExp, points = 'all'): TestRun => ({
  file: 'test/crashes/crashes.test.ts',
  env: { OPERATION: operation, CALL: call, POINTS: points, SEED: '1', STOP_AT_FAULT: '1' },
  red,
  usesProgram: true,
  withinMs: 300_000,
});

const powerCuts = (pattern: string, red: RegExp): TestRun => ({
  file: 'test/crashes/power-cuts.test.ts',
  pattern,
  env: { SESSIONS: 'all' },
  red,
  usesProgram: true,
  withinMs: 300_000,
});

const livingOwner = (pattern: string, red: RegExp): TestRun => ({
  file: 'test/crashes/faults.test.ts',
  pattern,
  red,
  usesProgram: true,
});

/** What kills, failing disks and power cuts are survived by. */
const restoring = (pattern: string, red: RegExp): TestRun => ({
  file: 'test/journeys/keeping.test.ts',
  pattern,
  red,
  usesProgram: true,
});

export const crashes: readonly Sabotage[] = [
  {
    name: 'a copy of a store ends the runs of the home that it was made in',
    file: 'src/adapters/stores/restore.ts',
    find: 'if (isOfHome(String(id))) {',
    put: 'if (isOfHome(String(id)) || at > 0) {',
    by: restoring('knows nobody of the first home', /outcome is no text|the other home ended it/),
  },
  {
    name: 'a restored store begins again what waited in the backup',
    file: 'src/adapters/stores/restore.ts',
    find: 'passedOver = await passOverWaiting(driver, at);',
    put: 'passedOver = { runs: 0, requests: 0, deliveries: at * 0 };',
    by: {
      file: 'test/conformance/restore.test.ts',
      pattern: 'waited in a backup',
      red: /AssertionError/,
    },
  },
  {
    name: 'a run that was under way in a backup is tried again after a restore',
    file: 'src/adapters/stores/restore.ts',
    find: 'await driver.run(endWithAttempt, [String(id)]);',
    put: '',
    by: {
      file: 'test/conformance/restore.test.ts',
      pattern: 'under way in a backup',
      red: /AssertionError/,
    },
  },
  {
    name: 'a restored store gives out the epochs of the former one again',
    file: 'src/adapters/stores/restore.ts',
    find: 'for (const [profile, epoch] of former)',
    put: 'for (const [profile, epoch] of [...former].slice(former.size))',
    by: {
      file: 'test/conformance/restore.test.ts',
      pattern: 'the former store gave out|made after the backup',
      red: /AssertionError/,
    },
  },
  {
    name: 'a restored store gives out again the epochs that time allowed',
    file: 'src/adapters/stores/restore.ts',
    find: 'await driver.run(leapByTime, [epochLeap, at]);',
    put: 'await driver.run(leapByTime, [epochLeap, at * 0]);',
    by: {
      file: 'test/conformance/restore.test.ts',
      pattern: 'what time allowed',
      red: /AssertionError/,
    },
  },
  {
    name: 'what is marked by a run of another home is swept',
    file: 'src/adapters/executors/process-tree.ts',
    find: '.filter((runId) => hasRunFolder(home, runId))',
    put: ".filter((runId) => hasRunFolder(home, runId) || home !== '')",
    by: restoring('knows nobody of the first home', /the other home ended it/),
  },
  {
    name: 'a restore believes the rows of the store alone',
    file: 'src/main/restore.ts',
    find: '(await aliveByStore(found, home)) ?? aliveBySocket(found)',
    put: '(await aliveByStore(found, home)) ?? null',
    by: restoring('whose process its rows do not name', /no error\.code/),
  },
  {
    name: 'a restored store keeps the mode of its backup',
    file: 'src/adapters/stores/restore.ts',
    find: 'chmodSync(draft, 0o600);',
    put: 'chmodSync(draft, 0o400);',
    by: {
      file: 'test/journeys/bad-store.test.ts',
      pattern: 'a backup that may only be read',
      red: /strictly equal/,
      usesProgram: true,
    },
  },
  {
    name: 'a restored store keeps the processes of another home',
    file: 'src/main/restore.ts',
    find: 'await store.instances.remove(name, id);',
    put: '',
    by: restoring('knows nobody of the first home', /take over|deep-equal|input did not match/),
  },
  {
    name: 'no write-through: a commit answers before it is on the disk',
    file: 'src/adapters/stores/sqlite-schema.ts',
    find: 'PRAGMA synchronous = FULL',
    put: 'PRAGMA synchronous = OFF',
    by: powerCuts('on xfs, with the store open elsewhere', /after add/),
  },
  {
    name: 'after a sign of life, changes are no longer put on the disk',
    file: 'src/adapters/stores/sqlite-driver.ts',
    find: `        this.#database.exec('PRAGMA synchronous = FULL');`,
    put: '',
    by: { file: 'src/adapters/stores/sqlite.test.ts', pattern: 'sign of life', red: /'1'/ },
  },
  {
    name: 'an end that a start could have taken along is not written',
    file: 'src/loops/instance.ts',
    find: '    if (state.term !== null) await settleEnds(state, state.term);\n',
    put: '',
    by: {
      file: 'test/simulation/scenes-ends.test.ts',
      pattern: 'although nothing did',
      red: /AssertionError/,
    },
  },
  {
    name: 'no transaction: each statement is a commit of its own',
    file: 'src/adapters/stores/sqlite-driver.ts',
    find: `    this.#database.exec('BEGIN IMMEDIATE');
    try {
      this.#refuseNewerSchema();
      const ending = await work(this.#session);
      this.#database.exec(ending.kind === 'commit' ? 'COMMIT' : 'ROLLBACK');
      return ending.value;`,
    put: `    try {
      return (await work(this.#session)).value;`,
    by: crashPoints('add', 'pwrite64', /half done/, '12'),
  },
  {
    name: 'a backup grows under its own name',
    file: 'src/adapters/stores/sqlite-driver.ts',
    find: `await makeWhole(path, async (draft) => {
      await this.run('VACUUM INTO $1', [draft]);
    });`,
    put: `await this.run('VACUUM INTO $1', [path]);`,
    by: crashPoints('backup', 'pwrite64', /a half copy/, '8'),
  },
  {
    name: 'a restored store takes its place before it is decided',
    file: 'src/adapters/stores/restore.ts',
    find: `  renameSync(draft, target);
  writeThrough`,
    put: `  rmSync(target);
  renameSync(draft, target);
  writeThrough`,
    by: crashPoints('restore', 'rename', /half done/),
  },
  {
    name: 'rows are pruned before their output',
    file: 'src/loops/prune.ts',
    find: 'const left = await executor.removeOutput(runIds);',
    put: 'setTimeout(() => void executor.removeOutput(runIds), 2_000);\n  const left = new Map<string, string>();',
    by: crashPoints('prune', 'fsync', /output without its run/, '12'),
  },
  {
    name: 'rows are pruned although their output stays',
    file: 'src/loops/prune.ts',
    find: 'runIds.filter((runId) => !left.has(runId))',
    put: 'runIds',
    by: {
      file: 'test/simulation/scenes-ends.test.ts',
      pattern: 'output that cannot be removed',
      red: /strictly equal/,
    },
  },
  ...[
    {
      name: 'output of runs that are known is removed',
      find: '!known.has(runId)',
      put: 'runId !== ""',
    },
    {
      name: 'output of a run that lives is removed',
      find: '!alive.has(runId)',
      put: 'runId !== ""',
    },
    {
      name: 'output that is older than the store is removed',
      find: 'outputBetween(madeAt, then)',
      put: 'outputBetween(0, then)',
    },
    {
      name: 'output of which there is no row yet is removed',
      find: 'Math.max(settings.keepRunsMs, dayMs)',
      put: 'settings.keepRunsMs',
    },
  ].map((one) => ({
    ...one,
    file: 'src/loops/prune.ts',
    by: {
      file: 'test/simulation/scenes-ends.test.ts',
      pattern: 'output of which no row is left',
      red: /deep-equal/,
    },
  })),
  {
    name: 'output that cannot be removed stops all pruning',
    file: 'src/loops/prune.ts',
    find: 'slice + pruning.left.size',
    put: 'slice',
    by: {
      file: 'test/simulation/scenes-ends.test.ts',
      pattern: 'output that cannot be removed',
      red: /strictly equal/,
    },
  },
  {
    name: 'a missing mark proves that nothing began, even after the power was cut',
    file: 'src/adapters/executors/inspection.ts',
    find: 'if (!sameBoot) return',
    put: 'if (!sameBoot && record.startedAt !== null) return',
    by: {
      file: 'src/adapters/executors/deaths.slow.ts',
      pattern: 'of another boot',
      red: /not-started/,
    },
  },
  {
    name: 'settings are acknowledged before they are on the disk',
    file: 'src/adapters/documents/config-file.ts',
    find: 'mode: 0o600, flush: true',
    put: 'mode: 0o600',
    by: powerCuts('on xfs', /settings/),
  },
  {
    name: 'a start is authorised before it is on the disk',
    file: 'src/adapters/stores/attempts.ts',
    find: `        return moved;
      });`,
    put: `        return moved;
      }, 'fleeting');`,
    by: {
      ...powerCuts('while jobs run', /twice|began/),
      env: { SESSIONS: 'all', RUNNING: '12' },
    },
  },
  {
    name: 'an attempt is prepared anew while the one that was abandoned still stands',
    file: 'src/adapters/executors/local.ts',
    find: 'if (!(await this.#leaving.whenFree(name, this.#polled)))',
    put: 'if (name.length === 0)',
    by: {
      file: 'src/adapters/executors/vain.slow.ts',
      pattern: 'prepared anew under its name',
      red: /already prepared/,
    },
  },
  {
    name: 'a wrapper that cannot take its order goes on waiting',
    file: 'src/adapters/executors/local.ts',
    find: "      if (heard?.kind !== 'failed') return;\n",
    put: '      if (heard !== undefined) return;\n',
    by: {
      file: 'src/adapters/executors/deaths.slow.ts',
      pattern: 'cannot take its order',
      red: /starter is blamed/,
    },
  },
  {
    name: 'a replaced store is not noticed',
    file: 'src/adapters/stores/sqlite-driver.ts',
    find: 'if (present === this.#identity) return;',
    put: 'if (present.length >= 0) return;',
    by: livingOwner('moved away', /it is silent|was made/),
  },
  {
    name: 'the connection to a replaced file is kept',
    file: 'src/adapters/stores/sqlite-driver.ts',
    find: 'if (this.#isDoubtful && this.#isFile) this.#reopen();',
    put: '',
    by: livingOwner('a copy of it replaced', /it beats/),
  },
  {
    name: 'a connection is kept after its sync failed',
    file: 'src/adapters/stores/sqlite-driver.ts',
    find: 'if (isDoubtful(error)) this.#isDoubtful = true;',
    put: '',
    by: livingOwner('a sync that fails once', /opened anew/),
  },
  {
    name: 'no schema gate: an older program writes into a newer schema',
    file: 'src/adapters/stores/sqlite-driver.ts',
    find: "if (typeof version === 'number' && version <= this.#schemaVersion) return;",
    put: "if (typeof version === 'number') return;",
    by: livingOwner('newer program upgraded', /it is silent/),
  },
  {
    name: 'a scheduler starts without looking through the store',
    file: 'src/main/process.ts',
    find: '{ integrity: true }',
    put: '{ integrity: false }',
    by: {
      ...livingOwner('a damaged page', /tick ends/),
      file: 'test/crashes/starts.test.ts',
    },
  },
  {
    name: 'what was decided is not looked through before anything begins',
    file: 'src/adapters/stores/sqlite.ts',
    find: '.filter((name) => !growWithJobs.has(name))',
    put: '.filter((name) => growWithJobs.has(name))',
    by: {
      ...livingOwner('a damaged page', /AssertionError/),
      file: 'test/crashes/starts.test.ts',
    },
  },
  {
    name: 'the rest of the store is not looked through at all',
    file: 'src/main/instance.ts',
    find: 'look, stop.signal).then(refuseDamage)',
    put: 'look, stop.signal).then(() => {})',
    by: {
      ...livingOwner('no decision depends on', /tick ends/),
      file: 'test/crashes/starts.test.ts',
    },
  },
  {
    name: 'a store that cannot be reached for a moment ends its owner',
    file: 'src/main/instance.ts',
    find: "if (!(error instanceof StoreUnavailable) || error.code === 'store_corrupt') throw error;",
    put: 'if (error instanceof Error) throw error;',
    by: {
      file: 'src/main/instance.test.ts',
      pattern: 'looked through when it can',
      red: /It is not there/,
    },
  },
  {
    name: 'definitions are not sealed',
    file: 'src/adapters/stores/columns.ts',
    find: 'if (sum !== sealOf(json) && !isOlder)',
    put: 'if (sum === undefined && !isOlder)',
    by: { file: 'test/crashes/damage.test.ts', red: /one bit of/ },
  },
  {
    name: 'a damaged schema is not looked for',
    file: 'src/adapters/stores/sqlite-schema.ts',
    find: 'const isWhole = found.size',
    put: 'const isWhole = true || found.size',
    by: {
      file: 'test/crashes/damage.test.ts',
      // Which bit a seed turns depends on where the schema lies: a change of it must not take this test away.
      env: { DAMAGE: 'the schema', SEEDS: '600' },
      red: /one bit of the schema: .*no such column/,
    },
  },
  {
    name: 'a torn record of an end is taken for whole',
    file: 'src/adapters/executors/attempt-folder.ts',
    find: '\\nabout ([\\s\\S]*)\\nend\\n$/;',
    put: '\\nabout ([\\s\\S]*)/;',
    by: { file: 'src/adapters/executors/attempt-folder.test.ts', red: /not whole/ },
  },
];
