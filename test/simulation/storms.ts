import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultsOf, runCampaign } from './campaign.ts';

const seeds = Number(process.env['SEEDS'] ?? 2_000);
const start = Number(process.env['SEED'] ?? 1_001);

/** Tests one half of the storms: each has a file, and so a processor, of its own. */
export function storms(half: 1 | 2): void {
  const middle = Math.ceil(seeds / 2);
  const [count, first] = half === 1 ? [middle, start] : [seeds - middle, start + middle];
  test(`${count} storms from seed ${first} on: no guarantee is broken`, async (t) => {
    const since = performance.now();
    const campaign = await runCampaign(first, first + count - 1);
    const { failed, ...sums } = campaign;
    const faults = faultsOf(campaign);
    const tookMs = Math.round(performance.now() - since);
    t.diagnostic(JSON.stringify({ ...sums, faults, tookMs }));
    assert.deepEqual(failed, [], 'node test/simulation/simulate.ts SEED replays one');
    assert.ok(campaign.wakeUps >= count * 1_500, `${campaign.wakeUps} wake-ups`);
    assert.ok(faults >= count * 25, `${faults} faults`);
  });
}
