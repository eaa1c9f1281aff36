import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Holder } from '../../core/lease.ts';
import type { Store } from '../../ports/store.ts';
import { openSqliteStore } from './sqlite.ts';

const folderPrefix = 'cronkeeper-durability-';
/** A child ends by itself after this, whatever becomes of its parent. */
const childLifeMs = 30_000;

const open = (path: string): Promise<Store> =>
  openSqliteStore({ path, now: Date.now, sleep: (ms) => sleep(ms), random: Math.random });

/** Creates the profile and tells whether it was the one that did. */
async function ensure(store: Store): Promise<void> {
  process.stdout.write(`${await store.profiles.ensure('la', 1, 'child')}\n`);
}

/** Creates profile after profile, several rows in one transaction each, and acknowledges each after its commit. */
async function append(store: Store): Promise<void> {
  const until = Date.now() + childLifeMs;
  for (let n = 0; Date.now() < until; n++) {
    await store.profiles.ensure(`${process.pid}-${n}`, n, 'child');
    process.stdout.write(`${process.pid}-${n}\n`);
  }
}

/** This process as a holder; nothing here looks at more than its id. */
function self(): Holder {
  const machine = { host: 'host', machineId: 'machine' };
  const instanceId = String(process.pid);
  const { pid } = process;
  return {
    instanceId,
    role: 'runner',
    host: machine.host,
    process: { machineId: 'machine', bootId: 'boot', pidNamespace: '', pid, startMark: '0' },
    provenance: {
      ...machine,
      level: 'unknown',
      service: null,
      chain: [],
      uid: 0,
      user: 'user',
      facts: [],
      probedAt: 1,
    },
    socket: '/run/socket',
    starter: null,
    since: 1,
  };
}

/** Takes the lease from whoever has it, fifty times, and tells each epoch that it was given. */
async function claim(store: Store): Promise<void> {
  await store.profiles.ensure('la', 1, 'child');
  for (let taken = 0; taken < 50; ) {
    const lease = await store.leases.read('la');
    const claimed = await store.leases.claim({
      profile: 'la',
      holder: self(),
      ttlMs: 15_000,
      seen: lease,
      appointmentVersion: 1,
      grounds: lease.holder === null ? 'free' : 'ended',
      entry: {
        profile: 'la',
        at: 1,
        actor: 'child',
        kind: 'owner.claimed',
        subject: '',
        detail: {},
      },
    });
    if (claimed.kind !== 'claimed') continue;
    taken++;
    process.stdout.write(`${claimed.lease.epoch}\n`);
  }
}

const tasks: Readonly<Record<string, (store: Store) => Promise<void>>> = { ensure, append, claim };

/** Runs one task of this file in a process of its own; `lines` grows as it prints. */
function start(task: string, path: string): { child: ChildProcess; lines: string[] } {
  const child = spawn(process.execPath, [import.meta.filename, task, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  assert.ok(child.stdout);
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  return { child, lines };
}

async function finish(task: string, path: string): Promise<readonly string[]> {
  const { child, lines } = start(task, path);
  const [code] = await once(child, 'close');
  assert.equal(code, 0);
  return lines;
}

function main(): void {
  const folder = mkdtempSync(join(tmpdir(), folderPrefix));
  after(() => rmSync(folder, { recursive: true }));

  test('eight processes that open a fresh file at once all succeed, with one migration', async () => {
    for (let round = 0; round < 3; round++) {
      const path = join(folder, `fresh-${round}.db`);
      const answers = await Promise.all(Array.from({ length: 8 }, () => finish('ensure', path)));
      const sorted = answers.map((lines) => lines.join()).sort();
      assert.deepEqual(sorted, [...Array.from({ length: 7 }, () => 'false'), 'true']);
    }
  });

  test('four processes that take the lease from each other never get the same epoch', async () => {
    const path = join(folder, 'claims.db');
    const answers = await Promise.all(Array.from({ length: 4 }, () => finish('claim', path)));
    const epochs = answers.flat().map(Number);
    assert.equal(epochs.length, 200);
    assert.equal(new Set(epochs).size, 200);
    assert.equal(Math.max(...epochs), 200);
  });

  test('what was acknowledged before a SIGKILL is there, whole, and the store opens again', async () => {
    const path = join(folder, 'killed.db');
    const acknowledged: string[] = [];
    for (let round = 0; round < 20; round++) {
      const { child, lines } = start('append', path);
      const closed = once(child, 'close');
      while (lines.length === 0 && child.exitCode === null) await sleep(5);
      await sleep(Math.random() * 100);
      child.kill('SIGKILL');
      await closed;
      assert.ok(lines.length > 0, 'the writer had begun');
      acknowledged.push(...lines);
    }
    const store = await open(path);
    assert.deepEqual(await store.upkeep.check(), []);
    const found = new Set((await store.profiles.list()).map((profile) => profile.name));
    assert.deepEqual(
      acknowledged.filter((name) => !found.has(name)),
      [],
    );
    // Nothing of a transaction without the rest of it.
    for (const name of found) {
      assert.equal((await store.appointments.current(name)).version, 1);
      assert.equal((await store.audit.list(name, { limit: 9 })).length, 1);
    }
    await store.close();
  });
}

const [taskName, path] = process.argv.slice(2);
const task = taskName === undefined ? undefined : tasks[taskName];
if (task !== undefined && path !== undefined) {
  const store = await open(path);
  await task(store);
  await store.close();
} else {
  main();
}
