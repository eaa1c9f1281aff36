import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import type { Provenance } from '../../src/core/provenance.ts';
import { type Boot, bootMachine, type Machine } from './machine.ts';
import { openUserManager } from './user-manager.ts';

let boot: Boot = { kind: 'unavailable', reason: 'not booted yet' };

before(async () => {
  boot = await bootMachine();
});
after(async () => {
  if (boot.kind === 'booted') await boot.machine.stop();
});

/** Skips visibly where no machine can be booted. */
function claim(name: string, check: (machine: Machine, t: TestContext) => Promise<void>): void {
  test(name, async (t) => {
    if (boot.kind === 'unavailable') return t.skip(boot.reason);
    return check(boot.machine, t);
  });
}

const unit = 'cronkeeper-la.service';
const folder = '/run/probe';

/** The command that probes once and prints the result, with the time it took, as one line of JSON. */
const probeCommand = ({ node, repository }: Machine): string =>
  `${node} --no-warnings ${repository}/test/systemd/probe.ts`;

type Printed = { readonly provenance: Provenance; readonly probeMs: number };

const readPrinted = (text: string): Printed => JSON.parse(text);

/**
 * Starts a unit whose main process is a shell that probes as the line says, and then stays. Answers when `wanted` was written.
 * The result is renamed into place, so that it is never read half.
 */
async function startUnit(machine: Machine, lines: string): Promise<Printed> {
  await machine.output(`systemctl stop ${unit} || true; rm -rf ${folder}; mkdir -p ${folder}`);
  const script = `#!/bin/sh\n${lines}\nmv ${folder}/part ${folder}/result\nexec sleep 60\n`;
  const service = `[Service]\nType=exec\nExecStart=${folder}/start\n`;
  await machine.output(
    `printf %s ${quote(script)} > ${folder}/start; chmod 755 ${folder}/start; ` +
      `printf %s ${quote(service)} > /run/systemd/system/${unit}; systemctl daemon-reload; systemctl start ${unit}`,
  );
  return readPrinted(
    await machine.output(
      `for i in $(seq 100); do [ -f ${folder}/result ] && exec cat ${folder}/result; sleep 0.1; done; ` +
        `systemctl status ${unit}; exit 1`,
    ),
  );
}

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

claim('the main process of a unit is proven', async (machine, t) => {
  await machine.output(`systemctl stop ${unit} || true; rm -rf ${folder}; mkdir -p ${folder}`);
  const printed = readPrinted(
    await machine.output(
      `systemd-run --quiet --pipe --wait --collect --unit=${unit} ${probeCommand(machine)}`,
    ),
  );
  const { provenance, probeMs } = printed;
  t.diagnostic(`a probe took ${probeMs.toFixed(1)} ms`);
  assert.equal(provenance.level, 'proven', JSON.stringify(provenance));
  assert.deepEqual(provenance.service, { manager: 'systemd-system', unit });
  assert.equal(provenance.chain.at(-1)?.pid, 1);
  assert.ok(probeMs < 2_000);
});

claim('a child of the main process is proven, through its ancestor', async (machine) => {
  const { provenance } = await startUnit(machine, `${probeCommand(machine)} > ${folder}/part`);
  assert.equal(provenance.level, 'proven', JSON.stringify(provenance));
  assert.deepEqual(provenance.service, { manager: 'systemd-system', unit });
  assert.match(provenance.facts.join(' '), /its ancestor \d+/);
});

claim('a stray in the control group of a unit is not proven', async (machine) => {
  // The subshell ends at once, so that the probe is adopted by the first process, in the same control group.
  const { provenance } = await startUnit(
    machine,
    `(setsid sh -c 'sleep 0.5; ${probeCommand(machine)} > ${folder}/late; mv ${folder}/late ${folder}/part' &)\n` +
      `while [ ! -f ${folder}/part ]; do sleep 0.1; done`,
  );
  assert.equal(provenance.level, 'mismatch', JSON.stringify(provenance));
});

claim('a process beside the unit that forges its environment only claims', async (machine) => {
  const { provenance: real } = await startUnit(
    machine,
    `${probeCommand(machine)} > ${folder}/part`,
  );
  assert.equal(real.level, 'proven');
  const shown = await machine.output(`systemctl show -P InvocationID ${unit}`);
  const forged = `INVOCATION_ID=${shown.trim()} SYSTEMD_EXEC_PID=$$ LISTEN_PID=$$`;
  const { provenance } = readPrinted(
    await machine.output(`export ${forged}; exec ${probeCommand(machine)}`),
  );
  assert.equal(provenance.level, 'claimed', JSON.stringify(provenance));
  assert.equal(provenance.service, null);
});

claim('a process in a scope is of no service', async (machine) => {
  const { provenance } = readPrinted(
    await machine.output(`systemd-run --quiet --scope ${probeCommand(machine)}`),
  );
  assert.equal(provenance.service, null, JSON.stringify(provenance));
  assert.notEqual(provenance.level, 'proven');
});

claim(
  'a process that root moves into the control group of a unit is not proven',
  async (machine) => {
    await startUnit(machine, `${probeCommand(machine)} > ${folder}/part`);
    const { provenance } = readPrinted(
      await machine.output(
        `for root in /sys/fs/cgroup /sys/fs/cgroup/unified /sys/fs/cgroup/systemd; do ` +
          `echo $$ > $root/system.slice/${unit}/cgroup.procs; done 2>/dev/null; exec ${probeCommand(machine)}`,
      ),
    );
    assert.deepEqual(provenance.service, { manager: 'systemd-system', unit });
    assert.equal(provenance.level, 'mismatch', JSON.stringify(provenance));
  },
);

claim('a main process whose manager is not there is corroborated at most', async (machine) => {
  const { provenance } = await startUnit(
    machine,
    `unshare --mount sh -c 'mount --bind /bin/false /usr/bin/systemctl; exec ${probeCommand(machine)}' > ${folder}/part`,
  );
  assert.equal(provenance.level, 'corroborated', JSON.stringify(provenance));
});

claim("the main process of a unit of a user's own manager is proven", async (machine) => {
  const asUser = await openUserManager(machine, { name: 'ana', uid: 4711 });
  const start = `systemd-run --user --quiet --pipe --wait --collect --unit=${unit}`;
  const { provenance } = readPrinted(await asUser(`${start} ${probeCommand(machine)}`));
  assert.equal(provenance.level, 'proven', JSON.stringify(provenance));
  assert.deepEqual(provenance.service, { manager: 'systemd-user', unit });
  // An environment that leads to another bus leads nobody astray.
  const misled = readPrinted(
    await asUser(`${start} -E XDG_RUNTIME_DIR=/nowhere ${probeCommand(machine)}`),
  );
  assert.equal(misled.provenance.level, 'proven', JSON.stringify(misled.provenance));
});
