import assert from 'node:assert/strict';
import { test } from 'node:test';
import { spaceOn, spaceWords } from './disk-space.ts';
import type { DiskFacts } from './machine-facts.ts';

const mebibyte = 1024 ** 2;
const gibibyte = 1024 ** 3;
const disk: DiskFacts = {
  freeBytes: 50 * gibibyte,
  totalBytes: 100 * gibibyte,
  freeFiles: 1e6,
  totalFiles: 2e6,
  kind: 'kept',
};

const spaces: readonly (readonly [name: string, changes: Partial<DiskFacts>, space: string])[] = [
  ['less than 10 MiB', { freeBytes: 10 * mebibyte - 1 }, 'full'],
  ['10 MiB', { freeBytes: 10 * mebibyte }, 'short'],
  ['less than 100 MiB', { freeBytes: 100 * mebibyte - 1 }, 'short'],
  ['100 MiB', { freeBytes: 100 * mebibyte }, 'low'],
  ['less than 1 GiB', { freeBytes: gibibyte - 1 }, 'low'],
  ['1 GiB', { freeBytes: gibibyte }, 'enough'],
  ['a tenth of a small disk', { freeBytes: 102.4 * mebibyte, totalBytes: gibibyte }, 'enough'],
  ['less than that', { freeBytes: 102 * mebibyte, totalBytes: gibibyte }, 'low'],
  ['room for less than 1,000 files', { freeFiles: 999 }, 'short'],
  ['room for 1,000 files', { freeFiles: 1_000 }, 'enough'],
  ['no limit on files', { freeFiles: null }, 'enough'],
  ['neither bytes nor files', { freeBytes: 0, freeFiles: 0 }, 'full'],
];
for (const [name, changes, space] of spaces) {
  test(`a disk with ${name} left has ${space} space`, () =>
    assert.equal(spaceOn({ ...disk, ...changes }), space));
}

const words: readonly (readonly [changes: Partial<DiskFacts>, says: string])[] = [
  [{}, '50.0 GiB of 100.0 GiB are free for the home'],
  [{ freeBytes: 1.5 * gibibyte }, '1.5 GiB of 100.0 GiB are free for the home'],
  [{ freeBytes: gibibyte }, '1.0 GiB of 100.0 GiB are free for the home'],
  [{ freeBytes: 1023 * mebibyte }, '1023.0 MiB of 100.0 GiB are free for the home'],
  [{ freeFiles: 12 }, '12 files can still be made'],
  [{ freeBytes: 100 * mebibyte, freeFiles: 12 }, '12 files can still be made'],
  [{ freeBytes: 99 * mebibyte, freeFiles: 12 }, '99.0 MiB of 100.0 GiB are free for the home'],
];
for (const [changes, says] of words) {
  test(`a person hears what runs out: ${says}`, () =>
    assert.equal(spaceWords({ ...disk, ...changes }), says));
}
