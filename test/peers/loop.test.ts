import assert from 'node:assert/strict';
import { hourMs, minuteMs } from '../../src/core/instant.ts';
import { every, peerBug, silent } from './story.ts';

/** What ends, stalls or overheats the loop. */

peerBug('Hermes #37179, #60703', {
  async tell(bench) {
    const schedule = every(bench, 5 * minuteMs);
    const since = bench.now();
    const job = await bench.add(schedule);
    const scheduler = bench.start();
    await bench.pass(6 * minuteMs);
    bench.breakStore('once');
    await bench.pass(hourMs);
    const afterError = { ran: bench.begins().length > 5, said: await bench.saysItRuns() };
    bench.freeze(scheduler);
    await bench.pass(10 * minuteMs);
    const whileStopped = { said: await bench.saysItRuns() };
    bench.kill(scheduler);
    bench.start();
    await bench.pass(minuteMs);
    assert.equal(bench.broken(), 1);
    const forgotten = await silent(bench, job, schedule, since);
    return { afterError, whileStopped, forgotten };
  },
  ours: (facts) =>
    assert.deepEqual(facts, {
      afterError: { ran: true, said: true },
      whileStopped: { said: false },
      forgotten: 0,
    }),
  naive: {
    habits: { atStart: 'forget' },
    shows({ afterError, whileStopped, forgotten }) {
      assert.deepEqual(afterError, { ran: false, said: true });
      assert.deepEqual(whileStopped, { said: true });
      assert.ok(forgotten >= 12, `${forgotten} were forgotten`);
    },
  },
});

peerBug('Hermes #9086', {
  async tell(bench) {
    const schedule = every(bench, minuteMs);
    const since = bench.now();
    for (let index = 0; index < 15; index += 1) await bench.add(every(bench, 2 * hourMs), hourMs);
    const short = [await bench.add(schedule), await bench.add(schedule), await bench.add(schedule)];
    await bench.pass(2 * hourMs - minuteMs / 2);
    const scheduler = bench.start();
    await bench.pass(30 * minuteMs);
    const begins = bench.begins().filter(({ job }) => short.includes(job));
    const onTime = begins.filter(({ fireTime, at }) => at - (fireTime ?? 0) < 1_000);
    let forgotten = 0;
    for (const job of short) forgotten += await silent(bench, job, schedule, since);
    bench.kill(scheduler);
    return { onTime: onTime.length, long: bench.begins().length - begins.length, forgotten };
  },
  ours({ onTime, long, forgotten }) {
    assert.equal(long, 15);
    assert.equal(onTime, 3 * 30);
    assert.equal(forgotten, 0);
  },
  naive: {
    habits: { isSerial: true },
    shows({ onTime, long, forgotten }) {
      assert.equal(long, 1);
      assert.ok(onTime <= 3, `${onTime} on time`);
      assert.ok(forgotten > 80, `${forgotten} were forgotten`);
    },
  },
});

peerBug('k8s PR #121327, #120738', {
  async tell(bench) {
    // Due again while its run still goes: the time of its next start has passed.
    await bench.add(every(bench, minuteMs), 62_000);
    bench.start();
    await bench.pass(120_800);
    const busy = await wakesIn(bench, 1_000);
    bench.stepClock(-24 * hourMs);
    const back = await wakesIn(bench, 10_000);
    bench.stepClock(48 * hourMs);
    await bench.pass(2_000);
    const forth = await wakesIn(bench, 10_000);
    return { busy, back, forth, begins: bench.begins().length };
  },
  ours({ begins, ...wakes }) {
    assert.ok(begins >= 2);
    for (const [when, count] of Object.entries(wakes)) assert.ok(count <= 2, `${when}: ${count}/s`);
  },
  naive: {
    habits: { tickMs: 'next', advances: 'after' },
    shows: ({ busy }) => assert.ok(busy > 900, `${busy}/s`),
  },
});

/** Wake-ups a second. */
async function wakesIn(
  bench: Parameters<Parameters<typeof peerBug>[1]['tell']>[0],
  ms: number,
): Promise<number> {
  const before = bench.wakeUps();
  await bench.pass(ms);
  return (bench.wakeUps() - before) / (ms / 1_000);
}

/**
 * Their store is a database server, where the error is a deadlock or a row lock that was waited for too long. Here a call of
 * every kind is refused in turn. On PostgreSQL the same story is to be told with real row locks.
 */
peerBug('Airflow #20695, #70614', {
  async tell(bench) {
    const schedule = every(bench, 10_000);
    const since = bench.now();
    const job = await bench.add(schedule, 500);
    bench.start();
    await bench.pass(25_000);
    const before = bench.begins().length;
    // Locked for a moment again and again, then for a minute and a half.
    for (let lock = 0; lock < 20; lock += 1) {
      bench.breakStore('away');
      await bench.pass(1_500);
      bench.breakStore('none');
      await bench.pass(3_500);
    }
    const between = bench.begins().length - before;
    bench.breakStore('away');
    await bench.pass(90_000);
    bench.breakStore('none');
    await bench.pass(25_000);
    const after = bench.begins().length - before - between;
    assert.ok(bench.broken() > 0);
    return { between, after, forgotten: await silent(bench, job, schedule, since) };
  },
  ours({ between, after, forgotten }) {
    assert.ok(between >= 10, `${between} runs between the locks`);
    assert.ok(after >= 3, `${after} runs after the last`);
    assert.equal(forgotten, 0);
  },
  naive: {
    habits: {},
    shows: ({ between, after }) => assert.deepEqual({ between, after }, { between: 0, after: 0 }),
  },
});

/** Their store was a quorum behind a network. Here every call of every process fails for minutes. PostgreSQL adds one-way cuts. */
peerBug('Jepsen Chronos', {
  async tell(bench) {
    const schedule = every(bench, 10_000);
    const since = bench.now();
    const job = await bench.add(schedule, 500);
    bench.start();
    await bench.pass(5_000);
    bench.start();
    await bench.pass(30_000);
    bench.breakStore('away');
    await bench.pass(5 * minuteMs);
    const before = bench.begins().length;
    bench.breakStore('none');
    await bench.pass(25_000);
    const after = bench.begins().length - before;
    assert.ok(bench.broken() >= 3);
    return {
      before,
      after,
      said: await bench.saysItRuns(),
      forgotten: await silent(bench, job, schedule, since),
    };
  },
  ours({ before, after, said, forgotten }) {
    assert.ok(before >= 3);
    assert.ok(after >= 2, `${after} runs within 25 s of its end`);
    assert.deepEqual({ said, forgotten }, { said: true, forgotten: 0 });
  },
  naive: {
    habits: { tries: 3 },
    shows: ({ after, said }) => assert.deepEqual({ after, said }, { after: 0, said: true }),
  },
});
