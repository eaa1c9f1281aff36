import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  instantOfLocal,
  instantsOfLocal,
  isZone,
  localParts,
  localTimeAt,
  offsetAt,
  toLocalIso,
  zoneNameOf,
} from './time-zone.ts';

const newYork = 'America/New_York';
const local = (text: string): number => Date.parse(`${text}Z`);

const isoCases = [
  [newYork, '2026-03-08T06:59:59Z', '2026-03-08T01:59:59-05:00'],
  [newYork, '2026-03-08T07:00:00Z', '2026-03-08T03:00:00-04:00'],
  ['Asia/Kathmandu', '2026-01-01T00:00:00.250Z', '2026-01-01T05:45:00.250+05:45'],
  ['UTC', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00+00:00'],
  ['Africa/Monrovia', '1970-01-01T00:00:00Z', '1969-12-31T23:15:30-00:44:30'],
  ['Europe/Berlin', '2199-07-01T00:00:00Z', '2199-07-01T02:00:00+02:00'],
] as const;
for (const [zone, instant, expected] of isoCases) {
  test(`${instant} in ${zone} is ${expected}`, () =>
    assert.equal(toLocalIso(zone, Date.parse(instant)), expected));
}

test('a time in a gap has no instant, and the first one after the gap stands for it', () => {
  assert.deepEqual(instantsOfLocal(newYork, local('2026-03-08T02:30')), []);
  assert.equal(instantOfLocal(newYork, local('2026-03-08T02:30')), Date.parse('2026-03-08T07:00Z'));
});

test('a time in a repeated hour has two instants, and the first stands for it', () => {
  const first = Date.parse('2026-11-01T05:30Z');
  assert.deepEqual(instantsOfLocal(newYork, local('2026-11-01T01:30')), [first, first + 3_600_000]);
  assert.equal(instantOfLocal(newYork, local('2026-11-01T01:30')), first);
});

test('local parts are what a clock on the wall shows', () => {
  assert.deepEqual(localParts('Australia/Lord_Howe', Date.parse('2026-10-03T15:30:07.900Z')), {
    year: 2026,
    month: 10,
    day: 4,
    hour: 2,
    minute: 30,
    second: 7,
    offsetMs: 11 * 3_600_000,
  });
});

const names = [
  ['europe/berlin', 'Europe/Berlin'],
  ['AMERICA/NEW_YORK', newYork],
  ['asia/kolkata', 'Asia/Kolkata'],
  ['US/Eastern', 'US/Eastern'],
  ['utc', 'UTC'],
  ['+02:00', null],
  ['Mars/Olympus', null],
  ['', null],
  ['Europe/Berlin; rm', null],
] as const;
for (const [text, name] of names) {
  test(`"${text}" is ${name === null ? 'no zone' : `the zone ${name}`}`, () => {
    assert.equal(zoneNameOf(text), name);
    assert.equal(isZone(text), name !== null);
  });
}

test('instants at the ends of time have an offset too', () => {
  for (const at of [-8_640_000_000_000_000 + 86_400_000, 8_640_000_000_000_000 - 86_400_000]) {
    assert.ok(Number.isFinite(offsetAt(newYork, at)));
    assert.match(toLocalIso(newYork, at), /^[+-]\d{6}-/);
  }
});

const zones = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));
const instants = fc
  .integer({ min: Date.UTC(1970, 0, 1) / 1_000, max: Date.UTC(2200, 0, 1) / 1_000 })
  .map((seconds) => seconds * 1_000);

test('the cached offset is the one that Intl shows, in every zone from 1970 to 2200', () => {
  fc.assert(
    fc.property(zones, instants, (zone, at) => {
      const shown = new Intl.DateTimeFormat('sv-SE', {
        timeZone: zone,
        dateStyle: 'short',
        timeStyle: 'medium',
      }).format(at);
      assert.equal(
        new Date(localTimeAt(zone, at)).toISOString().slice(0, 19),
        shown.replace(' ', 'T'),
      );
    }),
    { numRuns: 2_000 },
  );
});

test('an instant is among the instants of its own local time, and these ascend', () => {
  fc.assert(
    fc.property(zones, instants, (zone, at) => {
      const found = instantsOfLocal(zone, at + offsetAt(zone, at));
      assert.ok(found.includes(at));
      assert.deepEqual(
        found,
        [...found].sort((a, b) => a - b),
      );
    }),
  );
});

test('an instant without end has no offset, and what is no number is no local time', () => {
  assert.throws(
    () => offsetAt(newYork, Number.POSITIVE_INFINITY),
    /No offset of America\/New_York was found at Infinity\./,
  );
  assert.throws(
    () => instantOfLocal(newYork, Number.NaN),
    /No instant of America\/New_York was found/,
  );
});

test('a change that falls on the seam between two blocks is found on both sides', () => {
  const seam = Date.parse('1950-04-16T00:00:00Z');
  assert.equal(offsetAt('Asia/Jerusalem', seam - 1_000), 2 * 3_600_000);
  assert.equal(offsetAt('Asia/Jerusalem', seam), 3 * 3_600_000);
  assert.deepEqual(instantsOfLocal('Asia/Jerusalem', local('1950-04-16T02:30')), []);
  assert.equal(instantOfLocal('Asia/Jerusalem', local('1950-04-16T02:30')), seam);
});

test('both edges of a gap and of a repeated hour are exact', () => {
  const gap = Date.parse('2026-03-08T07:00Z');
  assert.deepEqual(instantsOfLocal(newYork, local('2026-03-08T01:59:59')), [gap - 1_000]);
  assert.deepEqual(instantsOfLocal(newYork, local('2026-03-08T02:00')), []);
  assert.equal(instantOfLocal(newYork, local('2026-03-08T02:59:59')), gap);
  assert.deepEqual(instantsOfLocal(newYork, local('2026-03-08T03:00')), [gap]);
  const back = Date.parse('2026-11-01T06:00Z');
  assert.deepEqual(instantsOfLocal(newYork, local('2026-11-01T01:00')), [back - 3_600_000, back]);
  assert.deepEqual(instantsOfLocal(newYork, local('2026-11-01T01:59:59')), [
    back - 1_000,
    back + 3_599_000,
  ]);
  assert.deepEqual(instantsOfLocal(newYork, local('2026-11-01T02:00')), [back + 3_600_000]);
});

test('what is remembered of zones, of their years and of their names is bounded, and stays right', () => {
  for (let index = 0; index < 2_001; index += 1) {
    let bit = 0;
    const spelled = 'america/new_york'.replace(/[a-z]/g, (letter) =>
      (index >> bit++) & 1 ? letter.toUpperCase() : letter,
    );
    assert.equal(offsetAt(spelled, 0), -5 * 3_600_000);
    assert.equal(zoneNameOf(`No/Zone_${index}`), null);
  }
  for (let year = 0; year < 1_200; year += 1)
    assert.ok(Number.isFinite(offsetAt(newYork, Date.UTC(1800 + year, 0, 1))));
  assert.equal(offsetAt(newYork, Date.parse('2026-07-01T00:00Z')), -4 * 3_600_000);
  assert.equal(zoneNameOf('europe/berlin'), 'Europe/Berlin');
});

for (const text of [' Europe/Berlin', 'Europe/Berlin ', '1Europe/Berlin', `E${'x'.repeat(61)}`]) {
  test(`"${text}" has not the form of a zone`, () => assert.equal(zoneNameOf(text), null));
}
