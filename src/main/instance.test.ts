import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { lookBeside } from '../adapters/stores/sqlite-look.ts';
import { StoreUnavailable } from '../ports/store.ts';
import { lookThrough } from './instance.ts';

function surroundings(): {
  readonly said: string[];
  readonly world: Parameters<typeof lookThrough>[0];
} {
  const said: string[] = [];
  const note = (event: string): void => void said.push(event);
  const clock = { now: () => ({ wall: 0, boot: 0 }), sleep: async () => {} };
  return { said, world: { clock, log: { info: note, warn: note, error: note } } };
}

test('a store that cannot be reached is looked through when it can', async () => {
  const { said, world } = surroundings();
  let looks = 0;
  const found = await lookThrough(
    world,
    async () => {
      looks += 1;
      if (looks < 3) throw new StoreUnavailable('store_unavailable', 'It is not there.');
      return ['a problem'];
    },
    new AbortController().signal,
  );
  assert.deepEqual([found, looks], [['a problem'], 3]);
  assert.deepEqual(said, ['not-looked-through', 'not-looked-through']);
});

test('a damaged one is told at once, and a signal ends the waiting', async () => {
  const { world } = surroundings();
  const fail = (code: 'store_corrupt' | 'store_unavailable') => async () => {
    throw new StoreUnavailable(code, code);
  };
  const never = new AbortController().signal;
  await assert.rejects(lookThrough(world, fail('store_corrupt'), never), { code: 'store_corrupt' });
  const over = AbortSignal.abort();
  assert.deepEqual(await lookThrough(world, fail('store_unavailable'), over), []);
});

test('a store that is not there cannot be reached', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cronkeeper-look-'));
  const looker = fileURLToPath(new URL('looker.ts', import.meta.url));
  try {
    const look = lookBeside(looker, join(folder, 'gone.db'), new AbortController().signal);
    await assert.rejects(look, { code: 'store_unavailable' });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
