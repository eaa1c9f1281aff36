import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { tickTwice } from './asking.ts';
import { signIn, startDashboard } from './dashboard.ts';
import { launcher, type Person, type Running, sleep, starts, until } from './program.ts';
import {
  addJob,
  ask,
  findFlaw,
  firstLine,
  journey,
  remediesExist,
  runsOf,
  startOwner,
  status,
  statusWhen,
  testify,
  testimony,
  willRun,
} from './story.ts';

/** Server-side jobs must not depend on clients. */

/** Types one line in a terminal of its own and closes the terminal. Answers when both are gone. */
async function typeAndCloseTerminal(person: Person, line: string): Promise<void> {
  const terminal = spawn('script', ['-qec', line, '/dev/null'], {
    env: person.env,
    cwd: person.home,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let said = '';
  for (const stream of [terminal.stdout, terminal.stderr])
    stream.on('data', (part) => {
      said += String(part);
    });
  const code = await new Promise((resolve) => terminal.once('close', resolve));
  assert.equal(code, 0, said);
}

journey(
  'A1: a job fires although the client that made it is gone and its terminal closed',
  async (person, t) => {
    if (process.platform !== 'linux') return t.skip('script(1) is called in its Linux form');
    await startOwner(person, ['runner']);
    const line = `${launcher} add "in 3s" --name left --shell '${testify(person)}; tty >> ${person.file('tty')}'`;
    await typeAndCloseTerminal(person, line);
    assert.deepEqual(testimony(person), [], 'it fired before the client was gone');
    const [seen] = await until('it fires', () =>
      testimony(person).length > 0 ? testimony(person) : undefined,
    );
    assert.equal(seen?.[0], 'left');
    const [run] = await until('its end is recorded', async () => {
      const runs = await runsOf(person, 'left');
      return runs[0]?.at('outcome').value === 'succeeded' || person.read('tty') !== ''
        ? runs
        : undefined;
    });
    assert.equal(run?.text('cause'), 'schedule');
    assert.match(person.read('tty'), /not a tty/, 'the run has the terminal of its client');
  },
);

journey('A1: a job fires although its client was killed right after the answer', async (person) => {
  await startOwner(person, ['runner']);
  const client = person.start(['up', '--no-dashboard']);
  const added = await ask(person, ['add', 'in 3s', '--name', 'left', '--shell', testify(person)]);
  client.signal('SIGKILL');
  await client.ended;
  const at = added.text('job', 'nextFireAt');
  await until('it fires', () => (testimony(person).length > 0 ? true : undefined));
  assert.deepEqual(
    testimony(person).map(([, fireTime]) => fireTime),
    [at],
  );
});

journey(
  'A1: a job made in the dashboard fires although browser and dashboard are gone at once',
  async (person) => {
    await startOwner(person, ['runner']);
    const dashboard = await startDashboard(person);
    const browser = await signIn(dashboard);
    const wish = { name: 'left', when: 'in 5s', shell: true, command: [testify(person)] };
    const added = await browser.post('/jobs', wish);
    assert.equal(added.status, 201, added.text);
    assert.equal(added.json().at('readiness', 'willRun').value, true);
    dashboard.signal('SIGKILL');
    await dashboard.ended;
    assert.deepEqual(testimony(person), [], 'it fired before the dashboard was gone');
    await until('it fires', () => (testimony(person).length > 0 ? true : undefined));
    assert.deepEqual(
      testimony(person).map(([job, at]) => [job, at]),
      [['left', added.json().text('job', 'nextFireAt')]],
    );
    // The result waits for the next visit.
    const again = await signIn(await startDashboard(person));
    const runs = await until('its end is recorded', async () => {
      const list = (await again.get('/runs?job=left')).json().list('runs');
      return list[0]?.at('outcome').value === 'succeeded' ? list : undefined;
    });
    assert.equal(runs.length, 1);
  },
);

journey(
  'A2: without any gateway a runner runs jobs; only what requires a channel is refused',
  async (person) => {
    await startOwner(person, ['runner']);
    await addJob(person, ['every 1s', '--name', 'plain', '--shell', testify(person)]);
    const asked = ['every 1s', '--name', 'live', '--require', 'channel=telegram', '--shell'];
    const added = await ask(person, ['add', ...asked, testify(person)]);
    assert.equal(added.at('readiness', 'willRun').value, false);
    assert.equal(added.text('readiness', 'code'), 'capability_missing');
    assert.match(added.text('readiness', 'remedy', 'text'), /no live channels.*cronkeeper edit /);
    const refused = await until('three occurrences are refused', async () => {
      const runs = await runsOf(person, 'live');
      return runs.length >= 3 ? runs : undefined;
    });
    for (const run of refused) {
      if (run.text('state') === 'queued') continue;
      assert.equal(run.text('state'), 'refused');
      assert.equal(run.text('reason'), 'capability_missing');
      assert.match(run.text('message'), /channel/);
    }
    const ran = testimony(person).map(([job]) => job);
    assert.ok(ran.length >= 3, `the plain job ran only ${ran.length} times`);
    assert.ok(ran.every((job) => job === 'plain'));
    const said = await status(person);
    assert.ok(willRun(said));
    assert.equal(said.text('backends', 'gateway', 'state'), 'absent');
  },
);

journey(
  'A3: ticks of a crontab run what is due; a long run starves nobody, overlapping ticks do nothing',
  async (person) => {
    await addJob(person, [
      'in 2s',
      '--name',
      'long',
      '--shell',
      `${testify(person)}; sleep 5; ${testify(person, 'ended')}`,
    ]);
    for (const seconds of [3, 4, 5]) {
      await addJob(person, [
        `in ${seconds}s`,
        '--name',
        `short-${seconds}`,
        '--shell',
        testify(person),
      ]);
    }
    const ticks: Running[] = [];
    await until(
      'the long run ended',
      async () => {
        ticks.push(person.start(['tick']));
        await sleep(900);
        return testimony(person, 'ended').length > 0 ? true : undefined;
      },
      30_000,
    );
    assert.deepEqual(
      testimony(person)
        .map(([job]) => job)
        .sort(),
      ['long', 'short-3', 'short-4', 'short-5'],
    );
    const endedAt = Date.parse((await runsOf(person, 'long'))[0]?.text('startedAt') ?? '') + 5_000;
    for (const seconds of [3, 4, 5]) {
      const [run] = await runsOf(person, `short-${seconds}`);
      assert.equal(run?.text('outcome'), 'succeeded');
      assert.ok(Date.parse(run.text('startedAt')) < endedAt, 'it waited for the long run');
      assert.ok(run.number('latenessMs') < 5_000, `late by ${run.number('latenessMs')} ms`);
    }
    const codes = await Promise.all(ticks.map(({ ended }) => ended));
    assert.deepEqual(
      codes,
      ticks.map(() => 0),
      ticks.map((tick) => tick.output()).join('\n'),
    );
  },
);

// A3, a dashboard with --schedule: dashboard-schedule.test.ts.

const loud = new RegExp(
  `NOTHING WILL RUN (THIS JOB|THESE JOBS): no scheduler is active for profile "default". Start one: ${starts.runner}`,
);

/** Every way to make a job, or to make it fire, with the arguments that it takes. */
const creating: readonly {
  readonly verb: string;
  readonly args: readonly string[];
  readonly input?: string;
}[] = [
  { verb: 'add', args: ['add', 'every day at 9am', '--', 'true'] },
  { verb: 'edit', args: ['edit', 'known', '--when', 'every day at 8am'] },
  { verb: 'resume', args: ['resume', 'paused'] },
  {
    verb: 'apply',
    args: ['apply', '-'],
    input: '{"version":1,"jobs":[{"name":"applied","when":"every 2h","command":["true"]}]}',
  },
  {
    verb: 'import crontab',
    args: ['import', 'crontab', '-'],
    input: '0 9 * * 1 /bin/true --imported\n',
  },
];

for (const { verb, args, input } of creating) {
  journey(`A4: ${verb} warns when no scheduler is there, in words and in JSON`, async (person) => {
    await addJob(person, ['every day at 9am', '--name', 'known', '--', 'true']);
    await addJob(person, ['every day at 9am', '--name', 'paused', '--paused', '--', 'true']);
    const said = await person.type(args, {}, input);
    assert.equal(said.code, 0, said.err);
    assert.match(said.err, loud);
    const json = await person.type(['--json', ...args], {}, input);
    assert.equal(json.code, 0, json.err);
    const { readiness } = JSON.parse(json.out);
    assert.equal(readiness.willRun, false);
    assert.equal(readiness.code, 'owner_absent');
    assert.deepEqual(readiness.remedy, { kind: 'command', text: starts.runner });
    assert.match(json.err, loud, 'a program that reads JSON shows its user nothing of it');
  });
}

journey(
  'A4: run refuses when no scheduler is there, stores nothing and ends with 4',
  async (person) => {
    await addJob(person, ['every day at 9am', '--name', 'known', '--', 'true']);
    const said = await person.type(['run', 'known']);
    assert.equal(said.code, 4);
    assert.match(said.out + said.err, /Refused: nobody would run it now: no scheduler is active/);
    const json = await ask(person, ['run', 'known'], 4);
    assert.equal(json.text('error', 'code'), 'owner_absent');
    assert.equal(json.at('error', 'details', 'readiness', 'willRun').value, false);
    assert.equal((await status(person)).number('requestsWaiting'), 0);
  },
);

journey(
  'A4: add --strict stores nothing when no scheduler is there and ends with 4',
  async (person) => {
    const said = await person.type(['add', 'every day at 9am', '--strict', '--', 'true']);
    assert.equal(said.code, 4);
    assert.match(said.err, /Nothing was stored: no scheduler is active/);
    const json = await ask(person, ['add', 'every day at 9am', '--strict', '--', 'true'], 4);
    assert.equal(json.at('error', 'details', 'readiness', 'willRun').value, false);
    assert.deepEqual((await ask(person, ['list'])).list('jobs'), []);
  },
);

journey(
  'A4: a dashboard says when nothing will run, at its start and in each answer',
  async (person) => {
    const starting = person.start(['dashboard', '--port', '0', '--no-open']);
    await until('it says so', () => (loud.test(starting.output()) ? true : undefined), 20_000);
    assert.doesNotMatch(starting.output(), /ck_/, 'a secret is written where nobody reads it');
    const browser = await signIn(await startDashboard(person));
    const added = await browser.post('/jobs', {
      name: 'known',
      when: 'every 1h',
      command: ['true'],
    });
    assert.equal(added.status, 201, added.text);
    const readiness = added.json().at('readiness');
    assert.equal(readiness.at('willRun').value, false);
    assert.equal(readiness.text('code'), 'owner_absent');
    assert.equal(readiness.text('remedy', 'text'), starts.runner);
    const run = await browser.post('/jobs/known/run', {});
    assert.equal(run.status, 409, run.text);
    assert.equal(run.json().text('code'), 'owner_absent');
    const said = (await browser.get('/status')).json();
    assert.equal(said.at('readiness', 'willRun').value, false);
    assert.equal(said.text('backends', 'dashboard', 'state'), 'standby');
    assert.equal(said.number('requestsWaiting'), 0);
  },
);

test.todo('A4: the chat agent warns when no scheduler is there (no chat yet)');

journey(
  'A5: status tells gateway, runner, timer and none apart, in its first line and in JSON',
  async (person) => {
    await addJob(person, ['every day at 9am', '--', 'true']);
    const seen: string[] = [];
    const look = async (active: string): Promise<void> => {
      const said = await status(person);
      for (const backend of ['gateway', 'runner', 'timer'])
        assert.equal(
          said.text('backends', backend, 'state') === 'active',
          backend === active,
          JSON.stringify(said.at('backends').value),
        );
      assert.equal(willRun(said), active !== '');
      const human = await person.type(['status']);
      assert.equal(human.code, active === '' ? 4 : 0);
      seen.push(firstLine(human));
    };
    await look('');
    for (const [backend, args] of [
      ['gateway', ['gateway', 'run']],
      ['runner', ['runner']],
    ] as const) {
      const owner = await startOwner(person, args);
      await look(backend);
      assert.equal(await owner.stop(), 0);
    }
    assert.equal(await person.start(['tick']).ended, 0);
    await look('');
    await tickTwice(person);
    await look('timer');
    assert.match(seen[0] ?? '', /^✗ Jobs will NOT run\. {2}No scheduler is active/);
    assert.match(seen[1] ?? '', /^✓ Jobs will run\. {2}gateway \(started by hand/);
    assert.match(seen[2] ?? '', /^✓ Jobs will run\. {2}runner \(started by hand/);
    assert.match(seen[4] ?? '', /^✓ Jobs will run, by timer\./);
  },
);

journey('A5: a tick does not promise what needs a channel', async (person) => {
  await tickTwice(person);
  await statusWhen(
    person,
    'a timer is seen',
    (said) => said.text('backends', 'timer', 'state') === 'active',
  );
  const added = await ask(person, [
    'add',
    'every day at 9am',
    '--require',
    'channel=telegram',
    '--',
    'true',
  ]);
  assert.equal(added.at('readiness', 'willRun').value, false);
  assert.equal(added.text('readiness', 'code'), 'capability_missing');
});

const page = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../${name}`, import.meta.url)), 'utf8');

test('A6: the docs explain dashboard, gateway and runner, and what happens when something stops', () => {
  const readme = page('README.md');
  for (const role of ['Runner', 'Gateway', 'Dashboard'])
    assert.match(readme, new RegExp(`^- \\*\\*${role}\\*\\*: `, 'm'));
  for (const event of [
    'browser',
    'laptop sleeps',
    'gateway stops',
    'machine reboots',
    'owner is killed',
    'owner hangs',
    'two schedulers',
  ])
    assert.match(readme, new RegExp(`^\\| (the )?[^|]*${event}[^|]*\\| `, 'm'), event);
});

journey('A6: every command that the docs name exists', async (person) => {
  const lines = new Set(
    ['README.md', 'docs/OPERATING.md', 'docs/GUARANTEES.md', 'docs/SECURITY.md'].flatMap((name) =>
      commandsIn(page(name)),
    ),
  );
  assert.ok(lines.size >= 10, `found only ${[...lines].join(' | ')}`);
  writeFileSync(person.file('lines'), [...lines].join('\n'));
  for (const line of lines) assert.equal(await findFlaw(person, line), null);
});

/** Command lines of ours in code spans and code blocks; a comment behind one is not part of it. */
function commandsIn(text: string): readonly string[] {
  const code = [...text.matchAll(/```\w*\n([\s\S]*?)```|`([^`\n]+)`/g)];
  return code
    .flatMap(([, block, span]) => (block ?? span ?? '').split('\n'))
    .map(
      (line) =>
        /^(?:\* \* \* \* \* |ExecStart=)?(?:\/\S*\/)?(cronkeeper [a-z-].*)$/.exec(line)?.[1] ?? '',
    )
    .map((line) => line.replace(/\s+#.*$/, ''))
    .filter((line) => line !== '');
}

remediesExist('A6: every remedy that was named in these journeys is a command that exists');
