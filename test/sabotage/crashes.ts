import type { Sabotage, TestRun } from './sabotage.ts';

const crashPoints = (operation: string, red: RegExp, points = '40'): TestRun => ({
  file: 'test/crashes/crashes.test.ts',
  env: { OPERATION: operation, POINTS: points, SEED: '1' },
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

/** What kills, failing disks and power cuts are survived by. */
export const crashes: readonly Sabotage[] = [
  {
    name: 'no write-through: a commit answers before it is on the disk',
    file: 'src/adapters/stores/sqlite-schema.ts',
    find: 'PRAGMA synchronous = FULL',
    put: 'PRAGMA synchronous = OFF',
    by: powerCuts('on xfs, with the store open elsewhere', /after add/),
  },
  {
    name: 'no transaction: each statement is a commit of its own',
    file: 'src/adapters/stores/sqlite-driver.ts',
    find: `      this.#database.exec('BEGIN IMMEDIATE');
      try {
        this.#refuseNewerSchema();
        const ending = await work(this.#session);
        this.#database.exec(ending.kind === 'commit' ? 'COMMIT' : 'ROLLBACK');
        return ending.value;`,
    put: `      try {
        return (await work(this.#session)).value;`,
    by: crashPoints('add', /half done/),
  },
  {
    name: 'a backup grows under its own name',
    file: 'src/adapters/stores/sqlite-driver.ts',
    find: `await makeWhole(path, async (draft) => {
      await this.run('VACUUM INTO $1', [draft]);
    });`,
    put: `await this.run('VACUUM INTO $1', [path]);`,
    by: crashPoints('backup', /a half copy/),
  },
  {
    name: 'a restored store takes its place before it is decided',
    file: 'src/adapters/stores/restore.ts',
    find: `  renameSync(draft, target);
  writeThrough`,
    put: `  rmSync(target);
  renameSync(draft, target);
  writeThrough`,
    by: crashPoints('restore', /half done/, 'all'),
  },
  {
    name: 'rows are pruned before their output',
    file: 'src/loops/prune.ts',
    find: '  await executor.removeOutput(runIds);\n',
    put: '  setTimeout(() => void executor.removeOutput(runIds), 2_000);\n',
    by: crashPoints('prune', /output without its run/),
  },
  {
    name: 'a missing mark proves that nothing began, even after the power was cut',
    file: 'src/adapters/executors/inspection.ts',
    find: 'if (record.startedAt === null && sameBoot) return',
    put: 'if (record.startedAt === null) return',
    by: powerCuts('while jobs run', /began 2 times/),
  },
  {
    name: 'settings are acknowledged before they are on the disk',
    file: 'src/adapters/documents/config-file.ts',
    find: 'mode: 0o600, flush: true',
    put: 'mode: 0o600',
    by: powerCuts('on xfs', /settings/),
  },
];
