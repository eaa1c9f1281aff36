import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { daemonZone, machineZone } from './zone.ts';

test('the zone of the machine is the one that Intl names', () => {
  const { TZ: _, ...env } = process.env;
  assert.equal(machineZone(process.env), new Intl.DateTimeFormat().resolvedOptions().timeZone);
  assert.equal(machineZone({ ...env, TZ: 'UTC' }), 'UTC');
});

const folder = mkdtempSync(join(tmpdir(), 'ck-zone-'));
after(() => rmSync(folder, { recursive: true }));
const machines = [
  { name: 'linked', link: '/usr/share/zoneinfo/Asia/Tokyo', text: 'UTC\n', zone: 'Asia/Tokyo' },
  { name: 'mac', link: '/var/db/timezone/zoneinfo/Asia/Tokyo', text: null, zone: 'Asia/Tokyo' },
  { name: 'utc', link: '../usr/share/zoneinfo/Etc/UTC', text: null, zone: 'UTC' },
  { name: 'copied', link: null, text: 'Asia/Tokyo\n', zone: 'Asia/Tokyo' },
  { name: 'copied-utc', link: null, text: 'Etc/UTC\n', zone: 'UTC' },
  { name: 'bare', link: null, text: null, zone: 'UTC' },
  { name: 'silent', link: import.meta.filename, text: null, zone: null },
];
for (const { name, link, text, zone } of machines) {
  test(`what a shell calls its zone is not that of the daemons of a machine (${name})`, () => {
    const places = { localtime: join(folder, name), timezone: join(folder, `${name}.text`) };
    if (link !== null) symlinkSync(link, places.localtime);
    if (text !== null) writeFileSync(places.timezone, text);
    assert.equal(daemonZone({ TZ: 'America/New_York' }, places), zone);
  });
}

test('where the environment names no zone that of the daemons is that of the machine', () => {
  const { TZ: _, ...env } = process.env;
  assert.equal(daemonZone(env), machineZone(env));
});
