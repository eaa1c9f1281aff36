import assert from 'node:assert/strict';
import { doubled, every, peerBug, silent } from './story.ts';

/** Two that schedule one home, and two ticks that meet. */

peerBug('Hermes #59229', {
  async tell(bench) {
    const job = await bench.add({ kind: 'at', at: bench.now() + 90_000 }, 40_000);
    bench.start();
    await bench.pass(28_000);
    bench.start();
    await bench.pass(600_000);
    return { begins: bench.begins().filter((begin) => begin.job === job).length };
  },
  ours: ({ begins }) => assert.equal(begins, 1),
  naive: {
    habits: { tickMs: 60_000, advances: 'after' },
    shows: ({ begins }) => assert.equal(begins, 2),
  },
});

peerBug('Hermes #102944', {
  async tell(bench) {
    const schedule = every(bench, 60_000);
    const since = bench.now();
    const job = await bench.add(schedule, 45_000);
    let serve = bench.start();
    await bench.pass(20_000);
    const gateway = bench.start();
    // Both are restarted in turn, always while a run is going.
    for (let round = 0; round < 10; round += 1) {
      await bench.pass(60_000);
      await bench.stop(serve);
      serve = bench.start();
    }
    await bench.stop(gateway);
    bench.start();
    await bench.pass(120_000);
    return {
      begins: bench.begins().length,
      doubled: doubled(bench),
      cut: await bench.cut(),
      silent: await silent(bench, job, schedule, since),
    };
  },
  ours({ begins, ...wrong }) {
    assert.ok(begins >= 10, `${begins} runs`);
    assert.deepEqual(wrong, { doubled: 0, cut: 0, silent: 0 });
  },
  naive: {
    habits: { advances: 'after', endsStrangers: true },
    shows(facts) {
      assert.ok(facts.doubled > 0);
      assert.ok(facts.cut > 0);
    },
  },
});

peerBug('Hermes #51329', {
  async tell(bench) {
    await bench.add({ kind: 'at', at: bench.now() + 30_000 }, 20_000);
    bench.start();
    await bench.pass(20_000);
    bench.slowStore(1_000);
    await bench.pass(10_000);
    await bench.pass(600);
    // The timer fired; now somebody pokes as well.
    await bench.nudge();
    await bench.pass(60_000);
    return { begins: bench.begins().length };
  },
  ours: ({ begins }) => assert.equal(begins, 1),
  naive: {
    habits: { tickMs: 30_000, advances: 'after' },
    shows: ({ begins }) => assert.equal(begins, 2),
  },
});
