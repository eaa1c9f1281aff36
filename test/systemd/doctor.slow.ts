import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Json } from '../journeys/program.ts';
import { bootMachine, type Machine } from './machine.ts';

/** What a doctor says about services of a real systemd, and that its commands mend it. */

const unit = 'cronkeeper-default.service';

type Told = Readonly<Record<string, readonly [state: string, remedy: string | null]>>;

async function examine(machine: Machine, as: string): Promise<Told> {
  const { stdout } = await machine.exec(`${as} ${launcherIn(machine)} doctor --json`);
  const findings = new Json(JSON.parse(stdout)).list('findings');
  return Object.fromEntries(
    findings.map((finding) => {
      const remedy = finding.at('remedy').value === null ? null : finding.text('remedy', 'text');
      return [finding.text('check'), [finding.text('state'), remedy]];
    }),
  );
}

const launcherIn = ({ repository }: Machine): string => `${repository}/bin/cronkeeper`;

test('a doctor tells a service that is missing, stopped or unwatched, and the command that mends it', async (t) => {
  const boot = await bootMachine();
  if (boot.kind === 'unavailable') return t.skip(boot.reason);
  const { machine } = boot;
  try {
    await machine.output('useradd --uid 4401 --create-home anna');
    const anna = 'setpriv --reuid 4401 --regid 4401 --clear-groups env HOME=/home/anna USER=anna';
    const root = `env HOME=/root SUDO_USER=anna ${launcherIn(machine)}`;
    const type = (remedy: string | null | undefined): Promise<string> =>
      machine.output(`${root} ${(remedy ?? '').replace(/^(sudo )?cronkeeper /, '')}`);

    const before = await examine(machine, anna);
    assert.deepEqual(before['service'], ['warning', 'cronkeeper service install runner']);
    await type(before['service']?.[1]);
    const installed = await examine(machine, anna);
    for (const check of ['service', 'linger', 'watchdog', 'owner', 'modes'])
      assert.deepEqual(installed[check], ['ok', null], check);

    await machine.output(`systemctl stop ${unit}`);
    const stopped = await examine(machine, anna);
    assert.deepEqual(stopped['service'], ['problem', 'sudo cronkeeper service start runner']);
    await type(stopped['service']?.[1]);
    assert.equal((await examine(machine, anna))['service']?.[0], 'ok');

    await machine.output(`systemctl disable ${unit}`);
    const disabled = await examine(machine, anna);
    assert.deepEqual(disabled['service'], [
      'warning',
      'sudo cronkeeper service install runner --system --run-as anna',
    ]);
    await type(disabled['service']?.[1]);
    assert.equal((await examine(machine, anna))['service']?.[0], 'ok');

    await machine.output(
      `systemctl stop ${unit}; rm /etc/systemd/system/${unit} && systemctl daemon-reload`,
    );
    const lost = await examine(machine, anna);
    assert.deepEqual(lost['service'], [
      'problem',
      'sudo cronkeeper service install runner --system --run-as anna',
    ]);
    await type(lost['service']?.[1]);
    assert.equal((await examine(machine, anna))['service']?.[0], 'ok');

    await machine.output(
      `mkdir -p /run/systemd/system/${unit}.d && printf '[Service]\\nWatchdogSec=0\\n' > /run/systemd/system/${unit}.d/off.conf && systemctl daemon-reload && systemctl restart ${unit}`,
    );
    const unwatched = await examine(machine, anna);
    assert.equal(unwatched['watchdog']?.[0], 'warning');
    assert.match(unwatched['watchdog']?.[1] ?? '', new RegExp(`systemctl edit ${unit}$`));
  } finally {
    await machine.stop();
  }
});
