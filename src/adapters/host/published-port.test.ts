import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ProcessIdentity } from '../../core/provenance.ts';
import { publishPort } from './published-port.ts';

const identity = (pid: number): ProcessIdentity => ({
  machineId: 'm',
  bootId: 'b',
  pidNamespace: '1',
  pid,
  startMark: String(pid),
});
const published = (pid: number) =>
  ({
    role: 'desktop',
    profile: 'la',
    host: '127.0.0.1',
    port: 4000 + pid,
    url: `http://127.0.0.1:${4000 + pid}`,
    process: identity(pid),
  }) as const;

test('a port is published for its user only, by pid, and taken back', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ck-run-'));
  try {
    const alive = { life: () => 'alive' as const };
    const takeBack = publishPort(folder, published(7), alive);
    const path = join(folder, 'dashboard-7.json');
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.deepEqual(JSON.parse(readFileSync(path, 'utf8')), published(7));
    publishPort(folder, published(8), alive);
    takeBack();
    takeBack();
    assert.deepEqual(readdirSync(folder), ['dashboard-8.json']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('what killed processes left is removed; what lives, or cannot be read, stays', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ck-run-'));
  try {
    const life = ({ pid }: ProcessIdentity) => (pid === 7 ? 'dead' : 'alive');
    for (const pid of [7, 8]) publishPort(folder, published(pid), { life: () => 'alive' });
    writeFileSync(join(folder, 'dashboard-9.json'), '{');
    writeFileSync(join(folder, 'other.json'), '{}');
    publishPort(folder, published(10), { life });
    assert.deepEqual(readdirSync(folder).sort(), [
      'dashboard-10.json',
      'dashboard-8.json',
      'dashboard-9.json',
      'other.json',
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
