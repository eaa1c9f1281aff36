import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attemptOf, profile, runOf, start } from '../../test/conformance/store-samples.ts';
import type { FollowEvent } from '../doors/cli/present/follow.ts';
import { followRuns } from './follow.ts';

const fence = { profile, epoch: 1, instanceId: 'one' };
const outputs = ['', 'the first says much', 'the second'];

test('all of each attempt of a run is told', async () => {
  const over = new AbortController();
  // What each look sees: how many attempts, and whether the run waits, runs or is over.
  const looks = [
    { state: 'running' as const, attempts: 1 },
    { state: 'queued' as const, attempts: 1 },
    { state: 'ended' as const, attempts: 2 },
  ];
  let look = -1;
  const told: FollowEvent[] = [];
  await followRuns(
    {
      store: {
        runs: {
          list: async () => {
            look += 1;
            const { state } = looks[Math.max(0, look - 1)] ?? { state: 'ended' };
            return look === 0 ? [] : [runOf('r', { state })];
          },
          attemptsOf: async () => {
            const { attempts } = looks[look - 1] ?? { attempts: 2 };
            const all = [1, 2].map((number) => attemptOf('r', fence, { number }));
            return new Map([['r', all.slice(0, attempts)]]);
          },
        },
      },
      clock: {
        now: () => ({ wall: start, boot: 0, tick: 0 }),
        sleep: async () => {
          if (look >= looks.length - 1) over.abort();
        },
      },
      output: {
        read: async (_run, attempt, fromByte, maxBytes) => {
          const whole = Buffer.from(outputs[attempt ?? (look < 3 ? 1 : 2)] ?? '');
          const bytes = whole.subarray(fromByte, fromByte + Math.min(maxBytes, 8));
          return { bytes, nextByte: fromByte + bytes.length, isAbsent: false };
        },
      },
      profile,
    },
    async (event) => {
      told.push(event);
    },
    over.signal,
  );
  const text = told.map((event) => (event.kind === 'output' ? event.bytes : Buffer.from('|')));
  assert.equal(Buffer.concat(text).toString(), '|the first says muchthe second|');
});
