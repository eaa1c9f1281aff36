import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openCliWorld } from '../../../test/doors/cli-host.ts';
import { withHolder } from '../../../test/operations/world.ts';

const add = ['add', 'every 5m', '--name', 'report', '--', '/usr/bin/report'] as const;

/** A world with the job `report`, and an answering owner if wanted. */
async function withReport(owned: boolean) {
  const cli = await openCliWorld();
  if (owned) await withHolder(cli.world);
  const { exitCode } = await cli.run(add);
  assert.equal(exitCode, 0);
  return cli;
}

test('a job that nothing will run is added, with one loud warning on the error stream', async () => {
  const cli = await openCliWorld();
  const { exitCode, out, err } = await cli.run(add);
  assert.equal(exitCode, 0);
  assert.match(out, /^Added report {2}[0-9A-Z]{26}\n {2}When: every 5 minutes/);
  assert.equal(
    err,
    '⚠ NOTHING WILL RUN THIS JOB: no scheduler is active for profile "default". Start one: cronkeeper runner\n',
  );
});

test('with an owner there is nothing to warn of, and the answer says who runs it', async () => {
  const cli = await openCliWorld();
  await withHolder(cli.world);
  const { out, err } = await cli.run(add);
  assert.match(out, /Runs in: runner \(pid 812 on attic\)/);
  assert.equal(err, '');
});

const codes = [
  { argv: ['add', 'every 5m', '--strict', '--', 'x'], exitCode: 4, code: 'owner_absent' },
  { argv: ['status'], exitCode: 4, code: null },
  { argv: ['run', 'report'], exitCode: 4, code: 'owner_absent' },
  { argv: ['run', 'report', '--queue'], exitCode: 0, code: null },
  { argv: ['run', 'report', '--queue', '--wait=2s'], exitCode: 5, code: null },
  { argv: ['show', 'nothing'], exitCode: 3, code: 'not_found' },
  { argv: ['list', '--limit', 'x'], exitCode: 2, code: 'usage' },
  { argv: ['list', '--state', 'x'], exitCode: 2, code: 'usage' },
  { argv: ['lst'], exitCode: 2, code: 'usage' },
  { argv: ['next', 'whenever'], exitCode: 2, code: 'schedule_invalid' },
  { argv: ['next', '30m'], exitCode: 2, code: 'schedule_ambiguous' },
  { argv: ['next', '61 * * * *'], exitCode: 2, code: 'schedule_invalid' },
  { argv: ['next', '0 9 * * * Mars/Olympus'], exitCode: 2, code: 'zone_unknown' },
  { argv: ['runs', '--limit', '-3'], exitCode: 2, code: 'usage' },
  { argv: ['add', 'whenever', '--', 'x'], exitCode: 2, code: 'schedule_invalid' },
  { argv: ['add', '0', '9', '*', '*', '*', '--', 'x'], exitCode: 2, code: 'usage' },
  { argv: ['add', 'every 5m', '--'], exitCode: 2, code: 'usage' },
  { argv: ['add', 'every 5m', 'Sum up my mail'], exitCode: 2, code: 'usage' },
  { argv: ['dashboard', '--port', '70000'], exitCode: 2, code: 'usage' },
  { argv: ['dashboard', '--port', 'x'], exitCode: 2, code: 'usage' },
  { argv: ['edit', 'report'], exitCode: 2, code: 'usage' },
  { argv: ['list', '-p', 'nowhere'], exitCode: 3, code: 'profile_unknown' },
  { argv: ['completion', 'tcsh'], exitCode: 2, code: 'usage' },
  { argv: ['list'], exitCode: 0, code: null },
  { argv: ['runs', 'report'], exitCode: 0, code: null },
  { argv: ['why', 'report'], exitCode: 0, code: null },
  { argv: ['next', 'report', '-n', '2'], exitCode: 0, code: null },
  { argv: ['owner'], exitCode: 0, code: null },
  { argv: ['export'], exitCode: 0, code: null },
  { argv: ['profile'], exitCode: 0, code: null },
] as const;
for (const { argv, exitCode, code } of codes) {
  test(`"${argv.join(' ')}" without an owner ends with ${exitCode}`, async () => {
    const cli = await withReport(false);
    assert.equal((await cli.run(argv)).exitCode, exitCode);
  });

  test(`"${argv.join(' ')}" with --json writes exactly one document, with the same code`, async () => {
    const cli = await withReport(false);
    const split = [...argv, '--'].indexOf('--');
    const ran = await cli.run([...argv.slice(0, split), '--json', ...argv.slice(split)]);
    assert.equal(ran.exitCode, exitCode);
    const document: unknown = JSON.parse(ran.out);
    assert.ok(typeof document === 'object' && document !== null);
    if (code === null) assert.ok(!('error' in document));
    else {
      assert.ok('error' in document);
      const { error } = document;
      assert.ok(typeof error === 'object' && error !== null && 'code' in error);
      assert.deepEqual(Object.keys(error), ['code', 'message', 'remedy', 'details']);
      assert.equal(error.code, code);
    }
  });
}

test('the word --json of a command is not ours', async () => {
  const cli = await openCliWorld();
  const { out } = await cli.run(['add', 'every 5m', '--name', 'x', '--', 'echo', '--json']);
  assert.match(out, /^Added x/);
});

test('errors go to the error stream with their code and what to do', async () => {
  const cli = await withReport(false);
  const { out, err } = await cli.run(['show', 'reprt']);
  assert.equal(out, '');
  assert.match(err, /^✗ There is no job "reprt".*\[not_found\]\n {2}→ cronkeeper list\n$/);
});

const names = ['../x', '💌', '--help', '__proto__', "'; DROP TABLE jobs", '漢字 👩‍👩‍👧'];
for (const name of names) {
  for (const columns of [40, 80, 200]) {
    test(`a job named ${JSON.stringify(name)} is listed whole at ${columns} columns`, async () => {
      const cli = await openCliWorld();
      const { exitCode } = await cli.run(['add', 'every 5m', `--name=${name}`, '--', 'x']);
      assert.equal(exitCode, 0);
      const { out } = await cli.run(['list'], {
        stdoutIsTty: true,
        columns,
        env: { NO_COLOR: '1' },
      });
      assert.equal(out.trimEnd().split('\n').length, 2);
      assert.ok(!out.includes('\u001b'));
      assert.match(out.split('\n')[1] ?? '', columns === 40 ? /…|^\S/ : /every 5 minutes/);
    });
  }
}

const colors = [
  { name: 'a pipe', changes: {}, colored: false },
  { name: 'a terminal', changes: { stdoutIsTty: true }, colored: true },
  { name: 'NO_COLOR', changes: { stdoutIsTty: true, env: { NO_COLOR: '1' } }, colored: false },
  {
    name: 'a dumb terminal',
    changes: { stdoutIsTty: true, env: { TERM: 'dumb' } },
    colored: false,
  },
  { name: 'FORCE_COLOR', changes: { env: { FORCE_COLOR: '1' } }, colored: true },
] as const;
for (const { name, changes, colored } of colors) {
  test(`${name} means ${colored ? 'colour' : 'no colour'}`, async () => {
    const cli = await openCliWorld();
    const { out } = await cli.run(['status'], changes);
    assert.equal(out.includes('\u001b['), colored);
  });
}

test('processes are handed to the host with the profile and home that were named', async () => {
  const cli = await openCliWorld();
  const lines = ['-p la gateway run --replace', 'daemon --home /srv', 'tick', 'up -v'];
  lines.push('up --no-dashboard');
  for (const line of lines) assert.equal((await cli.run(line.split(' '))).exitCode, 0);
  const common = { profile: null, home: null, json: false, verbose: false };
  const plain = { ...common, replace: false, withDashboard: false };
  assert.deepEqual(cli.processes, [
    { kind: 'gateway', options: { ...plain, profile: 'la', replace: true } },
    { kind: 'runner', options: { ...plain, home: '/srv' } },
    { kind: 'tick', options: plain },
    { kind: 'up', options: { ...plain, verbose: true, withDashboard: true } },
    { kind: 'up', options: plain },
  ]);
});

test('a dashboard asks unless it is told to schedule, and is of a desktop application when that says so', async () => {
  const cli = await openCliWorld();
  const plain = { schedules: false, isDesktop: false, host: null, port: null, opens: true };
  const cases = [
    { line: 'dashboard', is: plain },
    { line: 'dashboard --schedule --no-open', is: { ...plain, schedules: true, opens: false } },
    { line: 'dashboard --desktop --port 0', is: { ...plain, isDesktop: true, port: 0 } },
    { line: 'dashboard', env: { CRONKEEPER_DESKTOP: '1' }, is: { ...plain, isDesktop: true } },
    {
      line: 'dashboard --no-open --host 127.0.0.1 --port 9120',
      env: { HERMES_DESKTOP: '1' },
      is: { ...plain, isDesktop: true, opens: false, host: '127.0.0.1', port: 9120 },
    },
    { line: 'dashboard', env: { HERMES_DESKTOP: '', CRONKEEPER_DESKTOP: '0' }, is: plain },
    { line: 'dashboard --json', is: { ...plain, opens: false } },
  ];
  for (const { line, env = {} } of cases)
    assert.equal((await cli.run(line.split(' '), { env })).exitCode, 0);
  assert.deepEqual(
    cli.dashboards.map(({ schedules, isDesktop, host, port, opens }) => ({
      schedules,
      isDesktop,
      host,
      port,
      opens,
    })),
    cases.map(({ is }) => is),
  );
});

test('a script that may be executed is the command; else its kind says who reads it', async () => {
  const cli = await openCliWorld();
  const commandOf = async (script: string): Promise<string> => {
    const { out } = await cli.run(['add', 'every 5m', '--no-agent', '--script', script, '--json']);
    return JSON.stringify(JSON.parse(out).job.command);
  };
  assert.equal(await commandOf('a.exe'), '["/home/anna/work/a.exe"]');
  assert.equal(await commandOf('/s/b.py'), '["python3","/s/b.py"]');
  assert.equal(await commandOf('c.sh'), '["/bin/sh","/home/anna/work/c.sh"]');
});

test('a reader that has read enough is no error', async () => {
  const cli = await withReport(false);
  const closed = {
    write: async () => {
      throw Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
    },
  };
  assert.deepEqual(await cli.run(['list'], { stdout: closed }), { exitCode: 0, out: '', err: '' });
});

test('edit without options changes what was changed in the editor, and only that', async () => {
  const cli = await withReport(true);
  let shown = '';
  const { exitCode, out } = await cli.run(['edit', 'report'], {
    stdoutIsTty: true,
    editText: (text, use) => {
      shown = text;
      return use(text.replace('name: report', 'name: summary').replace('retries: 0', 'retries: 2'));
    },
  });
  assert.match(shown, /^# [0-9A-Z]{26}, revision 1\./);
  assert.equal(exitCode, 0);
  assert.match(out, /Changed summary.*\(retries, name\)/);
});

test('a change by somebody else while the editor was open is not overwritten', async () => {
  const cli = await withReport(true);
  const ran = await cli.run(['edit', 'report'], {
    stdoutIsTty: true,
    editText: async (text, use) => {
      await cli.run(['edit', 'report', '--retries', '5']);
      return use(text.replace('retries: 0', 'retries: 2'));
    },
  });
  assert.equal(ran.exitCode, 3);
  assert.match(ran.err, /revision_conflict/);
});

test('no editor opens for another revision than the one that was named', async () => {
  const cli = await withReport(true);
  const opened: string[] = [];
  const editing = (revision: string) =>
    cli.run(['edit', 'report', '--revision', revision], {
      stdoutIsTty: true,
      editText: (text, use) => {
        opened.push(revision);
        return use(text);
      },
    });
  const ran = await editing('7');
  assert.equal(ran.exitCode, 3);
  assert.match(ran.err, /changed since revision 7: it is at revision 1 now/);
  assert.equal((await editing('1')).out, 'Nothing was changed.\n');
  assert.deepEqual(opened, ['1']);
});

test('a text that comes back unchanged changes nothing', async () => {
  const cli = await withReport(true);
  const { out } = await cli.run(['edit', 'report'], {
    stdoutIsTty: true,
    editText: (text, use) => use(text),
  });
  assert.equal(out, 'Nothing was changed.\n');
});

test('version, overview and help need no store', async () => {
  const cli = await openCliWorld();
  const broken = {
    context: async () => {
      throw new Error('opened');
    },
  };
  assert.equal((await cli.run(['--version'], broken)).out, 'cronkeeper 1.2.3\n');
  assert.match((await cli.run([], broken)).out, /First steps:/);
  assert.match((await cli.run(['run', '--help'], broken)).out, /--queue\[=DURATION\]/);
  assert.equal((await cli.run(['status'], broken)).exitCode, 1);
});

test('completion offers verbs, jobs and profiles, and is silent when there is no store', async () => {
  const cli = await withReport(false);
  const offered = async (...words: readonly string[]): Promise<string> =>
    (await cli.run(['complete', '--', ...words])).out;
  assert.match(await offered('sta'), /^status\t/);
  assert.match(await offered('show', ''), /^report\t/);
  assert.match(await offered('owner', ''), /^show\t/m);
  assert.match(await offered('-p', ''), /^default\t/);
  assert.match(await offered('run', '--q'), /^--queue\t/);
  assert.match(await offered('list', '--'), /^--state\t/);
  assert.equal(await offered('add', '@daily', '--', './fi'), ':0\n');
  assert.equal(await offered('apply', ''), ':0\n');
  const broken = await cli.run(['complete', '--', 'show', ''], {
    context: async () => {
      throw new Error('no store');
    },
  });
  assert.deepEqual({ ...broken }, { exitCode: 0, out: ':4\n', err: '' });
});

for (const shell of ['bash', 'zsh', 'fish']) {
  test(`the script for ${shell} asks this program`, async () => {
    const cli = await openCliWorld();
    assert.match((await cli.run(['completion', shell])).out, /cronkeeper complete --/);
  });
}

test('profile use is handed to the host', async () => {
  const cli = await openCliWorld();
  await cli.run(['profile', 'use', 'la']);
  assert.deepEqual(cli.used, ['la']);
});

test('show takes the id of a run too', async () => {
  const cli = await withReport(false);
  const { err } = await cli.run(['show', '01JZ0000000000000000000000']);
  assert.match(err, /no run "01JZ0000000000000000000000"/);
});

test('a person who types mcp is told that it waits for an agent; an agent is told nothing', async () => {
  const cli = await openCliWorld();
  const typed = await cli.run(['mcp']);
  assert.match(typed.err, /waits for an agent.*cronkeeper mcp --help/);
  assert.equal(typed.out, '');
  const started = await cli.run(['mcp'], { stdinIsTty: false });
  assert.deepEqual(started, { exitCode: 0, out: '', err: '' });
  const beyond = await cli.run(['mcp', '--scope', 'admin'], { stdinIsTty: false });
  assert.equal(beyond.exitCode, 2);
});

test('the answer to an edit names the variables that were set and taken away', async () => {
  const { run } = await openCliWorld();
  await run(['add', 'every 1h', '--name', 'mine', '--env', 'A=1', '--', 'true']);
  const { out } = await run(['edit', 'mine', '--env', 'PATH=/opt/bin', '--unset-env', 'A']);
  assert.match(out, /Changed mine.*\(env: set PATH; removed A\)/);
});

test('an export is the file alone; beside it stands whose values are not in it', async () => {
  const { run } = await openCliWorld();
  await run(['add', 'every 1h', '--name', 'plain', '--', 'true']);
  assert.equal((await run(['export'])).err, '');
  for (const name of Array.from({ length: 12 }, (_, index) => `job ${index}`))
    await run(['add', 'every 1h', '--name', name, '--env', 'KEY=hunter2', '--', 'true']);
  const { out, err } = await run(['export']);
  assert.match(out, /^version: 1/);
  assert.ok(!`${out}${err}`.includes('hunter2'));
  assert.match(err, /not in the file[\s\S]* {2}job 0: KEY\n[\s\S]*and of 2 more jobs\n[\s\S]*→/);
});

test('each problem of a file is printed once', async () => {
  const { run } = await openCliWorld();
  const job = (name: string): string => `  - {name: ${name}, when: every 1h, shell: x, env: [KEY]}`;
  const readStdin = async (): Promise<string> => `version: 1\njobs:\n${job('a')}\n${job('b')}\n`;
  const { err, exitCode } = await run(['apply', '-'], { readStdin });
  assert.equal(exitCode, 2);
  const told = err.replace(/\s+/g, ' ');
  assert.equal(told.split('job "a": env: KEY has no value here; write KEY=VALUE.').length, 2);
  assert.match(told, /✗ Nothing was applied. \[file_invalid\] → Write the value beside the name/);
});
