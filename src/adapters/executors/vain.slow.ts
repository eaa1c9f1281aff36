/** What becomes of attempts that are prepared in vain, with real processes. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { bootMs, makeBench, processes, until } from './test-bench.ts';

test('an attempt that is abandoned leaves no folder, and a release after its end is answered', async () => {
  const bench = await makeBench();
  try {
    const order = bench.order(['/bin/true']);
    const folder = join(bench.home, 'runs', order.key.runId);
    assert.equal((await bench.executor.prepare(order)).kind, 'waiting');
    await until('its folder is made', 5_000, () => existsSync(folder));
    bench.executor.abandon(order.key);
    assert.deepEqual(await bench.over(order.key), { kind: 'not-started' });
    await until('its folder is gone', 5_000, () => !existsSync(folder));
    const before = bench.events.length;
    bench.executor.release(order.key, bootMs() + 10_000);
    await until('it is answered', 5_000, () => bench.events.length > before);
    const answer = bench.events.at(-1);
    assert.deepEqual(answer, { kind: 'over', key: order.key, inspection: { kind: 'not-started' } });
  } finally {
    await bench.close();
  }
});

test('an attempt that is abandoned is prepared anew under its name at once, and is another', async () => {
  const bench = await makeBench();
  try {
    for (let round = 0; round < 20; round += 1) {
      const given = bench.order(['/bin/echo', 'before']);
      const before = await bench.executor.prepare(given);
      assert.ok(before.kind === 'waiting');
      bench.executor.abandon(given.key);
      const prepared = await bench.executor.prepare({ ...given, argv: ['/bin/echo', 'after'] });
      assert.ok(prepared.kind === 'waiting', JSON.stringify(prepared));
      assert.notEqual(prepared.process.pid, before.process.pid);
      const overs = () =>
        bench.events.filter((event) => event.kind === 'over' && event.key === given.key);
      const vain = { kind: 'over', key: given.key, inspection: { kind: 'not-started' } };
      assert.deepEqual(overs(), [vain]);
      bench.executor.release(given.key, bootMs() + 10_000);
      await until('it is over', 5_000, () => overs().length > 1);
      assert.equal(bench.output(given.key).toString(), 'after\n');
    }
  } finally {
    await bench.close();
  }
});

test('nothing is prepared under the name of an attempt that is not over, although its starter is gone', async () => {
  const bench = await makeBench();
  try {
    const given = bench.order(['/bin/true']);
    const before = await bench.executor.prepare(given);
    assert.ok(before.kind === 'waiting');
    process.kill(before.process.pid, 'SIGSTOP');
    process.kill((await bench.executor.open()).pid, 'SIGKILL');
    await until('it is told', 5_000, () => bench.events.at(-1)?.kind === 'starter-lost');
    await bench.executor.open();
    const other = await bench.executor.prepare(given);
    process.kill(before.process.pid, 'SIGCONT');
    assert.equal(other.kind, 'failed');
    assert.deepEqual(await bench.over(given.key), { kind: 'not-started' });
    assert.equal((await bench.executor.prepare(given)).kind, 'waiting');
  } finally {
    await bench.close();
  }
});

test('an attempt whose process is killed at its gate leaves no folder either', async () => {
  const bench = await makeBench();
  try {
    const order = bench.order(['/bin/true']);
    const folder = join(bench.home, 'runs', order.key.runId);
    const prepared = await bench.executor.prepare(order);
    assert.ok(prepared.kind === 'waiting');
    await until('its folder is made', 5_000, () => existsSync(folder));
    await processes.kill(prepared.process, 2_000);
    assert.deepEqual(await bench.over(order.key), { kind: 'not-started' });
    await until('its folder is gone', 5_000, () => !existsSync(folder));
  } finally {
    await bench.close();
  }
});

test('a starter that ends takes along what it prepared in vain, and leaves what began', async () => {
  const home = mkdtempSync(join(tmpdir(), 'cronkeeper-executor-'));
  const bench = await makeBench(home);
  const [vain, begun] = [bench.order(['/bin/true']), bench.order(['/bin/true'])];
  try {
    const folder = join(home, 'runs', vain.key.runId);
    assert.equal((await bench.executor.prepare(vain)).kind, 'waiting');
    await until('its folder is made', 5_000, () => existsSync(folder));
    assert.equal((await bench.run(begun)).outcome, 'succeeded');
    await bench.executor.close();
    await until('its folder is gone', 5_000, () => !existsSync(folder));
    assert.ok(existsSync(join(home, 'runs', begun.key.runId, 'exit')));
  } finally {
    await bench.close();
    rmSync(home, { recursive: true, force: true });
  }
});
