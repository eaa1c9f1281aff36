import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultsOf } from './gate.ts';
import { reportLines } from './report.ts';
import { torture } from './torture.ts';

const minutes = Number(process.env['MINUTES'] ?? 3);
const seed = Number(process.env['SEED'] ?? Date.now() % 100_000);
const only = (process.env['ONLY'] ?? '').split(',').filter((name) => name !== '');

test(`${minutes} minutes of torture: nothing doubled, silent, unauthorised, orphaned or stuck`, async (t) => {
  const result = await torture({
    seed,
    minutes,
    ttlMs: 1_500,
    only,
    tell: (line) => t.diagnostic(line),
  });
  for (const line of reportLines(result)) t.diagnostic(line);
  assert.deepEqual(faultsOf(result), [], `SEED=${seed}`);
});
