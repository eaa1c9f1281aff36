import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import { type Json, sleep, until } from '../journeys/program.ts';
import { type Boot, bootMachine, type Machine } from './machine.ts';
import { quote, type Scheduler, schedulerIn } from './scheduler.ts';

/** What a scheduler does as a service of a real systemd: it is watched, restarted, upgraded and stopped. */

let boot: Boot = { kind: 'unavailable', reason: 'not booted yet' };
before(async () => {
  boot = await bootMachine();
});
after(async () => {
  if (boot.kind === 'booted') await boot.machine.stop();
});

/** A minute in which nobody comes is waited for only by hand. */
const isLong = process.env['LONG'] === '1';
const watchdogSec = isLong ? 15 : 4;
const longRunMs = isLong ? 120_000 : 0;
const unit = 'cronkeeper-la.service';

type Story = { readonly machine: Machine; readonly scheduler: Scheduler };

/** A service that was started and holds; it and what it left are gone afterwards. */
function story(
  name: string,
  more: string,
  tell: (story: Story, t: TestContext) => Promise<void>,
): void {
  test(name, async (t) => {
    if (boot.kind === 'unavailable') return t.skip(boot.reason);
    const { machine } = boot;
    const scheduler = schedulerIn(machine, `story${stories++}`);
    try {
      await scheduler.write(unit, { watchdogSec, more });
      // Ends when the service says that it is ready.
      await machine.output(`systemctl start ${unit}`);
      assert.equal((await scheduler.ask('status')).at('readiness', 'willRun').value, true);
      await tell({ machine, scheduler }, t);
    } finally {
      await machine.exec(
        `systemctl stop ${unit}; pkill -KILL -f /srv/story; systemctl reset-failed`,
      );
    }
  });
}
let stories = 0;

type Line = { readonly at: number; readonly epoch: number };

async function witnessed({ machine, scheduler }: Story): Promise<readonly Line[]> {
  const text = (await machine.exec(`cat ${scheduler.witness}`)).stdout;
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(' '))
    .map(([at, epoch]) => ({ at: Number(at) * 1_000, epoch: Number(epoch) }));
}

/** Starts a run that leaves the pid of its process, does not care for SIGTERM, and ends with 7 when it is let. */
async function startLongRun({ machine, scheduler }: Story): Promise<number> {
  const { home } = scheduler;
  const script = `trap "" TERM; echo $$ > ${home}/pid; while [ ! -e ${home}/let ]; do sleep 0.1; done; exit 7`;
  await scheduler.ask(`add "every 1d" --name long --shell ${quote(script)}`);
  await scheduler.ask('run long');
  return until('the run has begun', async () => {
    const pid = Number((await machine.exec(`cat ${home}/pid`)).stdout);
    return pid > 0 ? pid : undefined;
  });
}

/** Lets the run end, two minutes after it began or at once, and answers what was recorded. */
async function letItEnd({ machine, scheduler }: Story): Promise<Json> {
  await sleep(longRunMs);
  await machine.output(`touch ${scheduler.home}/let`);
  return until('the run ends', async () => {
    const [run] = await runsOf(scheduler);
    return run?.text('state') === 'ended' ? run : undefined;
  });
}

const isAlive = async (machine: Machine, pid: number): Promise<boolean> =>
  (await machine.exec(`kill -0 ${pid}`)).code === 0;

const runsOf = async (scheduler: Scheduler): Promise<readonly Json[]> =>
  (await scheduler.ask('runs long')).list('runs');

story('a service that is stopped by SIGSTOP is replaced by its watchdog', '', async (told, t) => {
  const { machine, scheduler } = told;
  await scheduler.ask(
    `add "every 1s" --name witness --overlap allow --shell ${quote(`echo $(date +%s.%N) $CRONKEEPER_EPOCH >> ${scheduler.witness}`)}`,
  );
  const before = await scheduler.mainPid(unit);
  // A service that is well is left alone for longer than its watchdog is patient.
  await sleep(watchdogSec * 1_500);
  assert.equal((await machine.output(`systemctl show -P NRestarts ${unit}`)).trim(), '0');
  const epoch = (await witnessed(told)).at(-1)?.epoch ?? 0;
  assert.ok(epoch > 0);
  const stoppedAt = Number(await machine.output(`kill -STOP ${before}; date +%s.%N`)) * 1_000;
  const first = await until(
    'a run of the next term',
    async () => {
      const lines = await witnessed(told);
      return lines.find((line) => line.epoch > epoch);
    },
    (watchdogSec + 10) * 1_000,
  );
  t.diagnostic(`replaced after ${first.at - stoppedAt} ms, with a watchdog of ${watchdogSec} s`);
  assert.ok(first.at - stoppedAt <= watchdogSec * 1_000 + 5_000);
  assert.notEqual(await scheduler.mainPid(unit), before);
  assert.equal(await isAlive(machine, before), false);
  const late = (await witnessed(told)).filter(
    (line) => line.epoch === epoch && line.at > stoppedAt + 1_000,
  );
  assert.deepEqual(late, []);
  assert.match(await machine.output(`journalctl -u ${unit} --no-pager`), /[Ww]atchdog/);
});

story(
  'a restart and an upgrade to another path leave the run that goes on: one process, one run, its true end',
  '',
  async (told) => {
    const { machine, scheduler } = told;
    const pid = await startLongRun(told);
    const mains = [await scheduler.mainPid(unit)];
    await machine.output(`systemctl restart ${unit}`);
    mains.push(await scheduler.mainPid(unit));
    assert.ok(await isAlive(machine, pid));
    await machine.output(`mkdir -p /opt/other && cp -r ${machine.repository}/dist /opt/other/`);
    await scheduler.write(unit, {
      watchdogSec,
      exec: `${machine.node} /opt/other/dist/cronkeeper.js runner -p la --home ${scheduler.home}`,
    });
    await machine.output(`systemctl restart ${unit}`);
    mains.push(await scheduler.mainPid(unit));
    assert.equal(new Set(mains).size, 3);
    assert.ok(await isAlive(machine, pid));
    const ended = await letItEnd(told);
    assert.equal(ended.text('outcome'), 'failed');
    assert.equal(ended.number('exitCode'), 7);
    assert.equal(ended.list('attempts').length, 1);
    assert.notEqual(ended.at('attempts', 0, 'adoptedBy').value, null);
    assert.equal((await runsOf(scheduler)).length, 1);
  },
);

story('a stop ends the run within the kill bound and records why', '', async (told, t) => {
  const { machine, scheduler } = told;
  const pid = await startLongRun(told);
  const since = Date.now();
  await machine.output(`systemctl stop ${unit}`);
  t.diagnostic(`stopped after ${Date.now() - since} ms`);
  assert.ok(Date.now() - since < 13_000);
  assert.equal(await isAlive(machine, pid), false);
  const [run, ...others] = await runsOf(scheduler);
  assert.deepEqual(others, []);
  assert.equal(run?.text('state'), 'ended');
  assert.equal(run?.text('outcome'), 'cancelled');
  assert.equal(run?.text('reason'), 'service_stopped');
});

// In the unit's own mount namespace nobody can ask the manager, as when its bus is gone.
const silent = 'BindReadOnlyPaths=/bin/false:/usr/bin/systemctl';

story(
  'when the manager is silent, a run is left, and an owner that comes within a minute adopts it',
  silent,
  async (told) => {
    const { machine, scheduler } = told;
    const pid = await startLongRun(told);
    await machine.output(`systemctl stop ${unit}`);
    assert.ok(await isAlive(machine, pid));
    // A starter that makes a wrapper is two processes of that name for a moment.
    const oneStarter = async (): Promise<true | undefined> => {
      const found = await machine.output(`pgrep -f '[s]tarter.js ${scheduler.home}'`);
      return found.trim().split('\n').length === 1 ? true : undefined;
    };
    await until('one starter is there', oneStarter, 10_000);
    await machine.output(`systemctl start ${unit}`);
    const ended = await letItEnd(told);
    assert.equal(ended.number('exitCode'), 7);
    // The one that stayed behind is gone; that of the new owner is there.
    await until('one starter is there', oneStarter, 10_000);
  },
);

if (isLong)
  story(
    'when the manager is silent and nobody comes, a run is ended after a minute',
    silent,
    async (told) => {
      const { machine, scheduler } = told;
      const pid = await startLongRun(told);
      await machine.output(`systemctl stop ${unit}`);
      const since = Date.now();
      await until(
        'the run is ended',
        async () => ((await isAlive(machine, pid)) ? undefined : true),
        80_000,
      );
      assert.ok(Date.now() - since > 55_000);
      await machine.output(`systemctl start ${unit}`);
      const [run] = await runsOf(scheduler);
      assert.equal(run?.text('reason'), 'owner_absent');
    },
  );

/** The environment of the newest run of "look" that began after `sinceMs`, as the run itself told it. */
async function seenByRun(
  { machine, scheduler }: Story,
  sinceMs: number,
): Promise<ReadonlyMap<string, string>> {
  const id = await until('a run has looked around', async () => {
    const runs = (await scheduler.ask('runs look')).list('runs');
    const ended = runs.find(
      (run) => run.text('state') === 'ended' && Date.parse(run.text('startedAt')) >= sinceMs,
    );
    return ended?.text('id');
  });
  const told = await machine.output(`cat ${scheduler.home}/runs/${id}/output.log`);
  const entries = told.split('\0').filter((entry) => entry !== '');
  return new Map(entries.map((entry) => [entry.replace(/=.*/s, ''), entry.replace(/^.*?=/s, '')]));
}

/** The same names, and the same values wherever one is shown. */
async function compare(
  { scheduler }: Story,
  saw: ReadonlyMap<string, string>,
  from: string,
): Promise<void> {
  const shown = await scheduler.ask('doctor --env look');
  assert.equal(shown.text('from'), from);
  const names = shown.list('names');
  assert.deepEqual(names.map((one) => one.text('name')).sort(), [...saw.keys()].sort());
  const told = names.filter((one) => one.at('value').value !== null);
  assert.ok(told.length >= 5, `${told.length} values were shown`);
  for (const one of told) assert.equal(saw.get(one.text('name')), one.text('value'));
}

const odd = 'Environment="LC_TIME=C.UTF-8" "TOKEN=of the unit" "TMPDIR=/var/tmp/a b"';

story(
  'what a run sees is exactly what doctor --env shows, under the service and under a tick',
  odd,
  async (told) => {
    const { machine, scheduler } = told;
    const { home } = scheduler;
    const files = {
      env: 'KEY="of the home"\nLANG=C\n',
      'env.la': 'KEY=of-the-profile\nPATH=/opt/tools:/usr/bin:/bin\n',
    };
    for (const [name, text] of Object.entries(files))
      await machine.output(
        `printf %s ${quote(text)} > ${home}/${name} && chmod 600 ${home}/${name}`,
      );
    await scheduler.ask('add "every 1s" --name look --env OWN=1 -- /usr/bin/env -0');
    const underService = await seenByRun(told, 0);
    await compare(told, underService, 'owner');
    assert.equal(underService.get('KEY'), 'of-the-profile');
    assert.equal(underService.get('LANG'), 'C');
    assert.equal(underService.get('OWN'), '1');
    assert.equal(underService.get('TMPDIR'), '/var/tmp/a b');
    assert.equal(underService.has('TOKEN'), false);
    await machine.output(`systemctl stop ${unit}`);
    const since = Date.now();
    const tick = `${machine.node} ${scheduler.bundle} tick -p la --home ${home}`;
    await machine.output(
      `systemd-run --quiet --unit=tick.service -p KillMode=process -E HOME=/tick -E LC_ALL=C ${tick}`,
    );
    const underTick = await seenByRun(told, since);
    await machine.output('systemctl stop tick.service');
    await compare(told, underTick, 'last-owner');
    assert.equal(underTick.get('HOME'), '/tick');
  },
);
