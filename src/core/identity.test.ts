import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isId, toUlid } from './id.ts';
import { toIso } from './instant.ts';
import { definitionDefaults } from './job.ts';
import type { Level, ProcessIdentity } from './provenance.ts';
import { levelRank, sameProcess, satisfiesLevel } from './provenance.ts';
import { isFinal } from './run.ts';

const chance = Array.from({ length: 16 }, (_, index) => index * 2);

test('an identifier has ten letters of time and sixteen of chance', () => {
  assert.equal(toUlid(0, chance), '000000000002468ACEGJMPRTWY');
  assert.equal(toUlid(2 ** 48 - 1, chance).slice(0, 10), '7ZZZZZZZZZ');
  assert.equal(toUlid(1_469_918_176_385.9, chance).slice(0, 10), '01ARYZ6S41');
  assert.equal(toUlid(33, [31, 32, 33]), '0000000011Z01');
});

test('identifiers sort by time', () => {
  assert.ok(toUlid(999, chance) < toUlid(1_000, chance));
  assert.ok(toUlid(1_023, chance) < toUlid(1_024, chance));
});

const forms = [
  ['01ARYZ6S4102468ACEGJMPRTWY', true],
  ['7ZZZZZZZZZZZZZZZZZZZZZZZZZ', true],
  ['8ZZZZZZZZZZZZZZZZZZZZZZZZZ', false],
  ['01ARYZ6S4102468ACEGJMPRTW', false],
  ['01ARYZ6S4102468ACEGJMPRTWYY', false],
  ['x01ARYZ6S4102468ACEGJMPRTWY', false],
  ['01aryz6s4102468acegjmprtwy', false],
  ['01ARYZ6S4102468ACEGJMPRTWI', false],
  ['01ARYZ6S4102468ACEGJMPRTWL', false],
  ['01ARYZ6S4102468ACEGJMPRTWO', false],
  ['01ARYZ6S4102468ACEGJMPRTWU', false],
  ['01ARYZ6S4/02468ACEGJMPRTWY', false],
  ['', false],
] as const;
for (const [text, is] of forms) {
  test(`"${text}" ${is ? 'has' : 'has not'} the form of an identifier`, () =>
    assert.equal(isId(text), is));
}

test('an instant leaves the program as UTC with milliseconds', () =>
  assert.equal(toIso(Date.UTC(2026, 0, 2, 3, 4, 5, 6)), '2026-01-02T03:04:05.006Z'));

test('a run is final unless it is queued or running', () => {
  const states = ['queued', 'running', 'ended', 'skipped', 'missed', 'refused'] as const;
  assert.deepEqual(states.filter(isFinal), ['ended', 'skipped', 'missed', 'refused']);
});

const levels: readonly Level[] = ['mismatch', 'unknown', 'claimed', 'corroborated', 'proven'];

test('a level satisfies itself and what is below it; a mismatch satisfies nothing', () => {
  assert.deepEqual(levels.map(levelRank), [-1, 0, 1, 2, 3]);
  for (const [place, level] of levels.entries())
    for (const [wantedPlace, wanted] of levels.entries())
      assert.equal(satisfiesLevel(level, wanted), level !== 'mismatch' && place >= wantedPlace);
});

const one: ProcessIdentity = {
  machineId: 'm',
  bootId: 'b',
  pidNamespace: '1',
  pid: 7,
  startMark: '12',
};
const others: readonly Partial<ProcessIdentity>[] = [
  { machineId: 'n' },
  { bootId: 'c' },
  { pidNamespace: '2' },
  { pid: 8 },
  { startMark: '13' },
];
for (const other of others) {
  test(`a process with another ${Object.keys(other)} is another process`, () => {
    assert.equal(sameProcess(one, { ...one, ...other }), false);
    assert.equal(sameProcess({ ...one, ...other }, one), false);
  });
}

test('a process is the same when all of its marks are', () =>
  assert.equal(sameProcess(one, { ...one }), true));

test('what is left out of a job has these values', () =>
  assert.deepEqual(definitionDefaults, {
    deliver: ['inbox'],
    onFailure: [],
    ping: null,
    catchUp: { kind: 'latest' },
    graceMs: null,
    overlap: 'skip',
    timeoutMs: 3_600_000,
    noOutputTimeoutMs: null,
    retries: 0,
    retryDelayMs: 30_000,
    onLoss: 'report',
    requirements: [],
    jitterMs: 0,
    startAt: null,
    endAt: null,
    maxRuns: null,
    outputLimit: 10_485_760,
  }));
