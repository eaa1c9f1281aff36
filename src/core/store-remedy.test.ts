import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heldBy } from './store-remedy.ts';

test('who keeps the store locked is named, and told to finish', () => {
  const { message, remedy } = heldBy({ pid: 7, name: 'sqlite3', isStopped: false });
  assert.equal(message, 'It is locked by process 7 (sqlite3).');
  assert.equal(remedy.kind, 'advice');
});

test('who was stopped while it kept the store locked is to be let go on', () => {
  const { message, remedy } = heldBy({ pid: 7, name: 'sqlite3', isStopped: true });
  assert.match(message, /stopped/);
  assert.deepEqual(remedy, { kind: 'command', text: 'kill -CONT 7' });
});
