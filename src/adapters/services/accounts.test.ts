import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findAccount } from './accounts.ts';
import type { Commands } from './commands.ts';

const answering = (output: string, code = 0): Commands & { readonly asked: string[] } => {
  const asked: string[] = [];
  return {
    asked,
    run: async (command, args) => {
      asked.push([command, ...args].join(' '));
      return { code, output, said: '' };
    },
    lines: async function* () {},
  };
};
const ana = { name: 'ana', uid: 1000, gid: 100, folder: '/home/ana', shell: '/bin/bash' };

test('an account is read from the line that the system has of it', async () => {
  const line = 'ana:x:1000:100:Ana,,,:/home/ana:/bin/bash\n';
  assert.deepEqual(await findAccount(answering(line), 'ana', 'linux'), ana);
  for (const text of ['', 'ana:x:one:100::/home/ana:', 'ana:x:1000:100:::/bin/sh'])
    assert.equal(await findAccount(answering(text), 'ana', 'linux'), null, text);
  assert.equal(await findAccount(answering('', 2), 'ana', 'linux'), null);
});

test('what cannot be the name of a user is not even asked for', async () => {
  for (const name of ['', '-x', 'a b', 'a:b', '../root']) {
    const commands = answering('ana:x:1000:100::/home/ana:/bin/sh');
    assert.equal(await findAccount(commands, name, 'linux'), null, name);
    assert.deepEqual(commands.asked, []);
  }
});
