import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openCliWorld } from '../../../test/doors/cli-host.ts';

const folder = mkdtempSync(join(tmpdir(), 'ck-unbuilt-'));
after(() => rmSync(folder, { recursive: true }));

/** Hermes ends with 0 whatever became of the job; only what it prints tells. */
function hermesThat(prints: string): void {
  const file = join(folder, 'hermes');
  writeFileSync(file, `#!/bin/sh\n[ "$*" = "-p NAME cron run ID" ] || exit 0\n${prints}\n`);
  chmodSync(file, 0o755);
}

const answers = [
  { prints: 'echo "Triggered job: report (ID)"; echo "Ran now: succeeded."', fails: false },
  { prints: 'echo "Triggered job: report (ID)"; echo "Ran now: failed."', fails: true },
  { prints: 'echo "Job is paused/disabled; resume it before running."', fails: true },
  { prints: 'echo "Job is already being fired by the scheduler; not run again."', fails: true },
  { prints: 'echo "No job: ran now: succeeded is not said at the start"', fails: true },
  { prints: 'echo "Failed to run job: not found" >&2', fails: true },
];
for (const { prints, fails } of answers) {
  test(`the job that calls Hermes ${fails ? 'fails' : 'succeeds'} by what Hermes says: ${prints}`, async () => {
    const { run } = await openCliWorld();
    const { err, exitCode } = await run(['-p', 'la', 'hermes', 'adopt']);
    assert.equal(exitCode, 3);
    const line = /^ +cronkeeper add WHEN -p la --shell '([^']+)'$/m.exec(err);
    assert.ok(line, err);
    hermesThat(prints);
    const { status, stdout } = spawnSync('/bin/sh', ['-c', line[1] ?? ''], {
      env: { PATH: `${folder}:/usr/bin:/bin` },
      encoding: 'utf8',
      timeout: 20_000,
    });
    assert.equal(status !== 0, fails, stdout);
    const [, said = ''] = /echo "([^"]+)"/.exec(prints) ?? [];
    assert.ok(stdout.includes(said), 'what Hermes says is kept');
  });
}

test('who takes jobs from Hermes is told that Hermes runs its own all the same', async () => {
  const { run } = await openCliWorld();
  assert.match((await run(['hermes', 'adopt'])).err, /enabled in Hermes[\s\S]*the job runs twice/);
  assert.match((await run(['import', 'hermes'])).err, /hermes cron pause ID/);
});
