/**
 * An owner to be killed by tests: `test-owner HOME`. For each line (an order, and whether to release it) it prepares and prints the
 * wrapper's identity; first of all it prints the starter's. Ends by itself after a minute.
 */
import { createInterface } from 'node:readline';
import { bootMs, makeBench } from './test-bench.ts';

setTimeout(() => process.exit(1), 60_000);
const bench = await makeBench(process.argv[2]);
const starter = await bench.executor.open();
process.stdout.write(`${JSON.stringify(starter)}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  const { order, go } = JSON.parse(line);
  const prepared = await bench.executor.prepare(order);
  if (go) {
    bench.executor.release(order.key, bootMs() + 10_000);
    await bench.began(order.key);
  }
  process.stdout.write(
    `${JSON.stringify(prepared.kind === 'waiting' ? prepared.process : null)}\n`,
  );
}
