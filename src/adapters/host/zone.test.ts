import assert from 'node:assert/strict';
import { test } from 'node:test';
import { machineZone } from './zone.ts';

test('the zone of the machine is the one that Intl names', () => {
  const { TZ: _, ...env } = process.env;
  assert.equal(machineZone(process.env), new Intl.DateTimeFormat().resolvedOptions().timeZone);
  assert.equal(machineZone({ ...env, TZ: 'UTC' }), 'UTC');
});
