import assert from 'node:assert/strict';
import { test } from 'node:test';
import { add, startRunner, walk, whenRuns } from './asking.ts';
import { leaseFile, whyNoLease } from './leased-file.ts';

test(
  'a job whose file cannot be opened is refused with the reason, and no other job waits',
  { skip: whyNoLease() },
  () =>
    walk(async (person) => {
      const path = person.file('protected');
      const leased = await leaseFile(path);
      try {
        const runner = await startRunner(person);
        const guarded = await add(
          person,
          'every 1s',
          '--name',
          'guarded',
          '--require',
          `readable=${path}`,
          '--',
          'true',
        );
        const free = await add(person, 'every 1s', '--name', 'free', '--', 'true');
        const isRefused = ({ reason }: { readonly reason: string | null }): boolean =>
          reason === 'capability_missing';
        const refused = (
          await whenRuns(person, guarded, 'it is refused', (runs) => runs.some(isRefused))
        ).find(isRefused);
        assert.match(refused?.message ?? '', /Opening ".*protected" took longer than 5000 ms/);
        const runs = await whenRuns(
          person,
          free,
          'the other one ran',
          (all) => all.filter(({ outcome }) => outcome === 'succeeded').length >= 5,
        );
        const late = runs.filter(
          ({ startedAt, fireTime }) =>
            (startedAt ?? 0) - (fireTime ?? Number.POSITIVE_INFINITY) > 4_000,
        );
        assert.deepEqual(late, []);
        await leased.release();
        await whenRuns(person, guarded, 'it runs when it can be opened', (all) =>
          all.some(({ outcome }) => outcome === 'succeeded'),
        );
        await runner.stop();
      } finally {
        await leased.release();
      }
    }),
);
