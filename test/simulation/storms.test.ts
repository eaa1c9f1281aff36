import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultsOf, runCampaign } from './campaign.ts';
import { seedsThatFailed } from './regressions.ts';
import { runStorm } from './storm.ts';

test('seeds 1 to 30: nothing doubled, silent, early, unauthorised, unfenced, left behind or untrue, and all recovers', async (t) => {
  const campaign = await runCampaign(1, 30);
  t.diagnostic(JSON.stringify(campaign));
  assert.deepEqual(campaign.failed, []);
  assert.ok(faultsOf(campaign) > 1_000, 'hardly anything was injected');
  assert.ok(campaign.begins > 2_000, 'hardly anything ran');
});

test('one seed replays exactly', async () => {
  const once = await runStorm(11);
  const again = await runStorm(11);
  assert.equal(again.hash, once.hash);
  assert.deepEqual(again.log, once.log);
  assert.notEqual((await runStorm(12)).hash, once.hash);
});

test('seeds that failed once do not fail again', async () => {
  for (const seed of seedsThatFailed)
    assert.deepEqual((await runStorm(seed)).faults, [], `seed ${seed}`);
});
