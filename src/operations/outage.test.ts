import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '../core/refusal.ts';
import type { LockHolder } from '../core/store-remedy.ts';
import { StoreUnavailable } from '../ports/store.ts';
import { explainOutage } from './outage.ts';

const seen = (holder: LockHolder | null) => ({
  facts: () => Promise.reject(new Error('not asked')),
  lockHolder: () => holder,
});
const locked = new StoreUnavailable('store_unavailable', 'The database could not answer.', null);
const holder = { pid: 7, name: 'sqlite3', isStopped: false };

test('of a store that is locked the process is named that keeps it so', () => {
  const told = explainOutage(locked, seen(holder));
  assert.ok(told instanceof Refusal);
  assert.equal(told.code, 'store_unavailable');
  assert.equal(told.kind, 'failed');
  assert.match(
    told.message,
    /^The database could not answer\. It is locked by process 7 \(sqlite3\)\.$/,
  );
  assert.equal(told.remedy?.kind, 'advice');
});

test('of a process that is stopped the command is named that lets it go on', () => {
  const told = explainOutage(locked, seen({ ...holder, isStopped: true }));
  assert.ok(told instanceof Refusal);
  assert.match(told.message, /which is stopped/);
  assert.deepEqual(told.remedy, { kind: 'command', text: 'kill -CONT 7' });
});

test('an outage of another kind, and one that nobody is seen to cause, are told as they are', () => {
  const full = new StoreUnavailable('store_full', 'The disk is full.', null);
  assert.equal(explainOutage(full, seen(holder)), full);
  assert.equal(explainOutage(locked, seen(null)), locked);
});
