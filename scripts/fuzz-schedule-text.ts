/**
 * Reads a million random texts as schedules: none may throw, be refused without advice, or take longer than 50 ms.
 *
 *   node scripts/fuzz-schedule-text.ts [COUNT] [SEED]
 */
import { loadInstantReader } from '../src/core/natural-language.ts';
import { fuzzTexts } from '../test/schedule/random-text.ts';

const [count = '1000000', seed = '1'] = process.argv.slice(2);
const result = fuzzTexts(Number(count), Number(seed), 50, await loadInstantReader());
for (const fault of result.faults.slice(0, 20)) process.stdout.write(`${fault}\n`);
process.stdout.write(
  `texts: ${result.texts}, understood: ${result.understood}, faults: ${result.faults.length}, slowest: ${result.slowestMs.toFixed(1)} ms ${JSON.stringify(result.slowest.slice(0, 80))}\n`,
);
process.exitCode = result.faults.length === 0 ? 0 : 1;
