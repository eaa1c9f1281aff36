import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type ReasonCode, Refusal } from '../../core/refusal.ts';
import {
  chooseFallbackDir,
  chooseSocketPath,
  openSocketFolder,
  sweepSockets,
} from './socket-folder.ts';

function makeFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'sock-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const refusedWith = (code: ReasonCode) => (error: unknown) =>
  error instanceof Refusal && error.code === code;

test('a socket lies in the home unless its path is longer than a socket may have', () => {
  assert.equal(chooseSocketPath('/h', 'ID', '/f'), '/h/run/ID.sock');
  const long = `/${'h'.repeat(86)}`;
  assert.equal(chooseSocketPath(long, 'IDs', '/f'), `${long}/run/IDs.sock`);
  assert.equal(chooseSocketPath(long, 'IDs4', '/f'), '/f/IDs4.sock');
  // Bytes count, not letters.
  assert.equal(chooseSocketPath(`/${'é'.repeat(45)}`, 'IDs4', '/f'), '/f/IDs4.sock');
});

test('the fallback folder is that of the session if there is a usable one, else one in /tmp', () => {
  assert.equal(chooseFallbackDir('/run/user/1000', 1000), '/run/user/1000/cronkeeper');
  for (const unusable of [undefined, '', 'relative', `/${'x'.repeat(80)}`])
    assert.equal(chooseFallbackDir(unusable, 1000), '/tmp/cronkeeper-1000');
});

test('a folder for sockets is made private; one that is open, foreign or a link is refused', (t) => {
  const folder = makeFolder(t);
  const path = join(folder, 'run');
  openSocketFolder(path);
  openSocketFolder(path);
  assert.equal(statSync(path).mode & 0o777, 0o700);
  const uid = statSync(path).uid;
  assert.throws(() => openSocketFolder(path, uid + 1), refusedWith('home_foreign'));
  chmodSync(path, 0o755);
  assert.throws(() => openSocketFolder(path), refusedWith('home_modes'));
  symlinkSync(path, join(folder, 'link'));
  assert.throws(() => openSocketFolder(join(folder, 'link')), refusedWith('home_unusable'));
});

test('only an old socket that nobody listens at is swept away', async (t) => {
  const folder = makeFolder(t);
  // A process that dies by SIGKILL leaves its socket behind.
  const program = `require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`;
  const child = spawn(process.execPath, ['-e', program, join(folder, 'dead.sock')]);
  await once(child, 'exit');
  const server = createServer((socket) => socket.destroy()).listen(join(folder, 'alive.sock'));
  t.after(() => server.close());
  await once(server, 'listening');
  await sweepSockets(folder, Date.now());
  assert.deepEqual(readdirSync(folder).sort(), ['alive.sock', 'dead.sock']);
  await sweepSockets(folder, Date.now() + 61_000);
  assert.deepEqual(readdirSync(folder), ['alive.sock']);
});
