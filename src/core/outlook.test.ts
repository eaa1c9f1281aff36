import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hourMs } from './instant.ts';
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
  disk: { freeBytes: 1e12, totalBytes: 2e12 },
  isClockSynchronised: true,
  lingers: null,
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

const assess = (
  outlook: Partial<Outlook>,
  manager: OwnerOutlook['manager'] = null,
  isEnabled = true,
) => assessOutlook({ ...quiet, ...outlook }, { profile: 'la', manager, isEnabled }, { now, until });

test('of a quiet machine there is nothing to say, and nothing of what could not be asked', () => {
  assert.deepEqual(assess({}), []);
  assert.deepEqual(assess({ disk: null, isClockSynchronised: null, unknown: ['free disk'] }), []);
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
    const [note] = assess({ shutdown, lingers: true }, manager);
    assert.equal(note?.code, 'machine_restarts');
    assert.equal(note.at, at);
    assert.equal(note.stopsAt, returns.has(manager) ? null : at);
    if (!returns.has(manager))
      assert.match(note.remedy?.text ?? '', /service install runner.* -p la/);
  });
}

test('a service that is not enabled does not come back', () => {
  const shutdown = { kind: 'restart', at, by: 'order' } as const;
  const [note] = assess({ shutdown }, 'systemd-system', false);
  assert.equal(note?.stopsAt, at);
  assert.match(note.message, /not enabled/);
});

test('a user service comes back with the machine only when it lingers', () => {
  const shutdown = { kind: 'restart', at, by: 'order' } as const;
  const [note] = assess({ shutdown, lingers: false }, 'systemd-user');
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
  ['little disk', { disk: { freeBytes: 4e8, totalBytes: 1e12 } }, 'disk_low', /^Only 381 MiB/],
  ['a small share', { disk: { freeBytes: 1e10, totalBytes: 1e12 } }, 'disk_low', /^Only/],
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

test('a full disk stops everything now, and what stops comes first', () => {
  const full = assess({
    disk: { freeBytes: 1e6, totalBytes: 1e12 },
    isClockSynchronised: false,
    restartWanted: [],
  });
  assert.deepEqual(
    full.map(({ code, stopsAt }) => [code, stopsAt]),
    [
      ['disk_low', now],
      ['machine_restarts', null],
      ['clock_unsynchronised', null],
    ],
  );
});
