import assert from 'node:assert/strict';
import { test } from 'node:test';
import { briefly } from './briefly.ts';

function world() {
  let boot = 0;
  const looks: string[] = [];
  const clock = { now: () => ({ wall: 0, boot }) };
  const look = briefly(clock, 1_000, async (subject: string) => {
    looks.push(subject);
    if (subject === 'broken') throw new Error('broken');
    return looks.length;
  });
  return {
    looks,
    look,
    advance: (ms: number) => {
      boot += ms;
    },
  };
}

test('many looks at the same moment are one, and the next comes when its time is over', async () => {
  const { look, looks, advance } = world();
  assert.deepEqual(await Promise.all([look('a'), look('a'), look('a')]), [1, 1, 1]);
  advance(999);
  assert.equal(await look('a'), 1);
  advance(1);
  assert.equal(await look('a'), 2);
  assert.deepEqual(looks, ['a', 'a']);
});

test('subjects are told apart', async () => {
  const { look } = world();
  assert.deepEqual([await look('a'), await look('b')], [1, 2]);
});

test('a look that failed is taken again', async () => {
  const { look, looks } = world();
  await assert.rejects(look('broken'));
  await assert.rejects(look('broken'));
  assert.deepEqual(looks, ['broken', 'broken']);
});
