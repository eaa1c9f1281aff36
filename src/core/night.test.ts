import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hourMs, minuteMs } from './instant.ts';
import { eventsSince, type NightEntry, nightEvents } from './night.ts';

const at = (hours: number): number => Date.UTC(2026, 10, 22, 20) + hours * hourMs;

const claim = (
  hours: number,
  fields: Partial<Extract<NightEntry, { kind: 'claim' }>> = {},
): NightEntry => ({
  kind: 'claim',
  at: at(hours),
  role: 'runner',
  pid: 7,
  machineId: 'machine',
  host: 'attic',
  bootId: 'boot 1',
  firstMark: '1',
  bootedAt: at(-10),
  predecessorSeenAt: null,
  ...fields,
});
const release = (hours: number, why = 'it was stopped'): NightEntry => ({
  kind: 'release',
  at: at(hours),
  why,
});
const asleep = (from: number, until: number): NightEntry => ({
  kind: 'gap',
  at: at(until),
  gap: { kind: 'asleep', from: at(from), until: at(until), ms: (until - from) * hourMs, count: 1 },
});

test('a night in which one owner was there has nothing to tell', () => {
  assert.deepEqual(nightEvents([claim(0)], null), []);
  assert.deepEqual(nightEvents([], null), []);
});

test('a gap is told as it was written down', () => {
  const [event, ...more] = nightEvents([claim(0), asleep(2, 5)], null);
  assert.deepEqual(more, []);
  assert.deepEqual(event, {
    kind: 'asleep',
    from: at(2),
    until: at(5),
    ms: 3 * hourMs,
    count: 1,
  });
});

test('a restart without notice lasts from the last sign to the next claim', () => {
  const again = { bootId: 'boot 2', bootedAt: at(3), predecessorSeenAt: at(2) };
  assert.deepEqual(nightEvents([claim(0), claim(4, again)], null), [
    { kind: 'restarted', from: at(2), bootedAt: at(3), until: at(4), wasOrderly: false },
  ]);
});

test('an orderly restart lasts from the release', () => {
  const [event] = nightEvents(
    [claim(0), release(2), claim(4, { bootId: 'boot 2', bootedAt: at(3) })],
    null,
  );
  assert.deepEqual(event, {
    kind: 'restarted',
    from: at(2),
    bootedAt: at(3),
    until: at(4),
    wasOrderly: true,
  });
});

for (const fields of [
  { machineId: 'other', bootId: 'boot 2' },
  { host: 'other', firstMark: '900' },
  { firstMark: null },
  { bootId: null },
  { bootId: 'boot 1' },
]) {
  test(`${JSON.stringify(fields)} is no restart of the same machine`, () => {
    const [event] = nightEvents([claim(0), release(2), claim(4, fields)], null);
    assert.equal(event?.kind, 'unowned');
  });
}

test('a container that was started anew is told by its first process, whose kernel was up all the time', () => {
  assert.deepEqual(nightEvents([claim(0), release(2), claim(4, { firstMark: '900' })], null), [
    { kind: 'restarted', from: at(2), bootedAt: null, until: at(4), wasOrderly: true },
  ]);
});

test('an owner of an older version, which did not say on which boot, tells of no restart', () => {
  const [event] = nightEvents([claim(0, { bootId: null }), release(2), claim(4)], null);
  assert.equal(event?.kind, 'unowned');
});

test('a time without owner is told with the way in which it began', () => {
  const entries = [
    claim(0),
    release(1),
    claim(2),
    claim(4, { predecessorSeenAt: at(3) }),
    { kind: 'forced', at: at(5), holderSeenAt: null } as const,
    claim(6),
  ];
  assert.deepEqual(
    nightEvents(entries, null).map((event) => event.kind === 'unowned' && [event.why, event.words]),
    [
      ['released', 'it was stopped'],
      ['lost', null],
      ['forced', null],
    ],
  );
});

test('who is appointed by force where nobody was for long does not take that time away', () => {
  const soon = claim(7 + 2 / 3600);
  const forced = (holderSeenAt: number | null) =>
    ({ kind: 'forced', at: at(7), holderSeenAt }) as const;
  const from = (entries: Parameters<typeof nightEvents>[0]) =>
    nightEvents(entries, null).map((event) => (event.kind === 'unowned' ? event.from : event.kind));
  assert.deepEqual(from([claim(0), release(1), forced(null), soon]), [at(1)]);
  assert.deepEqual(from([claim(0), forced(at(2)), soon]), [at(2)]);
  assert.deepEqual(from([claim(0), forced(null), soon]), ['changed']);
});

test('a short pause between two owners is a change of hands', () => {
  const entries = [
    claim(0),
    release(1, 'asked by anna'),
    claim(1 + 2 / 3600, { pid: 8, role: 'gateway' }),
  ];
  assert.deepEqual(nightEvents(entries, null), [
    { kind: 'changed', at: at(1 + 2 / 3600), role: 'gateway', pid: 8 },
  ]);
});

test('a last sign that seems to come after the next claim, because the clock was set, makes no time negative', () => {
  const again = { bootId: 'boot 2', predecessorSeenAt: at(5) };
  const [event] = nightEvents([claim(0), claim(4, again)], null);
  assert.deepEqual(event?.kind === 'restarted' && [event.from, event.until], [at(4), at(4)]);
});

test('between the ticks of a timer nobody is there, and only a tick that did not come is told', () => {
  const tick = (minute: number): NightEntry[] => [
    claim(minute / 60, { role: 'timer' }),
    release(minute / 60 + 0.001, 'nothing to do'),
  ];
  const ticks = [0, 1, 2, 3, 30, 31].flatMap(tick);
  const [event, ...more] = nightEvents(ticks, null);
  assert.deepEqual(more, []);
  assert.ok(event?.kind === 'unowned' && event.until === at(0) + 30 * minuteMs);
  const mixed = nightEvents([...tick(0), claim(1)], null);
  assert.equal(mixed[0]?.kind, 'unowned');
});

test('how often a timer ticks is told by its first two ticks', () => {
  const tick = (minute: number): NightEntry[] => [
    claim(minute / 60, { role: 'timer' }),
    release(minute / 60 + 0.001, 'nothing to do'),
  ];
  assert.deepEqual(nightEvents([0, 5, 10, 15].flatMap(tick), null), []);
  const [event, ...more] = nightEvents([0, 5, 10, 30].flatMap(tick), null);
  assert.deepEqual(more, []);
  assert.ok(event?.kind === 'unowned' && event.until === at(0) + 30 * minuteMs);
});

test('as long as nobody is there the time without owner is open', () => {
  assert.deepEqual(nightEvents([claim(0), release(2)], null), [
    { kind: 'unowned', from: at(2), until: null, why: 'released', words: 'it was stopped' },
  ]);
  assert.deepEqual(nightEvents([claim(0)], at(3)), [
    { kind: 'unowned', from: at(3), until: null, why: 'lost', words: null },
  ]);
});

test('events come in the order in which they began, and those that were over before are left out', () => {
  const entries = [
    claim(0),
    asleep(1, 1.5),
    release(2),
    claim(3),
    release(4, 'x'),
    claim(4.0001),
    asleep(5, 6),
    release(8),
  ];
  const events = nightEvents(entries, null);
  const begins = events.map((event) => (event.kind === 'changed' ? event.at : event.from));
  assert.deepEqual(
    [...begins].sort((one, other) => one - other),
    begins,
  );
  assert.deepEqual(
    eventsSince(events, at(4.5)).map(({ kind }) => kind),
    ['asleep', 'unowned'],
  );
  assert.deepEqual(
    eventsSince(events, at(2.5)).map(({ kind }) => kind),
    ['unowned', 'changed', 'asleep', 'unowned'],
  );
});
