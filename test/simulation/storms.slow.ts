import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultsOf, runCampaign } from './campaign.ts';

const seeds = Number(process.env['SEEDS'] ?? 1_000);
/** Shorter ones than by hand: more seeds find more than longer storms. */
const rounds = 16;
const start = Number(process.env['SEED'] ?? 1_001);

test(`${seeds} storms from seed ${start} on: no guarantee is broken`, async (t) => {
  const since = performance.now();
  const campaign = await runCampaign(start, start + seeds - 1, { rounds });
  const { failed, ...sums } = campaign;
  const faults = faultsOf(campaign);
  const tookMs = Math.round(performance.now() - since);
  t.diagnostic(JSON.stringify({ ...sums, faults, tookMs }));
  assert.deepEqual(
    failed,
    [],
    `ROUNDS=${rounds} node test/simulation/simulate.ts SEED replays one`,
  );
  assert.ok(campaign.wakeUps >= seeds * 1_200, `${campaign.wakeUps} wake-ups`);
  assert.ok(faults >= seeds * 25, `${faults} faults`);
});
