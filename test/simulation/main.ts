/** `npm run simulate -- FROM TO`: runs the storms of these seeds on every core and tells what they came to; exit code 1 when one failed. */
import { availableParallelism } from 'node:os';
import { faultsOf, runCampaign } from './campaign.ts';

/** Progress is told after so many seeds. */
const slice = 500;

const [from, to] = process.argv.slice(2).map(Number);
if (from === undefined || to === undefined || !(from <= to)) {
  process.stderr.write('Which seeds? npm run simulate -- FROM TO\n');
  process.exit(2);
}
const sum = { seeds: 0, wakeUps: 0, faults: 0, begins: 0, checks: 0, virtualMs: 0 };
const failed: number[] = [];
const since = performance.now();
for (let first = from; first <= to; first += slice) {
  const last = Math.min(to, first + slice - 1);
  const campaign = await runCampaign(first, last, { processes: availableParallelism() });
  sum.seeds += campaign.seeds;
  sum.wakeUps += campaign.wakeUps;
  sum.faults += faultsOf(campaign);
  sum.begins += campaign.begins;
  sum.checks += campaign.checks;
  sum.virtualMs += campaign.virtualMs;
  failed.push(...campaign.failed.map(({ seed }) => seed));
  const seconds = Math.round((performance.now() - since) / 1_000);
  const days = (sum.virtualMs / 86_400_000).toFixed(1);
  process.stdout.write(
    `${seconds} s: seeds ${from}-${last}, ${sum.wakeUps} wake-ups, ${sum.faults} faults, ${sum.begins} begins, ${sum.checks} checks, ${days} virtual days; failed: ${failed.join(' ') || 'none'}\n`,
  );
}
process.exitCode = failed.length > 0 ? 1 : 0;
