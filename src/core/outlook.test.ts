import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hourMs } from './instant.ts';
import type { DiskFacts, MachineFacts } from './machine-facts.ts';
import { assessOutlook, type Outlook, type OwnerOutlook } from './outlook.ts';

const now = Date.UTC(2026, 10, 22, 20);
const until = now + 12 * hourMs;
const at = now + 6 * hourMs;

const quiet: Outlook = {
  shutdown: null,
  restartWanted: null,
  lid: null,
  idleSleepMs: null,
  battery: null,
  isClockSynchronised: true,
  keepAwake: 'stay awake',
  unknown: [],
};

const owners = [
  null,
  'crontab',
  'systemd-system',
  'systemd-user',
  'launchd-agent',
  'launchd-daemon',
] as const;

const room = { freeFiles: null, totalFiles: null, kind: 'kept' } as const;
const disk = (freeBytes: number, totalBytes = 1e12): DiskFacts => ({
  ...room,
  freeBytes,
  totalBytes,
});

const assess = (
  outlook: Partial<Outlook>,
  manager: OwnerOutlook['manager'] = null,
  changes: Partial<OwnerOutlook> & Partial<Pick<MachineFacts, 'disk' | 'lingers'>> = {},
) => {
  const { isEnabled = true, disk: space = disk(5e11), lingers = null } = changes;
  return assessOutlook(
    {
      outlook: { ...quiet, ...outlook },
      machine: { disk: space, lingers },
      owner: { profile: 'la', manager, isEnabled },
    },
    { now, until },
  );
};

test('of a quiet machine there is nothing to say, and nothing of what could not be asked', () => {
  assert.deepEqual(assess({}), []);
  assert.deepEqual(assess({ isClockSynchronised: null }, null, { disk: null }), []);
});

for (const manager of owners) {
  test(`a machine that is to be switched off stops a ${manager ?? 'hand-started'} owner`, () => {
    const [note] = assess({ shutdown: { kind: 'stop', at, by: 'order' } }, manager);
    assert.equal(note?.code, 'machine_stops');
    assert.equal(note.stopsAt, at);
    assert.match(note.remedy?.text ?? '', /shutdown -c/);
  });
}

const returns: ReadonlySet<OwnerOutlook['manager']> = new Set([
  'crontab',
  'systemd-system',
  'systemd-user',
  'launchd-daemon',
]);
for (const manager of owners) {
  test(`after a restart a ${manager ?? 'hand-started'} owner ${returns.has(manager) ? 'comes back' : 'does not come back'}`, () => {
    const shutdown = { kind: 'restart', at, by: 'order' } as const;
    const [note] = assess({ shutdown }, manager, { lingers: true });
    assert.equal(note?.code, 'machine_restarts');
    assert.equal(note.at, at);
    assert.equal(note.stopsAt, returns.has(manager) ? null : at);
    if (!returns.has(manager))
      assert.match(note.remedy?.text ?? '', /service install runner.* -p la/);
  });
}

test('a service that is not enabled does not come back', () => {
  const shutdown = { kind: 'restart', at, by: 'order' } as const;
  const [note] = assess({ shutdown }, 'systemd-system', { isEnabled: false });
  assert.equal(note?.stopsAt, at);
  assert.match(note.message, /not enabled/);
});

test('a user service comes back with the machine only when it lingers', () => {
  const shutdown = { kind: 'restart', at, by: 'order' } as const;
  const [note] = assess({ shutdown }, 'systemd-user', { lingers: false });
  assert.equal(note?.stopsAt, at);
  assert.match(note.remedy?.text ?? '', /enable-linger/);
});

test('what is planned for later than asked is not said', () => {
  const shutdown = { kind: 'stop', at: until + 1, by: 'order' } as const;
  assert.deepEqual(assess({ shutdown }), []);
});

test('a restart after upgrades says where that is set', () => {
  const [note] = assess({ shutdown: { kind: 'stop', at, by: 'upgrades' } });
  assert.match(note?.remedy?.text ?? '', /Automatic-Reboot/);
});

const notes: readonly (readonly [string, Partial<Outlook>, string, RegExp])[] = [
  [
    'a wanted restart',
    { restartWanted: ['linux', 'libc6'] },
    'machine_restarts',
    /\(linux, libc6\)/,
  ],
  ['a wanted restart without names', { restartWanted: [] }, 'machine_restarts', /restart, but/],
  [
    'a wanted restart for much',
    { restartWanted: ['a', 'b', 'c', 'd'] },
    'machine_restarts',
    /a, b, c and more/,
  ],
  ['a battery', { battery: { isInUse: true, percent: 40 } }, 'on_battery', /40 % left/],
  [
    'a battery of unknown charge',
    { battery: { isInUse: true, percent: null } },
    'on_battery',
    /y\.$/,
  ],
  ['a lid', { lid: { isClosed: false, action: 'suspend' } }, 'machine_sleeps', /^Closing/],
  ['a closed lid', { lid: { isClosed: true, action: 'suspend' } }, 'machine_sleeps', /is closed/],
  ['idle sleep', { idleSleepMs: 900_000 }, 'machine_sleeps', /after 15 min/],
  ['a wrong clock', { isClockSynchronised: false }, 'clock_unsynchronised', /not synchronised/],
];
for (const [name, outlook, code, words] of notes) {
  test(`${name} is told and stops nothing by itself`, () => {
    const [note, ...more] = assess(outlook);
    assert.deepEqual(more, []);
    assert.equal(note?.code, code);
    assert.match(note.message, words);
    assert.equal(note.stopsAt, null);
  });
}

test('a battery that is being charged is not told', () => {
  assert.deepEqual(assess({ battery: { isInUse: false, percent: 80 } }), []);
});

test('a disk that is low is told, and stops nothing yet', () => {
  const [note, ...more] = assess({}, null, { disk: disk(4e8) });
  assert.deepEqual(more, []);
  assert.equal(note?.code, 'disk_low');
  assert.match(note.message, /^Only 381\.5 MiB of .* are free/);
  assert.equal(note.stopsAt, null);
});

test('a full disk stops everything now, and what stops comes first', () => {
  const full = assess({ isClockSynchronised: false, restartWanted: [] }, null, { disk: disk(1e6) });
  assert.deepEqual(
    full.map(({ code, stopsAt }) => [code, stopsAt]),
    [
      ['disk_low', now],
      ['machine_restarts', null],
      ['clock_unsynchronised', null],
    ],
  );
});
