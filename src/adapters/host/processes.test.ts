import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { makeClock } from './clock.ts';
import type { ProcessReader, Sight } from './process-reading.ts';
import { parseMachineId, parsePlatformUuid, parsePsLine } from './process-reading.ts';
import { makeProcessTable } from './processes.ts';

const clock = makeClock();
const fallbackMachineId = () => 'f'.repeat(32);
const table = makeProcessTable({ clock, fallbackMachineId });

test('the outputs of ps and ioreg are understood as a Mac prints them', () => {
  assert.deepEqual(parsePsLine('Ss   Sun Nov  2 05:19:23 2026    \n'), {
    startMark: 'Sun Nov 2 05:19:23 2026',
    ended: false,
  });
  assert.equal(parsePsLine('Z    Sun Nov 22 05:19:23 2026\n')?.ended, true);
  assert.equal(parsePsLine(''), null);
  const ioreg =
    '+-o J314sAP  <class IOPlatformExpertDevice>\n    {\n      "IOPlatformUUID" = "A1B2C3D4-0000-1111-2222-333344445555"\n';
  assert.equal(parsePlatformUuid(ioreg), 'a1b2c3d4000011112222333344445555');
  assert.equal(parsePlatformUuid('nothing'), null);
});

test('an empty, uninitialized or zero machine id is no machine id', () => {
  assert.equal(
    parseMachineId('3d1219c7c4c5404aaa1f6d2a48adfda4\n'),
    '3d1219c7c4c5404aaa1f6d2a48adfda4',
  );
  for (const text of ['', 'uninitialized\n', '0'.repeat(32), 'abc'])
    assert.equal(parseMachineId(text), null);
});

const seen: Sight = { kind: 'seen', startMark: '10', ended: false };
const makeReader = (looks: Readonly<Record<number, Sight>>): ProcessReader => ({
  machineId: () => null,
  bootId: () => 'boot',
  pidNamespace: () => '4026531836',
  look: (pid) => looks[pid] ?? (pid === process.pid ? seen : { kind: 'gone' }),
});

test('a process is judged by machine, boot, namespace, pid and start mark together', () => {
  const looks: Record<number, Sight> = {
    20: seen,
    21: { kind: 'seen', startMark: '10', ended: true },
    22: { kind: 'hidden' },
  };
  const { life, self } = makeProcessTable({ clock, fallbackMachineId, reader: makeReader(looks) });
  const one = { ...self(), pid: 20, startMark: '10' };
  assert.equal(one.machineId, 'f'.repeat(32));
  const cases = [
    { name: 'the same', identity: one, is: 'alive' },
    { name: 'reused pid', identity: { ...one, startMark: '9' }, is: 'dead' },
    { name: 'zombie', identity: { ...one, pid: 21 }, is: 'dead' },
    { name: 'hidden', identity: { ...one, pid: 22 }, is: 'unknowable' },
    { name: 'no such pid', identity: { ...one, pid: 23 }, is: 'dead' },
    { name: 'earlier boot', identity: { ...one, bootId: 'old' }, is: 'dead' },
    {
      name: 'earlier boot, other namespace',
      identity: { ...one, bootId: 'old', pidNamespace: '1' },
      is: 'dead',
    },
    { name: 'other namespace', identity: { ...one, pidNamespace: '1' }, is: 'unknowable' },
    { name: 'other machine', identity: { ...one, machineId: 'e' }, is: 'unknowable' },
    { name: 'nonsense pid', identity: { ...one, pid: -1 }, is: 'dead' },
  ];
  for (const { name, identity, is } of cases) assert.equal(life(identity), is, name);
});

test('in a container a process that calls the boot by another name is judged by its start mark', () => {
  const reader = { ...makeReader({ 20: seen }), pidNamespace: () => '4026532183' };
  const { life, self } = makeProcessTable({ clock, fallbackMachineId, reader });
  const confined = { ...self(), pid: 20, bootId: "the host's" };
  const cases = [
    { name: 'the same', identity: confined, is: 'alive' },
    { name: 'another start mark', identity: { ...confined, startMark: '9' }, is: 'dead' },
    { name: 'no such pid', identity: { ...confined, pid: 23 }, is: 'dead' },
    { name: 'an earlier container', identity: { ...confined, pidNamespace: '1' }, is: 'dead' },
  ];
  for (const { name, identity, is } of cases) assert.equal(life(identity), is, name);
});

test('this process is alive and knows itself', () => {
  assert.equal(table.self().pid, process.pid);
  assert.equal(table.life(table.self()), 'alive');
  assert.deepEqual(table.identify(process.pid), table.self());
});

/** A child that would end by itself after ten seconds. */
function makeChild() {
  const child = spawn('sleep', ['10'], { stdio: 'ignore' });
  const { pid } = child;
  assert.ok(pid);
  const identity = table.identify(pid);
  assert.ok(identity);
  return { child, identity };
}

test('a child is killed within its time and is then dead', async () => {
  const { child, identity } = makeChild();
  const ended = once(child, 'exit');
  assert.equal(await table.kill(identity, 2_000), true);
  assert.equal(table.life(identity), 'dead');
  assert.equal((await ended)[1], 'SIGKILL');
  assert.equal(await table.kill(identity, 2_000), true);
});

test('a process with the same pid but another start mark is not killed', async () => {
  const { child, identity } = makeChild();
  assert.equal(await table.kill({ ...identity, startMark: '1' }, 100), true);
  assert.equal(await table.kill({ ...identity, pidNamespace: '1' }, 100), false);
  assert.equal(table.life(identity), 'alive');
  child.kill();
  await once(child, 'exit');
});

test('a pid that changes hands between question and signal is spared', async () => {
  const { child, identity } = makeChild();
  const forged = { ...identity, startMark: '1' };
  // The reader still believes in the old process; the comparison beside the signal does not.
  const reader: ProcessReader = {
    machineId: () => identity.machineId,
    bootId: () => identity.bootId,
    pidNamespace: () => identity.pidNamespace,
    look: () => ({ kind: 'seen', startMark: '1', ended: false }),
  };
  const credulous = makeProcessTable({ clock, fallbackMachineId, reader });
  assert.equal(await credulous.kill(forged, 30), false);
  assert.equal(table.life(identity), 'alive');
  child.kill();
  await once(child, 'exit');
});

test('a process never kills itself', async () => {
  assert.equal(await table.kill(table.self(), 10), false);
});
