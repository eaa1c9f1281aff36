import assert from 'node:assert/strict';
import { hourMs, minuteMs } from '../../src/core/instant.ts';
import { every, peerBug } from './story.ts';

/** What people ask for and what the calendar does. */

peerBug('Hermes #71959', {
  async tell(bench) {
    const kept = await bench.add(every(bench, hourMs));
    const deleted = await bench.add(every(bench, hourMs));
    const deletedWhileRunning = await bench.add(every(bench, hourMs), minuteMs);
    const session = await bench.openSession();
    bench.start();
    await bench.remove(deleted);
    await session.save();
    await bench.pass(hourMs + 5_000 - (bench.now() % hourMs));
    await bench.remove(deletedWhileRunning);
    await bench.pass(2 * minuteMs);
    return {
      kept: await bench.has(kept),
      deleted: await bench.has(deleted),
      deletedWhileRunning: await bench.has(deletedWhileRunning),
      ran: bench.begins().filter(({ job }) => job === deleted).length,
    };
  },
  ours: (facts) =>
    assert.deepEqual(facts, { kept: true, deleted: false, deletedWhileRunning: false, ran: 0 }),
  naive: {
    habits: { advances: 'after' },
    shows: (facts) =>
      assert.deepEqual(facts, { kept: true, deleted: true, deletedWhileRunning: true, ran: 1 }),
  },
});

peerBug('Hermes #16612', {
  async tell(bench) {
    const job = await bench.add(every(bench, 24 * hourMs));
    const alone = await bench.runNow(job);
    await bench.pass(hourMs);
    const ranAlone = bench.begins().length;
    bench.start();
    await bench.pass(5_000);
    const before = bench.begins().length;
    const served = await bench.runNow(job);
    await bench.pass(5_000);
    return { alone, ranAlone, served, ranServed: bench.begins().length - before };
  },
  ours: (facts) =>
    assert.deepEqual(facts, { alone: false, ranAlone: 0, served: true, ranServed: 1 }),
  naive: {
    habits: {},
    shows: ({ alone, ranAlone }) =>
      assert.deepEqual({ alone, ranAlone }, { alone: true, ranAlone: 0 }),
  },
});

peerBug('k8s #121594', {
  /** The clocks of Berlin go from 03:00 back to 02:00 at 01:00 UTC on 25 October 2026. */
  startAt: Date.UTC(2026, 9, 24, 22),
  async tell(bench) {
    const half = { kind: 'cron', expression: '30 2 * * *', zone: 'Europe/Berlin' } as const;
    const full = { kind: 'cron', expression: '0 2 * * *', zone: 'Europe/Berlin' } as const;
    const jobs = [await bench.add(half), await bench.add(full)];
    bench.start();
    await bench.pass(5 * hourMs);
    return jobs.map((job) => bench.begins().filter((begin) => begin.job === job).length);
  },
  ours: (facts) => assert.deepEqual(facts, [1, 1]),
  naive: { habits: { tickMs: 15_000 }, shows: (facts) => assert.deepEqual(facts, [2, 2]) },
});
