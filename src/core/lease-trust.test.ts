import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Held } from './lease-trust.ts';
import {
  isRenewalDue,
  isTrusted,
  judgeGap,
  renewEveryMs,
  trustEndsAtBootMs,
  trustMarginMs,
} from './lease-trust.ts';

const at = (wall: number, boot = wall) => ({ wall, boot });
const held: Held = {
  fence: { profile: 'default', epoch: 1, instanceId: 'a' },
  asked: at(0),
  ttlMs: 15_000,
};

const cases = [
  { name: 'trusts a fresh lease', now: at(1_000), trusted: true },
  { name: 'trusts it just before the margin', now: at(12_999), trusted: true },
  { name: 'does not trust it at the margin', now: at(13_000), trusted: false },
  {
    name: 'stops when the laptop slept and the wall clock was set back',
    now: at(1_000, 90_000),
    trusted: false,
  },
  {
    name: 'stops when the wall clock jumped and boot time did not',
    now: at(90_000, 1_000),
    trusted: false,
  },
  { name: 'goes on when the wall clock was set back', now: at(-90_000, 1_000), trusted: true },
];
for (const { name, now, trusted } of cases) {
  test(`a holder ${name}`, () => assert.equal(isTrusted(held, now), trusted));
}

test('trust never outlives the lease, whatever the clocks do', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1_000, max: 300_000 }),
      fc.nat(400_000),
      fc.integer(),
      (ttlMs, boot, wall) => {
        if (isTrusted({ ...held, ttlMs }, at(wall, boot))) assert.ok(boot < ttlMs && wall < ttlMs);
      },
    ),
  );
});

test('a gate opened at the end of trust is refused, for every TTL', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1_000, max: 300_000 }), (ttlMs) => {
      const end = trustEndsAtBootMs({ ...held, ttlMs });
      assert.ok(!isTrusted({ ...held, ttlMs }, at(0, end + 1)));
      assert.ok(end <= ttlMs - trustMarginMs(ttlMs));
    }),
  );
});

test('a lease is renewed twice before trust in it ends', () => {
  assert.equal(isRenewalDue(held, at(4_999)), false);
  assert.equal(isRenewalDue(held, at(5_000)), true);
  assert.ok(isTrusted(held, at(10_000)));
});

const plan = { plannedMs: 5_000, limitMs: 5_000 };
const gaps = [
  { name: 'a wait as planned is no gap', last: at(0), now: at(5_100), kind: 'none' },
  { name: 'an early wake is no gap', last: at(0), now: at(20), kind: 'none' },
  { name: 'a stop is a pause', last: at(0), now: at(30_000), kind: 'paused' },
  { name: 'sleep is a pause: both clocks moved', last: at(0), now: at(3_600_000), kind: 'paused' },
  {
    name: 'a clock set forward is a step',
    last: at(0),
    now: at(3_605_000, 5_000),
    kind: 'stepped',
  },
  { name: 'a clock set back is a step', last: at(0), now: at(-7_195_000, 5_000), kind: 'stepped' },
  {
    name: 'a slow clock within a second is tolerated',
    last: at(0),
    now: at(4_100, 5_000),
    kind: 'none',
  },
];
for (const { name, last, now, kind } of gaps) {
  test(name, () => assert.equal(judgeGap(last, now, plan).kind, kind));
}

const held10: Held = {
  fence: { profile: 'p', epoch: 1, instanceId: 'i' },
  asked: { wall: 50_000, boot: 7_000 },
  ttlMs: 10_000,
};
const moment = (boot: number, wall: number) => ({ boot: 7_000 + boot, wall: 50_000 + wall });

test('the margin is a fifth of the lease, at most two seconds, and a renewal is due after a third', () => {
  assert.deepEqual(
    [5_000, 10_000, 15_000, 60_000].map(trustMarginMs),
    [1_000, 2_000, 2_000, 2_000],
  );
  assert.equal(renewEveryMs(15_000), 5_000);
  assert.equal(trustEndsAtBootMs({ ...held10, asked: { wall: 0, boot: 7_000.9 } }), 15_000);
});

test('trust ends to the millisecond, on either clock', () => {
  assert.equal(isTrusted(held10, moment(7_999, 7_999)), true);
  assert.equal(isTrusted(held10, moment(8_000, 0)), false);
  assert.equal(isTrusted(held10, moment(0, 8_000)), false);
});

test('a gap is told to the millisecond: a pause beyond the limit, a step beyond a second', () => {
  const last = { wall: 90_000, boot: 5_000 };
  const judge = (boot: number, wall: number) =>
    judgeGap(last, { boot: 5_000 + boot, wall: 90_000 + wall }, { plannedMs: 1_000, limitMs: 500 });
  assert.deepEqual(judge(1_500, 1_500), { kind: 'none' });
  assert.deepEqual(judge(1_501, 1_501), { kind: 'paused', ms: 501 });
  assert.deepEqual(judge(1_000, 2_000), { kind: 'none' });
  assert.deepEqual(judge(1_000, 2_001), { kind: 'stepped', ms: 1_001 });
  assert.deepEqual(judge(1_000, -1), { kind: 'stepped', ms: -1_001 });
});
