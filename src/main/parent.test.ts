import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whenParentEnds } from './parent.ts';

/** A clock that calls at each sleep, and gives up after a hundred. */
const clockOf = (atSleep: (sleeps: number) => void) => {
  let sleeps = 0;
  return {
    sleeps: () => sleeps,
    sleep: async () => {
      sleeps += 1;
      assert.ok(sleeps < 100, 'it waits for ever');
      atSleep(sleeps);
    },
  };
};

test('a process ends when it was given another parent, and not before', async () => {
  let parent = 700;
  const clock = clockOf((sleeps) => {
    if (sleeps === 5) parent = 1;
  });
  await whenParentEnds(clock, new AbortController().signal, () => parent);
  assert.equal(clock.sleeps(), 5);
});

test('it waits no longer when the process ends otherwise', async () => {
  const stop = new AbortController();
  const clock = clockOf((sleeps) => {
    if (sleeps === 3) stop.abort();
  });
  await whenParentEnds(clock, stop.signal, () => 700);
  assert.equal(clock.sleeps(), 3);
});
