import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import type { Clock } from '../../ports/clock.ts';
import { makeNeighbours } from './neighbours.ts';

/** The real passage of time, as these tests watch real processes. */
const clock: Clock = {
  now: () => ({ wall: Date.now(), boot: performance.now() }),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(finish, ms);
      signal?.addEventListener('abort', finish, { once: true });
    }),
};

/** A process with an open reception, which ends by itself after 30 s. */
async function startInstance(t: TestContext) {
  const home = mkdtempSync(join(tmpdir(), 'w-'));
  mkdirSync(join(home, 'run'), { mode: 0o700 });
  const program = `import { makeReception } from ${JSON.stringify(new URL('./reception.ts', import.meta.url).href)};
    const reception = makeReception({ home: process.argv[1], instanceId: 'ID', fallbackDir: '/nowhere',
      clock: { now: () => ({ wall: Date.now(), boot: 0 }), sleep: (ms) => new Promise((done) => setTimeout(done, ms)) } });
    await reception.open({ poked() {}, answer: async () =>
      ({ instanceId: 'ID', profile: 'p', epoch: 1, overdueMs: 0, running: 0, queued: 0 }) });
    console.log(reception.path);
    setTimeout(() => process.exit(), 30_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, home], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => {
    child.kill('SIGKILL');
    rmSync(home, { recursive: true, force: true });
  });
  const lines = createInterface({ input: child.stdout });
  const [path] = await once(lines, 'line');
  return { child, path: String(path) };
}

test('the death of a watched process by SIGKILL is noticed within 100 ms', async (t) => {
  const { child, path } = await startInstance(t);
  const neighbours = makeNeighbours(clock);
  let gone = 0;
  const noticed = new Promise<number>((resolve) => {
    neighbours.watch(path, () => {
      gone += 1;
      resolve(performance.now());
    });
  });
  assert.ok(await neighbours.ask(path, 1_000));
  const killedAt = performance.now();
  child.kill('SIGKILL');
  const latencyMs = (await noticed) - killedAt;
  t.diagnostic(`noticed ${latencyMs.toFixed(2)} ms after SIGKILL`);
  assert.ok(latencyMs < 100);
  assert.equal(await neighbours.ask(path, 1_000), null);
  assert.equal(gone, 1);
});

test('a stopped process does not answer, and is not taken for dead', async (t) => {
  const { child, path } = await startInstance(t);
  const neighbours = makeNeighbours(clock);
  let gone = 0;
  const watch = neighbours.watch(path, () => {
    gone += 1;
  });
  t.after(() => watch.close());
  assert.ok(await neighbours.ask(path, 1_000));
  child.kill('SIGSTOP');
  const before = performance.now();
  assert.equal(await neighbours.ask(path, 300), null);
  assert.ok(performance.now() - before < 1_000);
  assert.equal(gone, 0);
  child.kill('SIGCONT');
  assert.ok(await neighbours.ask(path, 1_000));
});
