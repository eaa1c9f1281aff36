import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import type { Account } from '../adapters/services/accounts.ts';
import { homePath } from './config.ts';
import { placeOf } from './service-place.ts';

const before = process.env['HOME'];
afterEach(() => {
  process.env['HOME'] = before;
});

const own: Account = {
  name: 'ana',
  uid: process.getuid?.() ?? 0,
  gid: 1000,
  folder: '/home/ana',
  shell: '/bin/sh',
};
const unnamed = { home: null, profile: null };

test('a service serves the home that every other command of this user means', () => {
  process.env['HOME'] = '/data/ana';
  assert.equal(placeOf(unnamed, own).home, homePath(undefined, process.env));
  assert.equal(placeOf(unnamed, own).home, '/data/ana/.cronkeeper');
  assert.equal(placeOf({ ...unnamed, home: '/srv/jobs' }, own).home, '/srv/jobs');
});

test('of another user it serves the usual home, whatever the environment of this one says', () => {
  process.env['HOME'] = '/data/ana';
  const other = { ...own, uid: own.uid + 1, folder: '/home/bob' };
  assert.equal(placeOf(unnamed, other).home, '/home/bob/.cronkeeper');
});
