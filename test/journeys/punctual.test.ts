import assert from 'node:assert/strict';
import { test } from 'node:test';
import { percentile } from '../torture/checker.ts';
import { hasBegun, type Json, Person, until } from './program.ts';

/** How many seconds are measured; long by hand. */
const seconds = Number(process.env['SECONDS'] ?? 15);

const latenessMs = (run: Json): number =>
  Date.parse(run.text('attempts', 0, 'startedAt')) - Date.parse(run.text('fireTime'));

test(`one job a second begins every second and never early, for ${seconds} s; how late is told`, async (t) => {
  const anna = new Person();
  try {
    anna.start(['runner']);
    await until('readiness', async () => {
      const { answer } = await anna.ask(['status']);
      return answer.at('readiness', 'willRun').value === true ? true : undefined;
    });
    await anna.ask(['add', 'every 1s', '--name', 'second', '--overlap', 'allow', '--', 'true']);
    const begun = await until(
      `${seconds} of them began`,
      async () => {
        const { answer } = await anna.ask(['runs', 'second', '--limit', String(seconds * 2)]);
        // The newest may not have begun yet, or not be told to have.
        const runs = answer.list('runs').filter(hasBegun);
        return runs.length >= seconds ? runs : undefined;
      },
      (seconds + 15) * 1_000,
    );
    const late = begun.map(latenessMs);
    const at = (share: number): string => `${Math.round(percentile(late, share))} ms`;
    t.diagnostic(
      `start minus fire time (goal p99 25 ms): ${late.length} starts, p50 ${at(0.5)}, p99 ${at(0.99)}, max ${at(1)}`,
    );
    const fired = begun.map((run) => Date.parse(run.text('fireTime'))).toReversed();
    const [first = 0] = fired;
    assert.deepEqual(
      fired,
      Array.from({ length: fired.length }, (_, index) => first + index * 1_000),
    );
    assert.ok(Math.min(...late) >= 0, `early: ${late.join(' ')}`);
  } finally {
    await anna.leave();
  }
});
