import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { makeHermesWatch } from './hermes.ts';
import type { AskMac } from './mac.ts';

/** As `ps` and `lsof` of a Mac print; recorded from their documentation, never run on a Mac. */

let user = '';
let root = '';
beforeEach(() => {
  user = realpathSync(mkdtempSync(join(tmpdir(), 'ck-mac-')));
  root = join(user, '.hermes');
  mkdirSync(join(root, 'profiles/la'), { recursive: true });
});
afterEach(() => rmSync(user, { recursive: true }));

const clock = { now: () => ({ wall: 0, boot: 0 }), sleep: async () => {} };
const startedAt = Date.parse('Sun Nov 22 05:19:23 2026 UTC');

async function find(profile: string, rows: readonly string[], listens = '') {
  const asked: string[] = [];
  const mac: AskMac = async (program) => {
    asked.push(program);
    return program === 'ps' ? `${rows.join('\n')}\n` : listens;
  };
  const timers = { unitFolders: [], crontabs: [] };
  const view = await makeHermesWatch({ clock, environment: { HOME: user }, timers, mac }).find(
    profile,
  );
  const schedulers = view.schedulers.map(({ role, pid, port }) => ({ role, pid, port }));
  return { schedulers, isComplete: view.isComplete, asked, view };
}

const env = (more = '') => `SHELL=/bin/zsh HOME=${user} HERMES_DESKTOP=1 ${more}`;

test('backends of the Desktop application are found with the port that they listen on', async () => {
  const rows = [
    '    1 Sun Nov 22 04:00:00 2026     /sbin/launchd',
    `  812 Sun Nov 22 05:19:23 2026     /Applications/Hermes Agent.app/venv/bin/python3 -m hermes_cli.main serve --host 127.0.0.1 --port 0 ${env()}`,
    `  813 Sun Nov 22 05:19:24 2026     /opt/venv/bin/python3 /opt/venv/bin/hermes --profile la dashboard --port 9121 ${env()}`,
    `  814 Sun Nov 22 05:19:25 2026     /opt/venv/bin/python3 /opt/venv/bin/hermes dashboard --port 9119 HOME=${user}`,
    '  815 garbage hermes serve',
  ];
  const listens = 'p812\nn127.0.0.1:49152\nn*:49153\np1\nn*:22\n';
  const main = await find('default', rows, listens);
  assert.deepEqual(main.schedulers, [{ role: 'desktop', pid: 812, port: 49152 }]);
  assert.equal(main.isComplete, true);
  assert.equal(main.view.schedulers[0]?.startedAt, startedAt);
  const la = await find('la', rows, listens);
  assert.deepEqual(la.schedulers, [{ role: 'desktop', pid: 813, port: 9121 }]);
});

test('a gateway is believed by its record with the start time, which is in hundredths of a second here', async () => {
  const rows = [
    `  900 Sun Nov 22 05:19:23 2026     /opt/venv/bin/python3 /opt/venv/bin/hermes gateway run HOME=${user}`,
  ];
  const record = (start: number): void =>
    writeFileSync(join(root, 'gateway.pid'), JSON.stringify({ pid: 900, start_time: start }));
  record(startedAt / 10 + 42);
  assert.deepEqual((await find('default', rows)).schedulers, [
    { role: 'gateway', pid: 900, port: null },
  ]);
  record(startedAt / 10 - 6_000);
  assert.deepEqual((await find('default', rows)).schedulers, []);
});

test('without processes of Hermes nothing more is asked, and without an answer it says so', async () => {
  const quiet = await find('default', ['    1 Sun Nov 22 04:00:00 2026     /sbin/launchd']);
  assert.deepEqual([quiet.schedulers, quiet.asked, quiet.isComplete], [[], ['ps'], true]);
  assert.equal((await find('default', [])).isComplete, false);
});
