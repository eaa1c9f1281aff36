import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { findTimers } from './timers.ts';

const folder = mkdtempSync(join(tmpdir(), 'ck-timers-'));
after(() => rmSync(folder, { recursive: true }));
const put = (name: string, text: string) => writeFileSync(join(folder, name), text);
const root = '/home/ana/.hermes';
const la = { root, name: 'la', folder: `${root}/profiles/la` };
const main = { root, name: 'default', folder: root };
const find = (profile: typeof la) =>
  findTimers(profile, { unitFolders: [folder], crontabs: [join(folder, 'crontab')] }).map(
    ({ name, isEnabled }) => [name, isEnabled],
  );

test('timers are found by what they start, and belong to the profile that it names', () => {
  put('hermes-la.timer', '[Timer]\nOnCalendar=minutely\n');
  put('hermes-la.service', '[Service]\nExecStart=/usr/bin/hermes -p la cron tick\n');
  put('tick.timer', '[Timer]\nUnit=other.service\n');
  put('other.service', '[Service]\nExecStart=-/venv/bin/python -m hermes_cli.main cron tick\n');
  put('by-home.timer', '');
  put(
    'by-home.service',
    `[Service]\nEnvironment=HERMES_HOME=${la.folder}\nExecStart=/usr/bin/hermes cron tick\n`,
  );
  put('backup.timer', '');
  put('backup.service', '[Service]\nExecStart=/usr/bin/hermes cron list\n');
  put('lost.timer', '[Timer]\nUnit=../../etc/passwd\n');
  mkdirSync(join(folder, 'timers.target.wants'));
  symlinkSync('../tick.timer', join(folder, 'timers.target.wants/tick.timer'));
  put(
    'crontab',
    '# * * * * * hermes cron tick\n*/5 * * * * ana cd / && /usr/bin/hermes -p la cron tick >/dev/null\n',
  );
  assert.deepEqual(find(la).sort(), [
    ['by-home.timer', false],
    ['crontab', null],
    ['hermes-la.timer', false],
  ]);
  assert.deepEqual(find(main), [['tick.timer', true]]);
});

const lines = [
  { line: 'ana HERMES_HOME=/home/ana/.hermes/profiles/la hermes cron tick', ticks: 'la' },
  { line: 'export HERMES_HOME=/home/ana/.hermes/profiles/la; hermes cron tick', ticks: 'la' },
  { line: 'cd /home/ana/.hermes && hermes cron tick', ticks: 'default' },
  { line: '/usr/bin/env hermes cron tick>/dev/null', ticks: 'default' },
  { line: "sh -c 'hermes -p la cron tick'", ticks: 'la' },
  { line: '(timeout 60 /usr/bin/hermes cron tick)', ticks: 'default' },
  { line: 'cd /x; /venv/bin/python -m hermes_cli.main -p la cron tick', ticks: 'la' },
  { line: 'hermes cron list; hermes -p la cron tick', ticks: 'la' },
  { line: 'hermes cron list && cron tick', ticks: null },
  { line: 'cat /home/ana/.hermes/cron tick', ticks: null },
];
for (const { line, ticks } of lines) {
  test(`in a crontab and a unit, ${line} ticks for ${ticks ?? 'nobody'}`, () => {
    const place = mkdtempSync(join(folder, 'place-'));
    const other = '* * * * * HERMES_HOME=/srv/other hermes cron list\n';
    writeFileSync(join(place, 'crontab'), `${other}*/5 * * * * ${line}\n`);
    writeFileSync(join(place, 'x.timer'), '');
    writeFileSync(join(place, 'x.service'), `[Service]\nExecStart=${line}\n`);
    const seenFor = (profile: typeof la) =>
      findTimers(profile, { unitFolders: [place], crontabs: [join(place, 'crontab')] }).length;
    assert.deepEqual(
      [seenFor(la), seenFor(main)],
      [ticks === 'la' ? 2 : 0, ticks === 'default' ? 2 : 0],
    );
  });
}

test('a home that a crontab sets for the lines below it counts for them', () => {
  const file = join(folder, 'with-home');
  writeFileSync(file, `HERMES_HOME = ${la.folder}\n* * * * * hermes cron tick\n`);
  assert.equal(findTimers(la, { unitFolders: [], crontabs: [file] }).length, 1);
  assert.equal(findTimers(main, { unitFolders: [], crontabs: [file] }).length, 0);
});
