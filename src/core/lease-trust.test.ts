import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Held } from './lease-trust.ts';
import {
  isRenewalDue,
  isTrusted,
  judgeGap,
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
