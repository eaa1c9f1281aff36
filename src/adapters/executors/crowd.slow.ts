import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test, { after, before } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { keptAtMost } from '../../core/crowd.ts';
import { type Bench, makeBench, until } from './test-bench.ts';

let bench: Bench;
before(async () => {
  bench = await makeBench();
});
after(() => bench.close());

/** The wrappers that this starter made: each begins a session of its own. */
function wrappers(): ReadonlySet<number> {
  const ofStarter = new RegExp(`^\\d+ \\(sh\\) . ${starter} `, 'u');
  const found = readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name))
    .map(statOf)
    .filter((stat) => ofStarter.test(stat))
    .map((stat) => Number.parseInt(stat, 10));
  return new Set(found);
}

let starter = 0;
function statOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return '';
  }
}

test('a crowd that was expected finds its wrappers made, and none is made while it begins', async () => {
  starter = (await bench.executor.open()).pid;
  await until('a few are spare', 5_000, () => wrappers().size === 4);
  await sleep(100);
  assert.equal(wrappers().size, 4);
  bench.executor.expect(10);
  await until('those of the crowd are made', 5_000, () => wrappers().size === 14);
  await sleep(100);
  const made = wrappers();
  assert.equal(made.size, 14);
  await Promise.all(Array.from({ length: 10 }, () => bench.run(bench.order(['/bin/true']))));
  const more = [...wrappers()].filter((pid) => !made.has(pid));
  assert.deepEqual(more, []);
  // More than will ever be kept are not made.
  bench.executor.expect(1_000);
  await until('as many as are ever kept', 5_000, () => wrappers().size === keptAtMost);
  await sleep(100);
  assert.equal(wrappers().size, keptAtMost);
});
