import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { stopBetweenWrites } from './asking.ts';
import { type Answer, type Json, type Person, type Running, starts, until } from './program.ts';
import {
  addJob,
  ask,
  firstLine,
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
  willRun,
} from './story.ts';

/** The answer to "will it run?" is true, in every place where it is given, and never wrong for more than this. */
const truthMs = 5_000;

const daily = ['every day at 9am', '--', 'true'];

journey(
  'without a runner, add, add --strict and status all say that nothing will run it, and what to do',
  async (person) => {
    const strict = await person.type(['add', ...['every day at 9am', '--strict', '--', 'true']]);
    assert.equal(strict.code, 4);
    assert.match(
      strict.err,
      new RegExp(`Nothing was stored: no scheduler is active.*\\n.*${starts.runner}`),
    );
    assert.deepEqual((await ask(person, ['list'])).list('jobs'), []);
    const added = await person.type(['add', ...daily]);
    assert.equal(added.code, 0);
    assert.match(
      added.err,
      new RegExp(`NOTHING WILL RUN THIS JOB: no scheduler is active.* Start one: ${starts.runner}`),
    );
    const json = await ask(person, ['add', ...daily]);
    const said = await ask(person, ['status'], 4);
    for (const answer of [json, said]) {
      assert.equal(answer.at('readiness', 'willRun').value, false);
      assert.equal(answer.text('readiness', 'code'), 'owner_absent');
      assert.deepEqual(answer.at('readiness', 'remedy').value, {
        kind: 'command',
        text: starts.runner,
      });
      assert.equal(answer.at('readiness', 'by').value, null);
    }
    const words = await person.type(['status']);
    assert.equal(words.code, 4);
    assert.match(
      words.out,
      new RegExp(
        `^✗ Jobs will NOT run\\.  No scheduler is active for profile "default"\\.\\n  → ${starts.runner}\\n`,
      ),
    );
  },
);

journey(
  'with a runner, add, add --strict and status all say who runs it and by what proof',
  async (person) => {
    const runner = await startOwner(person, ['runner']);
    const said = await ask(person, ['status']);
    const level = said.text('holder', 'provenance', 'level');
    for (const answer of [
      said,
      await ask(person, ['add', ...daily]),
      await ask(person, ['add', 'every day at 9am', '--strict', '--', 'true']),
    ]) {
      assert.equal(answer.at('readiness', 'willRun').value, true);
      assert.equal(answer.text('readiness', 'code'), 'will_run');
      assert.equal(answer.number('readiness', 'by', 'pid'), runner.pid);
      assert.equal(answer.text('readiness', 'by', 'role'), 'runner');
      assert.equal(answer.text('readiness', 'by', 'level'), level);
    }
    const added = await person.type(['add', ...daily]);
    assert.equal(added.code, 0);
    assert.doesNotMatch(added.err, /NOTHING/);
    assert.match(added.out, new RegExp(`Runs in: runner \\(pid ${runner.pid} on `));
    assert.match(
      firstLine(await person.type(['status'])),
      new RegExp(`^✓ Jobs will run\\. {2}runner \\(.+\\), pid ${runner.pid}, since `),
    );
  },
);

/** Every answer that carries readiness says the same. */
async function saysEverywhere(person: Person, isGood: boolean): Promise<void> {
  const { code } = await person.type(['status']);
  assert.equal(code, isGood ? 0 : 4);
  for (const args of [['list'], ['add', ...daily], ['owner', 'show'], ['runs']])
    assert.equal(
      (await ask(person, args)).at('readiness', 'willRun').value,
      isGood,
      args.join(' '),
    );
}

journey('kill -9 of the runner is told within 5 s, everywhere', async (person) => {
  const runner = await startOwner(person, ['runner']);
  await saysEverywhere(person, true);
  runner.signal('SIGKILL');
  const said = await statusWhen(person, 'status is red', (shown) => !willRun(shown), truthMs);
  assert.equal(said.text('readiness', 'code'), 'owner_absent');
  assert.equal(said.at('holder').value, null);
  assert.equal(said.text('backends', 'runner', 'state'), 'stopped');
  await saysEverywhere(person, false);
});

journey(
  'a runner that was stopped (SIGSTOP) is told within 5 s, and so is its return (SIGCONT)',
  async (person) => {
    await addJob(person, ['every 1s', '--name', 'witness', '--shell', testify(person)]);
    const runner = await startOwner(person, ['runner']);
    await moreTestimony(person, 1);
    await stopBetweenWrites(person, runner);
    const said = await statusWhen(person, 'status is red', (shown) => !willRun(shown), truthMs);
    assert.equal(said.text('readiness', 'code'), 'owner_stalled');
    assert.match(
      said.text('readiness', 'message'),
      new RegExp(`runner \\(pid ${runner.pid} on .*does not answer`),
    );
    assert.equal(said.text('backends', 'runner', 'state'), 'standby');
    await saysEverywhere(person, false);
    runner.signal('SIGCONT');
    await statusWhen(person, 'status is green', willRun, truthMs);
    await moreTestimony(person, 2);
    await saysEverywhere(person, true);
  },
);

journey('a changed appointment is told within 5 s, everywhere', async (person) => {
  const runner = await startOwner(person, ['runner']);
  await ask(person, ['owner', 'appoint', 'role', 'gateway', '--reason', 'channels']);
  const red = await statusWhen(
    person,
    'status is red',
    (shown) => !willRun(shown) && shown.at('holder').value === null,
    truthMs,
  );
  assert.equal(red.text('readiness', 'code'), 'owner_absent');
  assert.match(
    red.text('readiness', 'message'),
    /role gateway, and it is not running; runner pid \d+ may not run it/,
  );
  assert.deepEqual(red.at('readiness', 'remedy').value, {
    kind: 'command',
    text: starts.gateway,
  });
  assert.equal(instanceOf(red, runner.pid)?.text('standing'), 'ineligible');
  await saysEverywhere(person, false);
  await ask(person, ['owner', 'appoint', 'auto']);
  await statusWhen(
    person,
    'status is green',
    (shown) => willRun(shown) && holderPid(shown) === runner.pid,
    truthMs,
  );
  await saysEverywhere(person, true);
});

journey(
  'a holder that is no longer appointed is never called the one who runs the jobs',
  async (person) => {
    await startOwner(person, ['runner']);
    const changed = await ask(person, ['owner', 'appoint', 'role', 'gateway']);
    assert.equal(
      changed.at('readiness', 'willRun').value,
      false,
      JSON.stringify(changed.at('readiness').value),
    );
    assert.equal((await ask(person, ['add', ...daily])).at('readiness', 'willRun').value, false);
  },
);

journey('of two profiles one is served: each answer is about its own', async (person) => {
  await ask(person, ['add', ...daily]);
  await ask(person, ['-p', 'la', 'add', ...daily]);
  const runner = await startOwner(person, ['runner']);
  const all = await ask(person, ['status', '-A'], 4);
  const byName = new Map(all.list('profiles').map((said) => [said.text('profile'), said]));
  assert.deepEqual([...byName.keys()].sort(), ['default', 'la']);
  assert.equal(byName.get('default')?.at('readiness', 'willRun').value, true);
  assert.equal(byName.get('la')?.at('readiness', 'willRun').value, false);
  const words = await person.type(['status', '-A']);
  assert.equal(words.code, 4);
  assert.match(words.out, /default +✓ yes/);
  assert.match(words.out, /la +✗ no/);
  const traces = factsOf(await status(person), runner);
  for (const answer of await everyAnswer(person, 'la'))
    for (const trace of traces)
      assert.ok(!answer.includes(trace), `"${trace}" of default is in: ${answer}`);
  const [served = ''] = (await ask(person, ['-p', 'la', 'list']))
    .list('jobs')
    .map((job) => job.text('id'));
  const refused = await person.type(['-p', 'la', 'run', served]);
  assert.equal(refused.code, 4);
  assert.match(refused.err, /no scheduler is active for profile "la"/);
});

/** What only belongs to the profile that is served. */
const factsOf = (said: Json, runner: Running): readonly string[] => [
  said.text('holder', 'instanceId'),
  `pid ${runner.pid}`,
  `"pid": ${runner.pid}`,
  said.text('jobs', 'nextJob', 'id'),
];

async function everyAnswer(person: Person, profile: string): Promise<readonly string[]> {
  const verbs = [
    ['status'],
    ['status', '-v'],
    ['list'],
    ['show', 'true'],
    ['next', 'true'],
    ['why', 'true'],
    ['runs'],
    ['owner', 'show'],
    ['owner', 'history'],
    ['doctor'],
    ['run', 'true'],
    ['owner', 'handover'],
    ['add', ...daily],
    ['edit', 'true', '--timeout', '5m'],
    ['export'],
  ];
  const answers: string[] = [];
  const keep = ({ out, err }: Answer): void => {
    assert.notEqual(out + err, '');
    answers.push(out + err);
  };
  // Once there are two jobs of a name it is ambiguous, so `add` comes late and the rest names the first by id.
  const [first] = (await ask(person, ['-p', profile, 'list'])).list('jobs');
  for (const verb of verbs) {
    const args = verb.map((word) =>
      word === 'true' && verb[0] !== 'add' ? (first?.text('id') ?? '') : word,
    );
    keep(await person.type(['-p', profile, ...args]));
    keep(await person.type(['-p', profile, '--json', ...args]));
  }
  return answers;
}

journey(
  'a job that requires a channel is stored with a loud warning of what must run, and refused until then',
  async (person) => {
    const asked = [
      'every 1s',
      '--name',
      'live',
      '--require',
      'channel=telegram',
      '--shell',
      testify(person),
    ];
    const alone = await person.type(['add', ...asked]);
    assert.equal(alone.code, 0);
    assert.match(alone.err, /NOTHING WILL RUN THIS JOB: .*no live channels/s);
    await startOwner(person, ['runner']);
    const added = await person.type(['add', ...asked.with(2, 'live too')]);
    assert.equal(added.code, 0);
    assert.match(
      added.err,
      /NOTHING WILL RUN THIS JOB: .*channel "telegram" .*no live channels.*cronkeeper edit /s,
    );
    await addJob(person, ['every 1s', '--name', 'plain', '--shell', testify(person)]);
    const refused = await until('its occurrences are refused', async () => {
      const runs = await runsOf(person, 'live too');
      const over = runs.filter((run) => run.text('state') === 'refused');
      return over.length >= 3 ? over : undefined;
    });
    for (const run of refused) assert.equal(run.text('reason'), 'capability_missing');
    await moreTestimony(person, 2);
    assert.ok(testimony(person).every(([job]) => job === 'plain'));
    const said = await status(person);
    assert.ok(willRun(said), 'one job with needs makes the whole profile red');
    assert.match(
      said.text('warnings', 0, 'message'),
      /do not|does not have what these jobs need: live, live too/,
    );
  },
);

journey(
  'adding tells of a command and a folder that are not there; strictly, it stores nothing',
  async (person) => {
    const job = (...words: readonly string[]) => person.type(['add', 'every day at 9am', ...words]);
    const alone = await job('--cwd', '/nowhere', '--', 'true');
    assert.equal(alone.code, 0);
    assert.match(alone.err, /it will NOT run: The folder "\/nowhere" does not exist/);
    await startOwner(person, ['runner']);
    const strict = [
      ['--strict', '--', 'no-such-command'],
      ['--strict', '--shell', 'no-such-command --all'],
      ['--strict', '--cwd', '/nowhere', '--', 'true'],
      ['--strict', '--env', 'PATH=/nowhere', '--', 'true'],
    ];
    for (const words of strict) {
      const { code, err } = await job(...words);
      assert.equal(code, 4, `${words.join(' ')}: ${err}`);
      assert.match(err, /Nothing was stored: .*(no command|does not exist)/);
    }
    const warned = await job('--name', 'warned', '--', 'no-such-command');
    assert.equal(warned.code, 0);
    assert.match(warned.err, /it will NOT run: There is no command "no-such-command"/);
    const fine = await job('--name', 'fine', '--strict', '--', 'true');
    assert.deepEqual([fine.code, fine.err], [0, '']);
    const edited = await person.type(['edit', 'fine', '--', '/nowhere/report']);
    assert.match(edited.err, /it will NOT run: There is no command "\/nowhere\/report"/);
    const jobs = (await ask(person, ['list'])).list('jobs');
    assert.equal(jobs.length, 3);
  },
);

journey('status names what failed last time until it works again', async (person) => {
  await startOwner(person, ['runner']);
  await addJob(person, ['every 1s', '--name', 'broken', '--', 'test', '-e', 'mended']);
  const broken = (said: Json): boolean => said.number('jobs', 'failing') === 1;
  const said = await statusWhen(person, 'it failed', broken);
  assert.equal(said.text('jobs', 'failingJobs', 0, 'name'), 'broken');
  assert.ok(willRun(said), 'a job that fails is run');
  const human = await person.type(['status']);
  assert.equal(human.code, 0);
  assert.match(human.out, / {2}1 job failed last time: broken\. {2}See: cronkeeper .*logs /);
  writeFileSync(person.file('mended'), '');
  await statusWhen(person, 'it works', (shown) => !broken(shown));
});

journey('a standby does not make a stopped owner look alive', async (person) => {
  const runner = await startOwner(person, ['runner']);
  await startBeside(person, ['runner']);
  await stopBetweenWrites(person, runner);
  const said = await statusWhen(person, 'status is red', (shown) => !willRun(shown), truthMs);
  assert.equal(said.text('readiness', 'code'), 'owner_stalled');
  assert.equal((await person.type(['status'])).code, 4);
});

remediesExist('every remedy that was named in these journeys is a command that exists');
