import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Service } from '../../core/provenance.ts';
import { askFate, type Told } from './fate.ts';
import { readAddress } from './notifier.ts';

const systemd: Service = { manager: 'systemd-system', unit: 'cronkeeper-la.service' };
const user: Service = { manager: 'systemd-user', unit: 'cronkeeper-la.service' };
const launchd: Service = { manager: 'launchd-agent', unit: 'dev.cronkeeper.runner.la' };

const said = (output: string, exitCode: number | null = 0): Told => ({ exitCode, output });

const fates = [
  ['a stop', systemd, said(' 812 cronkeeper-la.service stop running\n'), 'stop'],
  ['a restart', systemd, said('812 cronkeeper-la.service restart running\n'), 'restart'],
  ['a start while it ends', user, said('812 cronkeeper-la.service start waiting'), 'restart'],
  ['a stop of another unit', systemd, said('7 cronkeeper-b.service stop running\n'), 'restart'],
  ['nothing', systemd, said('No jobs listed.\n'), 'restart'],
  ['an error', systemd, said('', 1), 'unanswered'],
  ['no answer in time', user, said('', null), 'unanswered'],
  ['a label that is gone', launchd, said('', 113), 'stop'],
  ['a label that is there', launchd, said('{\n\t"PID" = 812;\n};\n'), 'unanswered'],
  ['no launchd', launchd, said('', null), 'unanswered'],
] as const;
for (const [what, service, told, fate] of fates) {
  test(`${what} queued for ${service.manager} means "${fate}"`, async () => {
    const asked: string[] = [];
    const ask = async (program: string, args: readonly string[]): Promise<Told> => {
      asked.push([program, ...args].join(' '));
      return told;
    };
    assert.equal(await askFate(service, ask), fate);
    assert.equal(asked.length, 1);
    assert.ok(asked[0]?.endsWith(service.unit));
    assert.equal(asked[0]?.includes('--user'), service.manager === 'systemd-user');
  });
}

const addresses = [
  ['nothing', {}, null],
  ['an empty address', { NOTIFY_SOCKET: '' }, null],
  ['no watchdog', { NOTIFY_SOCKET: '/n' }, { socket: '/n', patienceMs: null }],
  [
    'a watchdog of 15 s',
    {
      NOTIFY_SOCKET: '/n',
      WATCHDOG_USEC: '15000000',
      WATCHDOG_PID: '812',
      SYSTEMD_EXEC_PID: '812',
    },
    { socket: '/n', patienceMs: 15_000 },
  ],
  ['an address for its parent', { NOTIFY_SOCKET: '/n', SYSTEMD_EXEC_PID: '811' }, null],
  ['the watchdog of its parent', { NOTIFY_SOCKET: '/n', WATCHDOG_PID: '811' }, null],
  ['no number', { NOTIFY_SOCKET: '/n', WATCHDOG_USEC: 'soon' }, { socket: '/n', patienceMs: null }],
] as const;
for (const [what, env, address] of addresses) {
  test(`a process with ${what} in its environment tells ${address === null ? 'nobody' : 'its manager'}`, () =>
    assert.deepEqual(readAddress(env, 812), address));
}
