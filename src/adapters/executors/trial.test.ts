import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { tryToBegin } from './trial.ts';

const tryIn = (folder: string, probed: string | null = null) =>
  tryToBegin(folder, async () => probed);

const home = mkdtempSync(join(tmpdir(), 'ck-trial-'));
after(() => rmSync(home, { recursive: true }));

test('where runs can keep their files nothing is told, and nothing is left', async () => {
  const good = join(home, 'good');
  assert.equal(await tryIn(good), null);
  assert.deepEqual(readdirSync(join(good, 'runs')), []);
});

test('a full disk is told as one', async () => {
  const full = join(home, 'full');
  mkdirSync(join(full, 'runs'), { recursive: true });
  symlinkSync('/dev/full', join(full, 'runs/.trial'));
  const trouble = await tryIn(full);
  assert.equal(trouble?.code, 'store_full');
  assert.match(trouble?.message ?? '', /the disk is full$/);
});

test('a place that cannot be written for another reason is told with it', async () => {
  const taken = join(home, 'taken');
  mkdirSync(taken);
  writeFileSync(join(taken, 'runs'), '');
  const trouble = await tryIn(taken);
  assert.equal(trouble?.code, 'start_failed');
  assert.match(trouble?.message ?? '', /EEXIST|ENOTDIR/);
});

test('a process that cannot be made is told when the disk is fine', async () => {
  const trouble = await tryIn(join(home, 'busy'), 'EAGAIN');
  assert.deepEqual(trouble, {
    code: 'start_failed',
    message: 'no process can be made here: EAGAIN',
  });
});
