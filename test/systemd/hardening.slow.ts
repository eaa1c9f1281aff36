import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { planService } from '../../src/core/service-plan.ts';
import { systemdFiles } from '../../src/core/systemd-unit.ts';

/** The scores of `systemd-analyze security` for units of the machine, from their text alone; its threshold is in tenths. */
const scores = [
  { role: 'runner', isTimer: false, atMost: 25 },
  { role: 'gateway', isTimer: false, atMost: 25 },
  { role: 'runner', isTimer: true, atMost: 25 },
  { role: 'dashboard', isTimer: false, atMost: 20 },
] as const;

const skip =
  spawnSync('systemd-analyze', ['--version']).status === 0
    ? false
    : 'needs systemd-analyze (apt-get install systemd)';

for (const { role, isTimer, atMost } of scores)
  test(`the unit of a ${isTimer ? 'ticking ' : ''}${role} scores at most ${atMost / 10}`, {
    skip,
  }, (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'ck-units-'));
    try {
      const plan = planService({
        manager: 'systemd-system',
        role,
        isTimer,
        profile: 'la',
        user: 'ana',
        userFolder: '/home/ana',
        home: '/home/ana/.cronkeeper',
        node: process.execPath,
        bundle: '/opt/cronkeeper/dist/cronkeeper.js',
        path: '/usr/bin:/bin',
      });
      const [unit] = systemdFiles(plan);
      assert.ok(unit);
      const path = join(folder, plan.unit);
      writeFileSync(path, unit.text);
      const options = ['security', '--offline=true', '--no-pager', `--threshold=${atMost}`];
      const { status, stdout } = spawnSync('systemd-analyze', [...options, path]);
      const said = stdout.toString().trim().split('\n').at(-1) ?? '';
      t.diagnostic(said);
      assert.match(said, /Overall exposure level/);
      assert.equal(status, 0, said);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
