/** Runs the storms of a range of seeds and prints one line of JSON: `node test/simulation/simulate.ts FROM TO [STEP]`. */
import { runStorm } from './storm.ts';

const [from = 1, to = from, step = 1] = process.argv.slice(2).map(Number);
const sum = { seeds: 0, wakeUps: 0, begins: 0, checks: 0, virtualMs: 0, ms: 0 };
const injected: Record<string, number> = {};
const failed: { seed: number; faults: readonly string[] }[] = [];
const since = performance.now();
for (let seed = from; seed <= to; seed += step) {
  const storm = await runStorm(seed).catch((cause: unknown) => {
    throw new Error(`seed ${seed}`, { cause });
  });
  sum.seeds += 1;
  sum.wakeUps += storm.wakeUps;
  sum.begins += storm.begins;
  sum.checks += storm.checks;
  sum.virtualMs += storm.virtualMs;
  for (const [kind, count] of Object.entries(storm.injected))
    injected[kind] = (injected[kind] ?? 0) + count;
  if (storm.faults.length > 0) {
    failed.push({ seed, faults: storm.faults.slice(0, 5) });
    process.stderr.write(`SEED ${seed}: ${storm.faults.slice(0, 3).join('\n   ')}\n`);
    if (process.env['STOP_AT_FAULT'] !== undefined) break;
  }
}
sum.ms = Math.round(performance.now() - since);
process.stdout.write(`${JSON.stringify({ ...sum, injected, failed })}\n`);
