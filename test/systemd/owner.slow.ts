import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, type TestContext, test } from 'node:test';
import { recordName, recordText, type ServiceRecord } from '../../src/core/service-record.ts';
import { type Json, until } from '../journeys/program.ts';
import { type Boot, bootMachine, type Machine } from './machine.ts';
import { quote, type Scheduler, schedulerIn } from './scheduler.ts';

/** Only the appointed service of a real systemd runs jobs, and what merely looks like it does not. */

let boot: Boot = { kind: 'unavailable', reason: 'not booted yet' };
before(async () => {
  boot = await bootMachine();
});
after(async () => {
  if (boot.kind === 'booted') await boot.machine.stop();
});

const unit = 'cronkeeper-la.service';
const file = `/etc/systemd/system/${unit}`;

type Story = { readonly machine: Machine; readonly scheduler: Scheduler };
let stories = 0;

/** The appointed service runs and is proven when the story begins. Everything of it is gone afterwards. */
function story(name: string, tell: (story: Story, t: TestContext) => Promise<void>): void {
  test(name, async (t) => {
    if (boot.kind === 'unavailable') return t.skip(boot.reason);
    const { machine } = boot;
    stories += 1;
    const scheduler = schedulerIn(machine, `owner${stories}`);
    try {
      await scheduler.write(unit);
      await machine.output(`systemctl start ${unit}`);
      await scheduler.ask(`owner appoint service systemd-system/${unit} --reason test`);
      await proven(scheduler);
      await tell({ machine, scheduler }, t);
    } finally {
      await machine.exec(
        `systemctl stop ${unit} beside.service; pkill -KILL -f '[/]srv/owner'; rm -f ${file} /run/systemd/system/${unit}; systemctl daemon-reload; systemctl reset-failed`,
      );
    }
  });
}

const proven = (scheduler: Scheduler): Promise<Json> =>
  until('the service owns and is proven', async () => {
    const said = await scheduler.ask('status');
    const isProven =
      said.at('readiness', 'willRun').value === true &&
      said.text('readiness', 'by', 'level') === 'proven';
    return isProven ? said : undefined;
  });

const instancesOf = async (scheduler: Scheduler): Promise<ReadonlyMap<number, Json>> =>
  new Map((await scheduler.ask('status')).list('instances').map((one) => [one.number('pid'), one]));

/** The record that an installer would have left. */
async function keepRecord(
  { machine, scheduler }: Story,
  changes: Partial<ServiceRecord> = {},
): Promise<void> {
  const text = await machine.output(`cat ${file}`);
  const words = /^ExecStart=(.*)$/m.exec(text)?.[1]?.split(' ') ?? [];
  const record: ServiceRecord = {
    manager: 'systemd-system',
    unit,
    role: 'runner',
    profile: 'la',
    isTimer: false,
    file,
    sha256: createHash('sha256').update(text).digest('hex'),
    program: words,
    version: '0.0.0',
    installedAt: new Date().toISOString(),
    replaced: null,
    user: 'root',
    madeFolders: [],
    enabledLinger: false,
    ...changes,
  };
  const folder = `${scheduler.home}/services`;
  await machine.output(
    `mkdir -p -m 700 ${folder}; printf %s ${quote(recordText(record))} > ${folder}/${recordName(record)}`,
  );
}

const jobCount = 50;

async function applyWitnesses({ scheduler, machine }: Story): Promise<void> {
  const jobs = Array.from({ length: jobCount }, (_, index) => ({
    name: `witness-${index}`,
    when: 'every 1s',
    overlap: 'allow',
    shell: `echo $CRONKEEPER_EPOCH $PPID >> ${scheduler.witness}`,
  }));
  await machine.output(
    `printf %s ${quote(JSON.stringify({ version: 1, jobs }))} > ${scheduler.home}/jobs.json`,
  );
  const applied = await scheduler.type(`apply ${scheduler.home}/jobs.json`);
  assert.equal(applied.code, 0, applied.stderr);
}

const linesOf = async ({ machine, scheduler }: Story): Promise<number> =>
  Number((await machine.exec(`cat ${scheduler.witness} 2>/dev/null | wc -l`)).stdout);

story(
  'by hand, by another unit and with the environment of the real one, nothing runs in 200 due occurrences',
  async (told, t) => {
    const { machine, scheduler } = told;
    const command = `${machine.node} ${scheduler.bundle} runner -p la --home ${scheduler.home}`;
    const main = await scheduler.mainPid(unit);
    const environment = (await machine.output(`tr '\\0' '\\n' < /proc/${main}/environ`))
      .split('\n')
      .filter((line) => /^(INVOCATION_ID|NOTIFY_SOCKET)=/.test(line));
    assert.equal(environment.length, 2);
    await machine.output(`systemctl stop ${unit}`);
    const begin = async (words: string): Promise<number> => {
      const line = `echo $$ > ${scheduler.home}/pid; exec ${words}`;
      await machine.output(
        `rm -f ${scheduler.home}/pid; setsid sh -c ${quote(line)} >/dev/null 2>&1 </dev/null &`,
      );
      return until('it was begun', async () => {
        const pid = Number((await machine.exec(`cat ${scheduler.home}/pid`)).stdout);
        return pid > 0 ? pid : undefined;
      });
    };
    const byHand = await begin(command);
    const forged = await begin(
      `env ${environment.join(' ')} XPC_SERVICE_NAME=${unit} SYSTEMD_EXEC_PID=$$ ${command}`,
    );
    await machine.output(
      `systemd-run --quiet --unit=beside.service -p KillMode=process ${command}`,
    );
    const beside = await scheduler.mainPid('beside.service');
    const pids = [byHand, forged, beside];
    await until('all three are there', async () => {
      const seen = await instancesOf(scheduler);
      return pids.every((pid) => seen.has(pid)) ? true : undefined;
    });
    await applyWitnesses(told);
    const due = await until(
      '200 occurrences came due',
      async () => {
        let count = 0;
        for (const run of (await scheduler.ask('runs -n 200')).list('runs')) {
          assert.equal(run.text('state'), 'undecided');
          count += run.number('count');
        }
        return count >= 200 ? count : undefined;
      },
      30_000,
    );
    assert.equal(await linesOf(told), 0);
    const said = await scheduler.ask('status');
    assert.equal(said.at('readiness', 'willRun').value, false);
    assert.equal(said.at('holder').value, null);
    const seen = await instancesOf(scheduler);
    const expected = [
      [byHand, 'unknown', null],
      [forged, 'claimed', null],
      [beside, 'proven', 'systemd-system/beside.service'],
    ] as const;
    for (const [pid, level, service] of expected) {
      const instance = seen.get(pid);
      assert.equal(instance?.text('standing'), 'ineligible');
      assert.equal(instance.text('provenance', 'level'), level);
      assert.equal(instance.at('provenance', 'service').value, service);
      assert.ok(instance.text('reason').includes(unit), instance.text('reason'));
    }
    // The real one then does what the others did not, although they are still there.
    await machine.output(`systemctl start ${unit}`);
    await until('the real one runs the jobs', async () =>
      (await linesOf(told)) > 0 ? true : undefined,
    );
    const real = await scheduler.mainPid(unit);
    for (const run of (await scheduler.ask('runs -n 100')).list('runs'))
      for (const attempt of run.list('attempts'))
        assert.equal(attempt.number('provenance', 'chain', 0, 'pid'), real);
    const shown = await scheduler.type('owner show');
    assert.match(
      shown.stdout,
      new RegExp(`systemd → ${unit} \\(pid ${real}\\) → starter \\(pid \\d+\\)`),
    );
    t.diagnostic(`${due} occurrences came due, 0 ran`);
  },
);

const protectedJob = `add "every 1d" --name protected --require service=${unit} --require level=proven -- /bin/true`;

/** Runs the job now and waits for it; the run as it was decided. */
async function decided({ scheduler }: Story, job: string): Promise<Json> {
  await scheduler.type(`run ${job} --wait`);
  const [run] = (await scheduler.ask(`runs ${job}`)).list('runs');
  assert.ok(run !== undefined, `${job} was not decided`);
  return run;
}

story(
  'a look-alike of the appointed unit is a mismatch: it owns nothing, and a protected job is refused',
  async (told) => {
    const { machine, scheduler } = told;
    await keepRecord(told);
    await scheduler.ask(protectedJob);
    await scheduler.ask('add "every 1d" --name plain -- /bin/true');
    await machine.output(`systemctl restart ${unit}`);
    await proven(scheduler);
    const first = await decided(told, 'protected');
    assert.equal(first.text('outcome'), 'succeeded');
    assert.match(
      first.text('attempts', 0, 'provenance', 'words'),
      new RegExp(`^systemd → ${unit} \\(pid \\d+\\) → starter → run ${first.text('id')}$`),
    );
    assert.deepEqual(
      (await scheduler.ask('status')).list('warnings').map((one) => one.text('code')),
      [],
    );
    // The same name, the same text, another file.
    await machine.output(
      `systemctl stop ${unit}; mkdir -p /run/systemd/system; mv ${file} /run/systemd/system/; systemctl daemon-reload; systemctl start ${unit}`,
    );
    const main = await scheduler.mainPid(unit);
    const said = await until('the look-alike is told', async () => {
      const shown = (await instancesOf(scheduler)).get(main);
      return shown?.text('standing') === 'ineligible' ? shown : undefined;
    });
    assert.equal(said.text('provenance', 'level'), 'mismatch');
    assert.equal(said.text('reasonCode'), 'provenance_mismatch');
    const refused = await scheduler.type('run protected');
    assert.equal(refused.code, 4, refused.stdout + refused.stderr);
    const warnings = (await scheduler.ask('status')).list('warnings');
    const drift = warnings.find((one) => one.text('code') === 'provenance_mismatch');
    assert.match(drift?.text('message') ?? '', /goes by \/run\/systemd\/system\/.*, but \/etc\//);
    // Where anybody may own, it runs what needs no proof, and refuses what does.
    await scheduler.ask('owner appoint auto');
    await until('it owns', async () => {
      const holder = (await scheduler.ask('status')).at('holder').value;
      return holder === null ? undefined : true;
    });
    assert.equal((await decided(told, 'plain')).text('outcome'), 'succeeded');
    const again = await decided(told, 'protected');
    assert.equal(again.text('state'), 'refused');
    assert.equal(again.text('reason'), 'capability_missing');
  },
);

story(
  'a unit of the installed name that executes another program is a mismatch, and an edited one is told',
  async (told) => {
    const { machine, scheduler } = told;
    await keepRecord(told);
    await machine.output(`mkdir -p /opt/alike && cp -r ${machine.repository}/dist /opt/alike/`);
    await scheduler.write(unit, {
      exec: `${machine.node} /opt/alike/dist/cronkeeper.js runner -p la --home ${scheduler.home}`,
    });
    await machine.output(`systemctl restart ${unit}`);
    const main = await scheduler.mainPid(unit);
    const said = await until('the look-alike is told', async () =>
      (await instancesOf(scheduler)).get(main),
    );
    assert.equal(said.text('provenance', 'level'), 'mismatch');
    assert.match(JSON.stringify(said.at('provenance', 'facts').value), /executes .*alike/);
    assert.equal((await scheduler.ask('status')).at('readiness', 'willRun').value, false);
    // The installed program again, in a text that somebody edited: the same service, and a warning.
    await scheduler.write(unit, { more: 'Nice=1' });
    await machine.output(`systemctl restart ${unit}`);
    await proven(scheduler);
    const warnings = (await scheduler.ask('status')).list('warnings');
    assert.deepEqual(
      warnings.map((one) => one.text('code')),
      ['service_drifted'],
    );
    const found = (await scheduler.ask('doctor'))
      .list('findings')
      .find((one) => one.text('check') === 'drift');
    assert.equal(found?.text('state'), 'warning');
  },
);

story('what the owner may read and its starter may not is refused before the run', async (told) => {
  const { machine, scheduler } = told;
  const secret = '/srv/kept/token';
  const split = '/opt/split/dist';
  await machine.output(
    `mkdir -p /srv/kept /opt/split; echo x > ${secret}; cp -r ${machine.repository}/dist ${split}; mv ${split}/starter.js ${split}/real-starter.js`,
  );
  // The starter finds itself in a file system of its own, where the folder is empty.
  const line = `mount -t tmpfs none /srv/kept && exec "$0" ${split}/real-starter.js "$1"`;
  const starter = `process.execve('/usr/bin/unshare', ['unshare', '--mount', '/bin/sh', '-c', ${JSON.stringify(line)}, process.execPath, process.argv[2]], { PATH: '/usr/bin:/bin' });`;
  await machine.output(`printf %s ${quote(starter)} > ${split}/starter.js`);
  await scheduler.ask(
    `add "every 1d" --name reader --require readable=${secret} -- /bin/cat ${secret}`,
  );
  await scheduler.ask('add "every 1d" --name other --require readable=/etc/passwd -- /bin/true');
  assert.equal((await decided(told, 'reader')).text('outcome'), 'succeeded');
  await scheduler.write(unit, {
    exec: `${machine.node} ${split}/cronkeeper.js runner -p la --home ${scheduler.home}`,
  });
  await machine.output(`systemctl restart ${unit}`);
  await proven(scheduler);
  const main = await scheduler.mainPid(unit);
  assert.equal(await machine.output(`cat /proc/${main}/root${secret}`), 'x\n');
  assert.equal((await decided(told, 'other')).text('outcome'), 'succeeded');
  const refused = await decided(told, 'reader');
  assert.equal(refused.text('state'), 'refused');
  assert.equal(refused.text('reason'), 'capability_missing');
  assert.match(refused.text('message'), /readable=\/srv\/kept\/token/);
  assert.deepEqual(refused.list('attempts'), []);
});
