import assert from 'node:assert/strict';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openHome } from './home.ts';
import { mendModes } from './home-modes.ts';

const modeOf = (path: string): number => statSync(path).mode & 0o777;

function inFolder(work: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'ck-modes-'));
  try {
    work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('what others may see of a home is closed, and the owner gets what it needs', () =>
  inFolder((folder) => {
    const home = openHome(join(folder, 'home'));
    writeFileSync(home.database, '');
    writeFileSync(join(home.secrets, 'token'), 'x');
    const wrong: readonly (readonly [path: string, mode: number, right: number])[] = [
      [home.path, 0o755, 0o700],
      [home.logs, 0o770, 0o700],
      [home.database, 0o644, 0o600],
      [join(home.secrets, 'token'), 0o400, 0o600],
    ];
    for (const [path, mode] of wrong) chmodSync(path, mode);
    assert.throws(() => openHome(home.path), { code: 'home_modes' });
    const changed = mendModes(home.path);
    for (const [path, , right] of wrong) {
      assert.equal(modeOf(path), right);
      assert.ok(changed.includes(path));
    }
    assert.equal(openHome(home.path).path, home.path);
    assert.deepEqual(mendModes(home.path), []);
  }));

test('a folder that holds other things is no home of ours to close', () =>
  inFolder((folder) => {
    const path = join(folder, 'shared');
    mkdirSync(path);
    chmodSync(path, 0o755);
    writeFileSync(join(path, 'theirs'), '');
    assert.throws(() => mendModes(path), { code: 'home_unusable' });
    assert.equal(modeOf(path), 0o755);
  }));

test('a link is not followed to what it names', () =>
  inFolder((folder) => {
    const home = openHome(join(folder, 'home'));
    const theirs = join(folder, 'theirs');
    writeFileSync(theirs, '', { mode: 0o644 });
    symlinkSync(theirs, join(home.secrets, 'token'));
    chmodSync(home.logs, 0o755);
    assert.throws(() => mendModes(home.path), { code: 'home_unusable' });
    assert.equal(modeOf(theirs), 0o644);
  }));
