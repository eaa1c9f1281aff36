import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openCliWorld } from '../../../test/doors/cli-host.ts';
import { withHolder } from '../../../test/operations/world.ts';
import { command, Refusal } from '../../core/refusal.ts';
import { StoreUnavailable } from '../../ports/store.ts';

const closed = new Refusal('home_modes', '"/home" has mode 0755.', {
  remedy: command('chmod 700 /home'),
});

test('a healthy profile has nothing to mend, with or without --fix', async () => {
  const cli = await openCliWorld();
  await withHolder(cli.world);
  const { exitCode, out } = await cli.run(['doctor', '--fix']);
  assert.equal(exitCode, 0, out);
  assert.match(out, /^Healthy\. {2}0 problems, 0 warnings/m);
  assert.deepEqual(cli.mended, []);
});

test('a home that cannot be opened is a finding, and is mended only with --fix', async () => {
  const cli = await openCliWorld();
  const context = async (): Promise<never> => {
    throw closed;
  };
  const seen = await cli.run(['doctor'], { context });
  assert.equal(seen.exitCode, 1);
  assert.match(seen.out, /✗ problem: modes: .*\[home_modes\]\n {2}→ chmod 700 \/home\n/);
  assert.deepEqual(cli.mended, []);
  const { out } = await cli.run(['doctor', '--fix', '--json'], { context });
  const told: { readonly mended: unknown } = JSON.parse(out);
  assert.deepEqual(told.mended, [{ mend: 'modes', isDone: true, message: 'Did modes.' }]);
});

test('after mending it looks again', async () => {
  const cli = await openCliWorld();
  await withHolder(cli.world);
  const { exitCode, out } = await cli.run(['doctor', '--fix'], {
    context: async () => {
      if (cli.mended.length === 0) throw closed;
      return { context: cli.world.context, close: async () => {} };
    },
  });
  assert.equal(exitCode, 0, out);
  assert.match(out, /Mended: Did modes\.\nHealthy\./);
});

test('a store that does not answer is a finding with its remedy; a wrong use is none', async () => {
  const cli = await openCliWorld();
  const failing = (error: Error) => ({
    context: async (): Promise<never> => {
      throw error;
    },
  });
  const full = await cli.run(
    ['doctor'],
    failing(new StoreUnavailable('store_full', 'It is full.')),
  );
  assert.match(full.out, /✗ problem: store: It is full\. \[store_full\]\n {2}→ Free some space/);
  const usage = new Refusal('usage', 'No.', { kind: 'usage' });
  assert.equal((await cli.run(['doctor'], failing(usage))).exitCode, 2);
});
