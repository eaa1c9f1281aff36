import assert from 'node:assert/strict';
import { signIn, startDashboard } from './dashboard.ts';
import { type Json, type Person, starts, until } from './program.ts';
import {
  addJob,
  ask,
  doubled,
  holderPid,
  instanceOf,
  journey,
  moreTestimony,
  remediesExist,
  runsOf,
  startBeside,
  startOwner,
  status,
  statusWhen,
  testify,
  testimony,
} from './story.ts';

/** Ownership is part of the contract. */

const everySecond = (person: Person, name = 'witness'): Promise<string> =>
  addJob(person, ['every 1s', '--name', name, '--shell', testify(person)]);

const warningCodes = (said: Json): readonly string[] =>
  said.list('warnings').map((warning) => warning.text('code'));

journey('B1: of two runners one executes and the other stands by', async (person) => {
  await everySecond(person);
  const first = await startOwner(person, ['runner']);
  const { running: second } = await startBeside(person, ['runner']);
  await moreTestimony(person, 5);
  const said = await status(person);
  assert.equal(holderPid(said), first.pid);
  assert.equal(instanceOf(said, first.pid)?.text('standing'), 'holder');
  assert.equal(instanceOf(said, second.pid)?.text('standing'), 'standby');
  assert.deepEqual(doubled(person), []);
  const owner = said.text('holder', 'instanceId');
  const runs = await runsOf(person, 'witness');
  const by = runs.flatMap((run) => run.list('attempts')).map((one) => one.text('instanceId'));
  assert.ok(by.length >= 5);
  assert.deepEqual([...new Set(by)], [owner]);
});

journey('B2: a command line delegates run to the owner, with a receipt', async (person) => {
  const owner = await startOwner(person, ['runner']);
  const id = await addJob(person, [
    'every day at 9am',
    '--name',
    'report',
    '--shell',
    testify(person),
  ]);
  const asked = await ask(person, ['run', 'report', '--wait=20s']);
  assert.equal(asked.text('word'), 'Running');
  assert.match(asked.text('request', 'receipt'), /^[0-9A-Z]{26}$/);
  assert.equal(asked.text('request', 'job', 'id'), id);
  assert.equal(asked.number('owner', 'pid'), owner.pid);
  assert.equal(asked.text('run', 'cause'), 'request');
  assert.equal(asked.text('run', 'outcome'), 'succeeded');
  const [attempt] = asked.list('run', 'attempts');
  assert.equal(attempt?.text('instanceId'), (await status(person)).text('holder', 'instanceId'));
  assert.equal(attempt?.number('provenance', 'chain', 0, 'pid'), owner.pid);
  assert.equal(testimony(person).length, 1);
});

journey(
  'B2: without the owner a command line refuses with the reason, even where a runner is',
  async (person) => {
    await addJob(person, ['every day at 9am', '--name', 'report', '--shell', testify(person)]);
    await ask(person, ['owner', 'appoint', 'role', 'gateway']);
    await startBeside(person, ['runner']);
    const said = await person.type(['run', 'report']);
    assert.equal(said.code, 4);
    assert.match(
      said.err,
      /Refused: .*role gateway, and it is not running; runner pid \d+ may not run it/,
    );
    assert.match(said.err, new RegExp(starts.gateway));
    assert.deepEqual(testimony(person), []);
  },
);

for (const kind of ['dashboard', 'desktop'] as const)
  journey(`B2: a ${kind} delegates run to the owner, and refuses without one`, async (person) => {
    const daily = ['every day at 9am', '--name', 'report', '--shell', testify(person)];
    await addJob(person, daily);
    await ask(person, ['owner', 'appoint', 'role', 'runner']);
    const dashboard = await startDashboard(person, kind === 'desktop' ? ['--desktop'] : []);
    const browser = await signIn(dashboard);
    const refused = await browser.post('/jobs/report/run', {});
    assert.equal(refused.status, 409, refused.text);
    assert.match(refused.json().text('detail'), /owner .* is role runner, and it is not running/);
    const owner = await startOwner(person, ['runner']);
    // What it saw of the owner counts for a moment.
    const asked = await until('it is taken', async () => {
      const { status: code, json } = await browser.post('/jobs/report/run', {});
      return code < 400 ? json() : undefined;
    });
    assert.match(asked.text('request', 'receipt'), /^[0-9A-Z]{26}$/);
    assert.equal(asked.number('owner', 'pid'), owner.pid);
    await until('the owner ran it', () => testimony(person)[0]);
    assert.equal(testimony(person).length, 1, 'what was refused ran as well');
    const [run] = await runsOf(person, 'report');
    const [attempt] = run?.list('attempts') ?? [];
    assert.equal(attempt?.number('provenance', 'chain', 0, 'pid'), owner.pid);
    const listed = instanceOf(await status(person), dashboard.pid);
    assert.equal(listed?.text('role'), kind);
    assert.equal(listed.text('standing'), 'delegator');
  });

const elsewhere = [
  { rule: ['service', 'systemd-system/not-there.service'], code: 'not_authorised_owner' },
  { rule: ['role', 'gateway'], code: 'not_authorised_owner' },
  { rule: ['host', '0123456789abcdef0123456789abcdef'], code: 'machine_mismatch' },
] as const;

for (const { rule, code } of elsewhere) {
  journey(
    `B3: with the ${rule[0]} appointed that is not there, a runner executes nothing and says why`,
    async (person) => {
      await everySecond(person);
      await ask(person, ['owner', 'appoint', ...rule]);
      const { running } = await startBeside(person, ['runner']);
      const said = await statusWhen(
        person,
        'three occurrences came due',
        (shown) => shown.number('jobs', 'oldestOverdueMs') > 3_000,
      );
      assert.equal(said.at('holder').value, null);
      const listed = instanceOf(said, running.pid);
      assert.equal(listed?.text('standing'), 'ineligible');
      assert.equal(listed.text('reasonCode'), code);
      assert.match(
        listed.text('reason'),
        /The owner of this profile is (the service|role|host) .+; this runner is not\./,
      );
      assert.deepEqual(testimony(person), []);
      const runs = await runsOf(person, 'witness');
      assert.ok(runs.length > 0 && runs.every((run) => run.text('state') === 'undecided'));
    },
  );
}

journey('B3: holder and attempts carry instance, epoch and provenance', async (person) => {
  await everySecond(person);
  const first = await startOwner(person, ['runner']);
  await moreTestimony(person, 2);
  const before = await status(person);
  assert.equal(await first.stop(), 0);
  const second = await startOwner(person, ['gateway', 'run']);
  await moreTestimony(person, 2);
  const after = await status(person);
  assert.equal(after.number('holder', 'epoch'), before.number('holder', 'epoch') + 1);
  assert.equal(holderPid(after), second.pid);
  const known = new Map([before, after].map((said) => [said.number('holder', 'epoch'), said]));
  for (const run of await runsOf(person, 'witness')) {
    for (const attempt of run.list('attempts')) {
      const said = known.get(attempt.number('epoch'));
      assert.equal(attempt.text('instanceId'), said?.text('holder', 'instanceId'));
      assert.equal(attempt.text('host'), said?.text('holder', 'host'));
      assert.deepEqual(
        attempt.at('provenance', 'chain').value,
        said?.at('holder', 'provenance', 'chain').value,
      );
    }
  }
  for (const [, , epoch] of testimony(person))
    assert.ok(known.has(Number(epoch)), `a run under epoch ${epoch}`);
});

journey(
  'B4: status lists every process of ours that can schedule, with pid, role and standing',
  async (person) => {
    await ask(person, ['owner', 'appoint', 'role', 'runner']);
    const owner = await startOwner(person, ['runner']);
    const others = [
      { args: ['runner'], role: 'runner', standing: 'standby' },
      { args: ['up', '--no-dashboard'], role: 'runner', standing: 'standby' },
      { args: ['gateway', 'run'], role: 'gateway', standing: 'ineligible' },
    ];
    const started = others.map((other) => ({ ...other, pid: person.start(other.args).pid }));
    const said = await statusWhen(
      person,
      'all four are listed',
      (shown) => shown.list('instances').length === 4,
    );
    for (const { pid, role, standing } of [
      { pid: owner.pid, role: 'runner', standing: 'holder' },
      ...started,
    ]) {
      const listed = instanceOf(said, pid);
      assert.equal(listed?.text('role'), role);
      assert.equal(listed?.text('standing'), standing);
      assert.match(listed?.text('command') ?? '', /cronkeeper/);
    }
    assert.equal(said.text('backends', 'runner', 'state'), 'active');
    assert.equal(said.text('backends', 'gateway', 'state'), 'standby');
    const words = (await person.type(['status'])).out;
    assert.match(words, /Also here: 2 runners; they take over\. 1 gateway; it may not run jobs\./);
    const details = (await person.type(['status', '-v'])).out;
    for (const { pid } of started) assert.match(details, new RegExp(`\\b${pid}\\b`));
  },
);

// B4, dashboards and Desktop: dashboard-desktop.test.ts.
// B4, schedulers that are not ours: test/hermes/seen.slow.ts.

journey(
  'B5: several schedulers are warned of exactly when one tries to execute that may not',
  async (person) => {
    await everySecond(person);
    await startOwner(person, ['runner']);
    const { running: gateway } = await startBeside(person, ['gateway', 'run']);
    const healthy = await status(person);
    assert.equal(instanceOf(healthy, gateway.pid)?.text('standing'), 'standby');
    assert.deepEqual(warningCodes(healthy), [], 'a healthy standby is warned of');
    await ask(person, ['owner', 'appoint', 'role', 'runner', '--reason', 'only the runner']);
    const said = await status(person);
    assert.deepEqual(warningCodes(said), ['several_schedulers']);
    assert.match(
      said.text('warnings', 0, 'message'),
      new RegExp(`role runner.*gateway pid ${gateway.pid} on .*kept from it`),
    );
    const added = await person.type(['add', 'every day at 9am', '--', 'true']);
    assert.match(
      added.err,
      new RegExp(`gateway pid ${gateway.pid}`),
      'the warning is not on every path',
    );
    await gateway.stop();
    await statusWhen(
      person,
      'the warning is gone',
      (shown) => warningCodes(shown).length === 0,
      5_000,
    );
  },
);

journey(
  'B5: a job that requires a proven executor runs 0 times in an unproven runner',
  async (person, t) => {
    await addJob(person, [
      'every 1s',
      '--name',
      'protected',
      '--require',
      'level=proven',
      '--shell',
      testify(person),
    ]);
    await startOwner(person, ['runner']);
    const level = (await status(person)).text('holder', 'provenance', 'level');
    if (level === 'proven') return t.skip('this test itself runs in a service');
    const runs = await until('five occurrences are decided', async () => {
      const decided = (await runsOf(person, 'protected')).filter(
        (run) => run.text('state') !== 'queued',
      );
      return decided.length >= 5 ? decided : undefined;
    });
    for (const run of runs) {
      if (run.text('state') === 'missed') continue;
      assert.equal(run.text('state'), 'refused');
      assert.equal(run.text('reason'), 'capability_missing');
      assert.match(run.text('message'), new RegExp(`must be "proven", but is "${level}"`));
      assert.deepEqual(run.list('attempts'), []);
    }
    assert.ok(runs.filter((run) => run.text('state') === 'refused').length >= 4);
    assert.deepEqual(testimony(person), []);
  },
);

const linksOf = (provenance: Json): readonly { pid: number; startMark: string }[] =>
  provenance
    .list('chain')
    .map((link) => ({ pid: link.number('pid'), startMark: link.text('startMark') }));

journey(
  'B6: the chain of ancestors is shown, and is the same for the same process',
  async (person) => {
    await everySecond(person);
    const owner = await startOwner(person, ['runner']);
    await moreTestimony(person, 2);
    const said = await status(person);
    const chain = linksOf(said.at('holder', 'provenance'));
    assert.deepEqual(
      chain.slice(0, 2).map(({ pid }) => pid),
      [owner.pid, process.pid],
    );
    const again = await status(person);
    assert.deepEqual(linksOf(again.at('holder', 'provenance')), chain);
    const shown = await ask(person, ['owner', 'show']);
    assert.deepEqual(linksOf(shown.at('holder', 'provenance')), chain);
    for (const run of await runsOf(person, 'witness'))
      for (const attempt of run.list('attempts'))
        assert.deepEqual(linksOf(attempt.at('provenance')), chain);
    const words = (await person.type(['owner', 'show'])).out;
    assert.match(
      words,
      new RegExp(`chain .+ \\(pid ${process.pid}\\) → .+ \\(pid ${owner.pid}\\) → starter`),
    );
  },
);

journey('B6: a forged environment proves nothing', async (person, t) => {
  const unit = 'cronkeeper-default.service';
  await addJob(person, [
    'every 1s',
    '--name',
    'protected',
    '--require',
    'level=proven',
    '--shell',
    testify(person),
  ]);
  const plain = await startOwner(person, ['runner']);
  const before = (await status(person)).at('holder', 'provenance');
  if (before.text('level') === 'proven') return t.skip('this test itself runs in a service');
  const forged = {
    INVOCATION_ID: '0123456789abcdef0123456789abcdef',
    SYSTEMD_EXEC_PID: String(process.pid),
    LISTEN_PID: String(process.pid),
    XPC_SERVICE_NAME: 'dev.cronkeeper.runner.default',
    JOURNAL_STREAM: '8:1234',
  };
  const { running: forger, listed } = await startBeside(person, ['runner'], forged);
  assert.equal(listed.text('standing'), 'standby');
  assert.equal(listed.at('provenance', 'service').value, before.at('service').value);
  assert.notEqual(listed.text('provenance', 'level'), 'proven');
  await plain.stop();
  const owned = await statusWhen(
    person,
    'the forger owns',
    (said) => holderPid(said) === forger.pid,
  );
  assert.notEqual(owned.text('holder', 'provenance', 'level'), 'proven');
  await until('it refuses', async () =>
    (await runsOf(person, 'protected')).some(
      (run) =>
        run.text('state') === 'refused' &&
        /but is "claimed"|but is "unknown"/.test(run.text('message')),
    )
      ? true
      : undefined,
  );
  await ask(person, ['owner', 'appoint', 'service', `systemd-system/${unit}`]);
  const kept = await statusWhen(
    person,
    'the forger is kept out',
    (said) => said.at('holder').value === null,
    5_000,
  );
  assert.equal(instanceOf(kept, forger.pid)?.text('standing'), 'ineligible');
  assert.deepEqual(testimony(person), []);
});

remediesExist('B2: every remedy that was named in these journeys is a command that exists');
