import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import { type Boot, bootMachine, type Machine } from '../systemd/machine.ts';
import { openUserManager } from '../systemd/user-manager.ts';
import { Json, patienceMs, until } from './program.ts';

/** Ownership by a service of a real systemd, in a machine that is booted for it. */

let boot: Boot = { kind: 'unavailable', reason: 'not booted yet' };

before(async () => {
  boot = await bootMachine();
});
after(async () => {
  if (boot.kind === 'booted') await boot.machine.stop();
});

const unit = 'cronkeeper-default.service';

/** Somebody on the machine, with a home of their own. `shell` runs a line as them; everything they started is ended at last. */
type Host = {
  readonly machine: Machine;
  readonly home: string;
  readonly program: string;
  shell(line: string): Promise<string>;
  ask(args: string): Promise<Json>;
  /** Starts a process of ours outside of every unit, with some environment; answers its pid. */
  startPlain(words: string, env?: string): Promise<number>;
};

/** Skips visibly where no machine can be booted. */
function journey(name: string, tell: (host: Host, t: TestContext) => Promise<void>): void {
  test(name, async (t) => {
    if (boot.kind === 'unavailable') return t.skip(boot.reason);
    const host = await enter(boot.machine);
    try {
      await tell(host, t);
    } finally {
      await boot.machine.exec(
        `systemctl stop ${unit}; for pid in $(cat ${host.home}.pids); do kill -KILL $pid; done; rm -rf ${host.home}*`,
      );
    }
  });
}

let homes = 0;

async function enter(machine: Machine): Promise<Host> {
  homes += 1;
  const home = `/var/lib/journey-${homes}`;
  await machine.output(`mkdir -m 700 ${home} && touch ${home}.pids`);
  return hostOf(machine, home, (line) => machine.output(line));
}

function hostOf(machine: Machine, home: string, shell: (line: string) => Promise<string>): Host {
  const program = `env CRONKEEPER_HOME=${home} ${machine.repository}/bin/cronkeeper`;
  return {
    machine,
    home,
    program,
    shell,
    // An answer is a document whatever the exit code.
    ask: async (args) =>
      new Json(JSON.parse(await shell(`cd / && ${program} --json ${args} || true`))),
    startPlain: async (words, env = '') => {
      const line = `cd / && setsid env ${env} ${program} ${words} > ${home}.log 2>&1 & echo $! | tee -a ${home}.pids`;
      return Number(await shell(line));
    },
  };
}

async function statusWhen(
  host: Host,
  what: string,
  isSo: (said: Json) => boolean,
  withinMs = patienceMs,
): Promise<Json> {
  let last = '';
  return until(
    what,
    async () => {
      const said = await host.ask('status');
      last = JSON.stringify(said.value);
      return isSo(said) ? said : undefined;
    },
    withinMs,
  ).catch((cause: unknown) => {
    throw new Error(`${what}: not within ${withinMs} ms; at last: ${last}`, { cause });
  });
}

const holderPid = (said: Json): number | null =>
  said.at('holder').value === null ? null : said.number('holder', 'pid');

const instanceOf = (said: Json, pid: number): Json | undefined =>
  said.list('instances').find((one) => one.number('pid') === pid);

/** The unit as the installer writes it, for this machine and home, and not enabled. */
async function installUnit(host: Host): Promise<void> {
  const planned = await host.ask('service install runner --system --run-as root --dry-run');
  const [file] = planned.list('files');
  assert.ok(file);
  const text = file.text('text');
  assert.match(text, /^Type=notify$/m);
  await host.machine.output(
    `cat > /run/systemd/system/${unit} <<'END'\n${text}\nEND\nsystemctl daemon-reload`,
  );
}

async function startUnit(host: Host): Promise<number> {
  await host.machine.output(`systemctl start ${unit}`);
  return Number(await host.machine.output(`systemctl show --value -p MainPID ${unit}`));
}

const stopUnit = ({ machine }: Host): Promise<string> => machine.output(`systemctl stop ${unit}`);

const addWitness = (host: Host, options = ''): Promise<Json> =>
  host.ask(
    `add "every 1s" --name witness --overlap allow ${options} --shell 'echo "$CRONKEEPER_FIRE_TIME $CRONKEEPER_EPOCH" >> ${host.home}/witness'`,
  );

async function testimony(host: Host): Promise<readonly string[]> {
  const text = await host.shell(`cat ${host.home}/witness 2>/dev/null || true`);
  return text.split('\n').filter((line) => line !== '');
}

async function moreTestimony(host: Host, lines: number): Promise<void> {
  const before = (await testimony(host)).length;
  await until(`${lines} more lines in the witness`, async () =>
    (await testimony(host)).length >= before + lines ? true : undefined,
  );
}

journey(
  'a runner of a unit is proven and takes over by drain from a plain runner, steady for 30 s, without double or gap',
  async (host, t) => {
    await installUnit(host);
    await addWitness(host);
    const plain = await host.startPlain('runner');
    await statusWhen(host, 'the plain runner owns', (said) => holderPid(said) === plain);
    const startedAt = Date.now();
    const main = await startUnit(host);
    const beside = await statusWhen(
      host,
      'the unit stands by',
      (said) => instanceOf(said, main) !== undefined,
    );
    assert.equal(instanceOf(beside, main)?.text('standing'), 'standby');
    assert.equal(instanceOf(beside, main)?.text('provenance', 'level'), 'proven');
    assert.equal(instanceOf(beside, main)?.text('provenance', 'service'), `systemd-system/${unit}`);
    assert.equal(holderPid(beside), plain, 'it did not wait');
    assert.deepEqual(beside.list('warnings'), []);
    const owned = await statusWhen(
      host,
      'the unit owns',
      (said) => holderPid(said) === main,
      50_000,
    );
    const tookMs = Date.now() - startedAt;
    t.diagnostic(`took over ${tookMs} ms after it was started`);
    assert.ok(tookMs >= 30_000, `it took over after ${tookMs} ms`);
    assert.equal(instanceOf(owned, plain)?.text('standing'), 'standby');
    assert.equal(owned.text('holder', 'provenance', 'level'), 'proven');
    assert.equal(owned.text('readiness', 'by', 'service'), unit);
    const words = await host.shell(`${host.program} status`);
    assert.match(
      words,
      new RegExp(
        `^✓ Jobs will run\\. {2}runner \\(systemd ${unit}, proven\\), pid ${main}, since `,
      ),
    );
    await moreTestimony(host, 3);
    const kinds = (await host.ask('owner history'))
      .list('entries')
      .map((entry) => entry.text('kind'));
    assert.deepEqual(kinds.reverse(), ['owner.claim', 'owner.release', 'owner.preempt']);
    const times = (await testimony(host))
      .map((line) => Date.parse(line.split(' ')[0] ?? ''))
      .sort((one, other) => one - other);
    assert.deepEqual(
      times,
      times.map((_, index) => (times[0] ?? 0) + index * 1_000),
      'doubled or missing',
    );
    assert.ok(times.length >= 30);
  },
);

journey(
  'with the unit appointed and stopped, another runner executes nothing, whatever its environment says',
  async (host) => {
    await installUnit(host);
    const main = await startUnit(host);
    const appointed = await host.ask(
      `owner appoint service systemd-system/${unit} --reason "the runner of the server"`,
    );
    assert.deepEqual(appointed.at('appointment', 'rule').value, [`service systemd-system/${unit}`]);
    await addWitness(host, '--require level=proven');
    await statusWhen(host, 'the unit owns', (said) => holderPid(said) === main);
    await moreTestimony(host, 2);
    const invocation = (await host.shell(`systemctl show --value -p InvocationID ${unit}`)).trim();
    assert.match(invocation, /^[0-9a-f]{32}$/);
    const plain = await host.startPlain('runner');
    const forger = await host.startPlain(
      'runner',
      `INVOCATION_ID=${invocation} SYSTEMD_EXEC_PID=${main} LISTEN_PID=${main} XPC_SERVICE_NAME=${unit}`,
    );
    const both = await statusWhen(
      host,
      'both are listed',
      (said) => said.list('instances').length === 3,
    );
    for (const pid of [plain, forger]) {
      assert.equal(instanceOf(both, pid)?.text('standing'), 'ineligible');
      assert.equal(instanceOf(both, pid)?.at('provenance', 'service').value, null);
      assert.notEqual(instanceOf(both, pid)?.text('provenance', 'level'), 'proven');
    }
    await stopUnit(host);
    const stopped = (await testimony(host)).length;
    const red = await statusWhen(
      host,
      'five occurrences came due',
      (said) => said.number('jobs', 'oldestOverdueMs') > 5_000,
    );
    assert.equal(red.at('readiness', 'willRun').value, false);
    assert.equal(red.at('holder').value, null);
    assert.match(red.text('readiness', 'remedy', 'text'), new RegExp(`Start ${unit}`));
    assert.equal((await testimony(host)).length, stopped, 'somebody else executed');
    const again = await startUnit(host);
    await statusWhen(host, 'the unit owns again', (said) => holderPid(said) === again);
    await moreTestimony(host, 2);
    const lines = await testimony(host);
    assert.equal(new Set(lines.map((line) => line.split(' ')[0])).size, lines.length, 'doubled');
  },
);

journey(
  'a unit that is killed is started anew by systemd, owns again within 10 s and adopts the run that goes on',
  async (host) => {
    await installUnit(host);
    const main = await startUnit(host);
    await host.ask(
      `add "every day at 9am" --name long --timeout 40s --shell 'echo began >> ${host.home}/witness; sleep 20'`,
    );
    await statusWhen(host, 'the unit owns', (said) => holderPid(said) === main);
    const asked = await host.ask('run long');
    assert.equal(asked.text('word'), 'Running');
    const pid = asked.number('run', 'attempts', 0, 'pid');
    await host.machine.output(`systemctl kill --kill-whom=main -s KILL ${unit}`);
    await statusWhen(
      host,
      'its successor owns',
      (said) => said.at('readiness', 'willRun').value === true && holderPid(said) !== main,
      10_000,
    );
    const run = await until('the run was adopted', async () => {
      const shown = (await host.ask(`show ${asked.text('run', 'id')}`)).at('run');
      return shown.at('attempts', 0, 'adoptedBy').value === null ? undefined : shown;
    });
    assert.equal(run.text('state'), 'running');
    assert.equal(run.number('attempts', 0, 'pid'), pid);
    assert.equal(run.text('attempts', 0, 'provenance', 'level'), 'proven');
    assert.deepEqual(await testimony(host), ['began']);
    await host.ask(`cancel ${asked.text('run', 'id')}`);
  },
);

journey("a runner of a unit of a user's own manager is proven", async ({ machine }) => {
  const asAna = await openUserManager(machine, { name: 'ana', uid: 4711 });
  const host = hostOf(machine, '/home/ana/keeper', asAna);
  await asAna(`mkdir -m 700 ${host.home}`);
  await asAna(
    `systemd-run --user --quiet --collect --unit=${unit} -E CRONKEEPER_HOME=${host.home} ${machine.repository}/bin/cronkeeper runner`,
  );
  await host.ask(`owner appoint service systemd-user/${unit}`);
  const said = await statusWhen(
    host,
    'the unit owns',
    (shown) => shown.at('readiness', 'willRun').value === true,
  );
  assert.equal(said.text('holder', 'provenance', 'level'), 'proven');
  assert.equal(said.text('holder', 'provenance', 'service'), `systemd-user/${unit}`);
  await addWitness(host, '--require level=proven');
  await moreTestimony(host, 2);
  await asAna(`systemctl --user stop ${unit}`);
});
