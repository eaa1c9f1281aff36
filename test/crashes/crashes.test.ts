import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { crashEverywhere } from './crash.ts';
import { Place } from './place.ts';
import { scripted } from './scripted.ts';
import { whyNoStrace } from './strace.ts';

/** Crash points of each operation; `all` for every one there is. */
const points = process.env['POINTS'] ?? '5';
const limit = points === 'all' ? Number.POSITIVE_INFINITY : Number(points);
const seed = Number(process.env['SEED'] ?? Date.now() % 100_000);
const only = process.env['OPERATION'];
/** Only points at this call. */
const call = process.env['CALL'] ?? '';
const stopsAtFault = process.env['STOP_AT_FAULT'] === '1';
const skip = whyNoStrace() ?? false;

describe('killed, or its files broken, at a call', { concurrency: 2, skip }, () => {
  for (const { name, prepare } of scripted) {
    if (only !== undefined && only !== name) continue;
    test(`${name}: what was acknowledged is there, and nothing is half done`, async (t) => {
      const place = new Place();
      try {
        const wish = { limit, seed, call, stopsAtFault };
        const tally = await crashEverywhere(place, await prepare(place), wish);
        const { kills, errors, missed, violations } = tally;
        t.diagnostic(
          `${name}: ${tally.points} points, ${kills} kills, ${errors} errors, ${missed} missed, ${violations.length} violations; SEED=${seed}`,
        );
        assert.deepEqual(violations, [], `SEED=${seed} OPERATION=${name}`);
        assert.ok(kills > 0, 'nothing was killed');
        assert.ok(errors > 0 || name === 'start', 'no call failed');
      } finally {
        await place.leave();
      }
    });
  }
});
