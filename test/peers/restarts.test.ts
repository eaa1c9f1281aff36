import assert from 'node:assert/strict';
import { hourMs, minuteMs } from '../../src/core/instant.ts';
import { doubled, every, peerBug, silent } from './story.ts';

/** What a restart does to what came due, is going on, or had been done. */

peerBug('Hermes PR #3396', {
  async tell(bench) {
    const daily = { kind: 'every', everyMs: 24 * hourMs, anchor: bench.now() + 10_000 } as const;
    await bench.add(daily, 10_000);
    let scheduler = bench.start();
    await bench.pass(9_000);
    const before = bench.wakeUps();
    for (let crash = 0; crash < 50; crash += 1) {
      await bench.pass(crash === 0 ? 1_020 : 20 + crash * 13);
      bench.kill(scheduler);
      scheduler = bench.start();
    }
    await bench.pass(60_000);
    assert.ok(bench.wakeUps() > before + 50, 'nothing happened between the crashes');
    return { messages: bench.begins().length };
  },
  ours: ({ messages }) => assert.equal(messages, 1),
  naive: {
    habits: { advances: 'after' },
    shows: ({ messages }) => assert.ok(messages >= 24, `${messages} messages`),
  },
});

peerBug('OpenClaw #42640', {
  async tell(bench) {
    const schedule = every(bench, hourMs);
    const since = bench.now();
    const job = await bench.add(schedule);
    let scheduler = bench.start();
    await bench.pass(hourMs + 10_000);
    for (let restart = 0; restart < 20; restart += 1) {
      if (restart % 2 === 0) await bench.stop(scheduler);
      else bench.kill(scheduler);
      await bench.pass(1_000);
      scheduler = bench.start();
      await bench.pass(20_000);
    }
    return {
      begins: bench.begins().length,
      doubled: doubled(bench),
      silent: await silent(bench, job, schedule, since),
    };
  },
  ours: (facts) => assert.deepEqual(facts, { begins: 1, doubled: 0, silent: 0 }),
  naive: {
    habits: { atStart: 'replay', remembersAfterMs: 10 * minuteMs },
    shows({ begins, doubled: twice }) {
      assert.equal(twice, 1);
      assert.ok(begins > 2, `${begins} runs`);
    },
  },
});

peerBug('OpenClaw #4018, #33092, #104412', {
  async tell(bench) {
    const schedule = every(bench, 10 * minuteMs);
    const since = bench.now();
    const job = await bench.add(schedule);
    let scheduler = bench.start();
    let late = 0;
    for (let restart = 0; restart < 50; restart += 1) {
      const due = since + (restart + 1) * 10 * minuteMs;
      await bench.pass(due - 1_000 - bench.now());
      if (restart % 2 === 0) bench.kill(scheduler);
      else await bench.stop(scheduler);
      await bench.pass(Math.max(0, due + 1_000 - bench.now()));
      const before = bench.begins().length;
      scheduler = bench.start();
      await bench.pass(4_000);
      if (bench.begins().length > before) late += 1;
    }
    await bench.pass(10_000);
    return {
      late,
      doubled: doubled(bench),
      silent: await silent(bench, job, schedule, since),
    };
  },
  ours: (facts) => assert.deepEqual(facts, { late: 50, doubled: 0, silent: 0 }),
  naive: {
    habits: { atStart: 'forget' },
    shows: (facts) => assert.deepEqual(facts, { late: 0, doubled: 0, silent: 50 }),
  },
});

peerBug('OpenClaw #42039, #73644', {
  async tell(bench) {
    const start = bench.now();
    const jobs: (readonly [string, number])[] = [];
    // Daily jobs: half of them came due seven hours before the restart, half of them half an hour before it.
    for (let index = 0; index < 500; index += 1) {
      const firstAt = start + (index % 2 === 0 ? hourMs : 7.5 * hourMs);
      const schedule = { kind: 'every', everyMs: 24 * hourMs, anchor: firstAt } as const;
      jobs.push([await bench.add(schedule), firstAt]);
    }
    await bench.pass(8 * hourMs);
    bench.start();
    await bench.pass(10 * minuteMs);
    const times = bench.begins().map(({ at }) => at);
    const atOnce = Math.max(
      ...times.map((at) => times.filter((other) => other >= at && other < at + 1_000).length),
    );
    const wrongHour = bench
      .begins()
      .filter(({ fireTime, at }) => at - (fireTime ?? 0) > 2 * hourMs);
    let without = 0;
    for (const [job] of jobs) if ((await bench.traces(job)).length === 0) without += 1;
    return { begins: times.length, atOnce, wrongHour: wrongHour.length, without };
  },
  ours({ begins, atOnce, wrongHour, without }) {
    assert.equal(begins, 250);
    assert.ok(atOnce <= 3, `${atOnce} within a second`);
    assert.deepEqual({ wrongHour, without }, { wrongHour: 0, without: 0 });
  },
  naive: {
    habits: { atStart: 'replay' },
    shows({ begins, atOnce, wrongHour }) {
      assert.deepEqual({ begins, atOnce, wrongHour }, { begins: 500, atOnce: 500, wrongHour: 250 });
    },
  },
});

peerBug('k8s #42649 / PR #81557', {
  async tell(bench) {
    const start = bench.now();
    const minutely = every(bench, minuteMs);
    const secondly = every(bench, 1_000);
    const job = await bench.add(minutely);
    const fast = await bench.add(secondly, 100);
    await bench.pass(3 * hourMs + 500);
    const before = bench.wakeUps();
    bench.start();
    await bench.pass(5 * minuteMs);
    const served = bench.begins().filter((begin) => begin.job === job && begin.at > start);
    return {
      served: served.length,
      rows: (await bench.traces(fast)).filter(({ from }) => from < start + 3 * hourMs).length,
      silent:
        (await silent(bench, job, minutely, start)) + (await silent(bench, fast, secondly, start)),
      wakeUps: bench.wakeUps() - before,
    };
  },
  ours({ served, rows, silent: forgotten, wakeUps }) {
    // The newest of those that were missed, and five that came due since.
    assert.equal(served, 6);
    assert.ok(rows <= 2, `${rows} rows for 10,800 missed starts`);
    assert.equal(forgotten, 0);
    assert.ok(wakeUps < 20 * 300, `${wakeUps} wake-ups in five minutes`);
  },
  naive: {
    habits: { mostMissed: 100 },
    shows: ({ served }) => assert.equal(served, 0),
  },
});
