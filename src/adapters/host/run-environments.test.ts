import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Refusal } from '../../core/refusal.ts';
import { makeRunEnvironments } from './run-environments.ts';

function homeOf(t: TestContext): string {
  const home = mkdtempSync(join(tmpdir(), 'env-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  return home;
}

const write = (home: string, name: string, text: string, mode = 0o600): void => {
  writeFileSync(join(home, name), text);
  chmodSync(join(home, name), mode);
};

test('a home without files gives what runs inherit from the process', (t) => {
  const environments = makeRunEnvironments({
    home: homeOf(t),
    own: { PATH: '/bin', API_TOKEN: 'secret' },
  });
  assert.deepEqual(environments.base('la'), { own: { PATH: '/bin' }, files: [] });
  assert.deepEqual(environments.own, { PATH: '/bin' });
});

test('the file of the home stands below that of the profile, and a change counts from the next turn of the loop on', async (t) => {
  const home = homeOf(t);
  const environments = makeRunEnvironments({ home, own: {} });
  write(home, 'env', 'A=1\nB=1');
  write(home, 'env.la', 'B=2');
  write(home, 'env.other', 'B=3');
  const path = (name: string): string => join(home, name);
  assert.deepEqual(environments.base('la').files, [
    { path: path('env'), names: { A: '1', B: '1' } },
    { path: path('env.la'), names: { B: '2' } },
  ]);
  await new Promise(setImmediate);
  write(home, 'env', 'A=changed');
  rmSync(path('env.la'));
  assert.deepEqual(environments.base('la').files, [{ path: path('env'), names: { A: 'changed' } }]);
});

const bad: readonly (readonly [string, (home: string) => void, string, RegExp])[] = [
  ['has a bad line', (home) => write(home, 'env', 'A=1\nB'), 'file_invalid', /line 2/],
  ['is readable by others', (home) => write(home, 'env', 'A=1', 0o644), 'home_modes', /by others/],
  ['is a folder', (home) => mkdirSync(join(home, 'env')), 'file_invalid', /not a file/],
  ['is too long', (home) => write(home, 'env', 'A'.repeat(300_000)), 'file_invalid', /longer/],
];
for (const [what, make, code, message] of bad) {
  test(`a file that ${what} is refused as a whole, each time`, (t) => {
    const home = homeOf(t);
    make(home);
    const environments = makeRunEnvironments({ home, own: {} });
    for (let time = 0; time < 2; time += 1)
      assert.throws(
        () => environments.base('la'),
        (error) => error instanceof Refusal && error.code === code && message.test(error.message),
      );
  });
}

test('what an owner leaves of its environment is read by others, and holds only what runs inherit', (t) => {
  const home = homeOf(t);
  const owner = makeRunEnvironments({ home, own: { PATH: '/owner', TOKEN: 'secret' } });
  const asker = makeRunEnvironments({ home, own: { PATH: '/asker' } });
  // Without the folder it cannot be written, which is no failure.
  owner.keep('la');
  assert.equal(asker.kept('la'), null);
  mkdirSync(join(home, 'run'));
  owner.keep('la');
  assert.deepEqual(asker.kept('la')?.names, { PATH: '/owner' });
  assert.equal(asker.kept('other'), null);
  write(home, 'run/environment-la.json', '[]'.repeat(2));
  assert.equal(asker.kept('la'), null);
});
