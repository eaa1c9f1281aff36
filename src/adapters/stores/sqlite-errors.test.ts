import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLocked, translate } from './sqlite-errors.ts';

const sqliteError = (errcode: number): Error => Object.assign(new Error('x'), { errcode });

for (const { name, code, reason, locked } of [
  { name: 'BUSY', code: 5, reason: 'store_unavailable', locked: true },
  { name: 'BUSY_RECOVERY', code: 261, reason: 'store_unavailable', locked: true },
  { name: 'LOCKED', code: 6, reason: 'store_unavailable', locked: true },
  { name: 'READONLY', code: 8, reason: 'store_read_only', locked: false },
  { name: 'READONLY_DBMOVED', code: 1032, reason: 'store_unavailable', locked: false },
  { name: 'IOERR_FSYNC', code: 1034, reason: 'store_unavailable', locked: false },
  { name: 'CORRUPT', code: 11, reason: 'store_corrupt', locked: false },
  { name: 'FULL', code: 13, reason: 'store_full', locked: false },
  { name: 'CANTOPEN', code: 14, reason: 'store_unavailable', locked: false },
  { name: 'NOTADB', code: 26, reason: 'store_corrupt', locked: false },
] as const) {
  test(`${name} is the outage ${reason}${locked ? ' and may pass' : ''}`, () => {
    const error = sqliteError(code);
    const translated = translate(error);
    assert.ok(translated instanceof Error && 'code' in translated);
    assert.equal(translated.code, reason);
    assert.equal(translated.cause, error);
    assert.equal(isLocked(error), locked);
  });
}

test('a violated constraint and errors that are not of SQLite stay what they are', () => {
  for (const error of [sqliteError(19), new TypeError('x'), 'text']) {
    assert.equal(translate(error), error);
    assert.equal(isLocked(error), false);
  }
});
