import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultsOf } from './gate.ts';
import { reportLines } from './report.ts';
import { namesIn, torture } from './torture.ts';

const { MINUTES = '3', SEED = String(Date.now() % 100_000), ONLY = '', NEMESES = '' } = process.env;

test(`${MINUTES} minutes of torture: nothing doubled, silent, unauthorised, orphaned or stuck`, async (t) => {
  const result = await torture({
    seed: Number(SEED),
    minutes: Number(MINUTES),
    ttlMs: 1_500,
    isCrowded: false,
    only: namesIn(ONLY),
    nemeses: namesIn(NEMESES),
    tell: (line) => t.diagnostic(line),
  });
  for (const line of reportLines(result)) t.diagnostic(line);
  assert.deepEqual(faultsOf(result), [], `SEED=${SEED}`);
});
