import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, uptime } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { makeBootClock, makeClock, makeUptimeReader } from './clock.ts';

/** A machine whose true clocks are moved by hand; the coarse clock shows the truth floored to 10 ms. */
function makeMachine(startMs: number) {
  let awake = 0;
  let slept = startMs;
  let set = 1.8e12;
  return {
    pass: (ms: number) => {
      awake += ms;
    },
    sleep: (ms: number) => {
      slept += ms;
    },
    setWall: (ms: number) => {
      set += ms;
    },
    truth: () => awake + slept,
    ticks: {
      awakeMs: () => awake,
      wallMs: () => Math.floor(set + awake + slept),
      coarseBootMs: () => Math.floor((awake + slept) / 10) * 10,
    },
  };
}

test('the boot clock never goes back, is never ahead of the truth and never more than 14 ms behind', () => {
  const step = fc.record({
    awake: fc.double({ min: 0, max: 50, noNaN: true }),
    asleep: fc.oneof(
      fc.constant(0),
      fc.double({ min: 0, max: 3, noNaN: true }),
      fc.double({ min: 0, max: 1e8, noNaN: true }),
    ),
    // Slewed, or set by hand; not by exactly what the machine slept.
    set: fc.oneof(
      fc.constant(0),
      fc.double({ min: -0.02, max: 0.02, noNaN: true }),
      fc.double({ min: 1e9, max: 1e12, noNaN: true }),
    ),
  });
  fc.assert(
    fc.property(fc.nat(1e9), fc.array(step, { maxLength: 60 }), (startMs, steps) => {
      const machine = makeMachine(startMs);
      const boot = makeBootClock(machine.ticks);
      let last = boot();
      for (const { awake, asleep, set } of steps) {
        machine.pass(awake);
        machine.sleep(asleep);
        machine.setWall(set);
        const now = boot();
        assert.ok(now >= last);
        assert.ok(now <= machine.truth() + 1e-3);
        assert.ok(now > machine.truth() - 14);
        last = now;
      }
    }),
  );
});

test('a sleep that somebody hid by setting the wall clock back is known a tenth of a second later', () => {
  const machine = makeMachine(5_000);
  const boot = makeBootClock(machine.ticks);
  boot();
  machine.sleep(60_000);
  machine.setWall(-60_000);
  machine.pass(100);
  assert.ok(boot() > machine.truth() - 11);
});

test('the coarse clock is not asked while nothing happened', () => {
  const machine = makeMachine(5_000);
  let asked = 0;
  const coarseBootMs = (): number => {
    asked += 1;
    return machine.ticks.coarseBootMs();
  };
  const boot = makeBootClock({ ...machine.ticks, coarseBootMs });
  for (let step = 0; step < 1_000; step += 1) {
    machine.pass(0.5);
    boot();
  }
  assert.ok(asked >= 5 && asked <= 6, `${asked} times in half a second`);
});

test('the boot clock shows single milliseconds, though the uptime it rests on has only tens', () => {
  const machine = makeMachine(5_003);
  const boot = makeBootClock(machine.ticks);
  for (let warmUp = 0; warmUp < 12; warmUp += 1) {
    machine.pass(101);
    boot();
  }
  for (let step = 0; step < 50; step += 1) {
    const before = boot();
    machine.pass(1);
    assert.equal(boot() - before, 1);
  }
});

test('the first reading after a sleep of the machine already counts it', () => {
  const machine = makeMachine(5_000);
  const boot = makeBootClock(machine.ticks);
  const before = boot();
  machine.sleep(3_600_000);
  assert.ok(boot() - before >= 3_600_000 - 10);
});

test('where the fine clock counts sleep itself, it is the boot clock', () => {
  const boot = makeBootClock({ awakeMs: () => 1_234.9, wallMs: () => 0, coarseBootMs: null });
  assert.equal(boot(), 1_234);
});

test('the uptime reader reads seconds and hundredths, and follows the file', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'clock-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'uptime');
  writeFileSync(path, '1316.33 2588.25\n');
  const reader = makeUptimeReader(path);
  t.after(() => reader.close());
  assert.equal(reader.read(), 1_316_330);
  writeFileSync(path, '99999999.05 1.00\n');
  assert.equal(reader.read(), 99_999_999_050);
  writeFileSync(path, 'nonsense\n');
  assert.throws(() => reader.read(), /does not begin/);
});

test('the clock of this machine agrees with the uptime of the system and the wall clock', () => {
  const moment = makeClock().now();
  assert.ok(Math.abs(moment.boot - uptime() * 1_000) < 1_000);
  assert.ok(Math.abs(moment.wall - Date.now()) < 1_000);
});

test('two clocks of one machine agree within 12 ms', () => {
  const [one, other] = [makeClock(), makeClock()];
  assert.ok(Math.abs(one.now().boot - other.now().boot) <= 12);
});

test('a sleep is never early', async () => {
  const clock = makeClock();
  for (const ms of [1, 2, 3, 5, 11]) {
    const before = process.hrtime.bigint();
    await clock.sleep(ms);
    assert.ok(Number(process.hrtime.bigint() - before) / 1e6 >= ms);
  }
});

test('an aborted sleep resolves at once and leaves no listener', async () => {
  const clock = makeClock();
  const controller = new AbortController();
  const before = Date.now();
  const pending = clock.sleep(30_000, controller.signal);
  controller.abort();
  await pending;
  await clock.sleep(30_000, controller.signal);
  assert.ok(Date.now() - before < 1_000);
});

test('the time that this machine slept does not change while it is awake', {
  skip: process.platform !== 'linux',
}, () => {
  const clock = makeClock();
  const first = clock.sleptMs?.();
  const since = clock.now().boot;
  while (clock.now().boot - since < 30) {
    // Busy, for the moment.
  }
  assert.ok(Math.abs((clock.sleptMs?.() ?? Number.NaN) - (first ?? Number.NaN)) <= 12);
});

test('an exact sleep ends when the wall clock says so, not before, and soon after', async () => {
  const { now, sleepExactly } = makeClock();
  assert.ok(sleepExactly !== undefined);
  let best = Number.POSITIVE_INFINITY;
  for (let times = 0; times < 20; times += 1) {
    const from = now().wall;
    await sleepExactly(7);
    const late = performance.timeOrigin + performance.now() - (from + 7);
    assert.ok(now().wall >= from + 7);
    best = Math.min(best, late);
  }
  // However busy this machine is, once in twenty times nothing comes between.
  assert.ok(best < 5, `${best} ms`);
});

test('an exact sleep ends at once when it is told to, also in its last millisecond', async () => {
  const { sleepExactly } = makeClock();
  for (const ms of [1, 20_000]) {
    const over = new AbortController();
    const asleep = sleepExactly?.(ms, over.signal);
    over.abort('woken');
    await asleep;
  }
});
