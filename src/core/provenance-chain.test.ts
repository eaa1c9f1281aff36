import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChainLink, Level, Service } from './provenance.ts';
import { chainText } from './provenance-chain.ts';

const link = (pid: number, command: string): ChainLink => ({ pid, startMark: '1', command });
const init = link(1, 'systemd');
const runner = link(812, 'node cronkeeper.js runner');
const system: Service = { manager: 'systemd-system', unit: 'cronkeeper-la.service' };
const user: Service = { manager: 'systemd-user', unit: 'cronkeeper-la.service' };
const agent: Service = { manager: 'launchd-agent', unit: 'dev.cronkeeper.gateway.la' };
const below = ['starter', 'run 01J'];

const cases: readonly (readonly [Service | null, Level, readonly ChainLink[], string])[] = [
  [
    agent,
    'proven',
    [link(20812, 'node'), link(1, 'launchd')],
    'launchd → dev.cronkeeper.gateway.la (pid 20812) → starter → run 01J',
  ],
  [
    system,
    'proven',
    [runner, init],
    'systemd → cronkeeper-la.service (pid 812) → starter → run 01J',
  ],
  [
    user,
    'corroborated',
    [runner, link(700, 'systemd'), init],
    'systemd --user → cronkeeper-la.service (pid 812) → starter → run 01J',
  ],
  [
    system,
    'proven',
    [runner, link(800, 'sh'), init],
    'systemd → cronkeeper-la.service (pid 800) → node cronkeeper.js runner (pid 812) → starter → run 01J',
  ],
  [system, 'corroborated', [], 'systemd → cronkeeper-la.service → starter → run 01J'],
  [
    system,
    'mismatch',
    [runner, init],
    'systemd (pid 1) → node cronkeeper.js runner (pid 812) → starter → run 01J',
  ],
  [
    null,
    'unknown',
    [runner, link(70, 'bash'), init],
    'systemd (pid 1) → bash (pid 70) → node cronkeeper.js runner (pid 812) → starter → run 01J',
  ],
];
for (const [service, level, chain, text] of cases) {
  test(`the chain of a process that is ${level}: ${text}`, () => {
    assert.equal(chainText({ service, level, chain }, below), text);
    assert.equal(chainText({ service, level, chain }), text.replace(' → starter → run 01J', ''));
  });
}
