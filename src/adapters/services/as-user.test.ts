import assert from 'node:assert/strict';
import { userInfo } from 'node:os';
import { test } from 'node:test';
import type { Account } from './accounts.ts';
import { runAs } from './as-user.ts';

const isRoot = process.getuid?.() === 0;
const nobody: Account = {
  name: 'nobody',
  uid: 65534,
  gid: 65534,
  folder: '/nonexistent',
  shell: '/bin/sh',
};
const me = userInfo();
const self: Account = {
  name: me.username,
  uid: me.uid,
  gid: me.gid,
  folder: me.homedir,
  shell: '/bin/sh',
};
const shell = (line: string): readonly string[] => ['/bin/sh', '-c', line];

test('root becomes the user of the home, with no group of its own', async (t) => {
  if (!isRoot) return t.skip('only root can become somebody else');
  const line = 'id -u; id -G; echo $HOME $USER; pwd';
  const { out } = await runAs(nobody, shell(line), { timeoutMs: 5_000 });
  assert.equal(out, '65534\n65534\n/nonexistent nobody\n/\n');
});

test('nothing of our environment goes along, and what is said comes back', async () => {
  process.env['CRONKEEPER_SECRET'] = 'told';
  const line = 'cat; printenv CRONKEEPER_SECRET || echo nothing; echo no >&2; exit 7';
  const ended = await runAs(self, shell(line), { timeoutMs: 5_000, input: 'asked\n' });
  delete process.env['CRONKEEPER_SECRET'];
  assert.deepEqual(ended, { code: 7, timedOut: false, out: 'asked\nnothing\n', err: 'no\n' });
});

test('who does not answer in time is ended', async () => {
  const ended = await runAs(self, ['/bin/sleep', '30'], { timeoutMs: 100 });
  assert.deepEqual([ended.code, ended.timedOut], [null, true]);
});

test('a program that the user cannot execute is a refusal that says so', async () => {
  await assert.rejects(runAs(self, ['/no/such/node'], { timeoutMs: 1_000 }), {
    code: 'service_failed',
    message: /cannot execute \/no\/such\/node/,
  });
});
