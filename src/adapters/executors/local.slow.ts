import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import {
  array,
  asyncProperty,
  assert as check,
  constantFrom,
  integer,
  oneof,
  string,
} from 'fast-check';
import { toUlid } from '../../core/id.ts';
import { endTree } from './process-tree.ts';
import { type Bench, bootMs, identify, makeBench, newRunId, until } from './test-bench.ts';

let bench: Bench;
let scratch: string;
before(async () => {
  bench = await makeBench();
  scratch = mkdtempSync(join(tmpdir(), 'cronkeeper-scratch-'));
});
after(async () => {
  await bench.close();
  rmSync(scratch, { recursive: true, force: true });
});

const shell = (line: string): string[] => ['/bin/sh', '-c', line];

/** Living processes that carry the mark of a run, as anybody can see them. */
function marked(runId: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(
          `CRONKEEPER_RUN_ID=${runId}\0`,
        );
      } catch {
        return false;
      }
    })
    .map(Number);
}

test('a command runs once and its end is known', async () => {
  const order = bench.order(shell('echo out; echo err >&2; exit 3'));
  const before = Date.now();
  const end = await bench.run(order);
  assert.equal(end.outcome, 'failed');
  assert.equal(end.exitCode, 3);
  assert.equal(end.reason, 'exit_nonzero');
  assert.ok(end.startedAt >= before && end.endedAt >= end.startedAt && end.endedAt <= Date.now());
  assert.equal(bench.output(order.key).toString(), 'out\nerr\n');
  assert.equal(end.outputBytes, 8);
  assert.equal(end.outputTruncated, false);
});

test('nothing runs before the gate is opened, and nothing after it is abandoned', async () => {
  const witness = join(scratch, 'gated');
  const order = bench.order(['/usr/bin/touch', witness]);
  const prepared = await bench.executor.prepare(order);
  assert.equal(prepared.kind, 'waiting');
  if (prepared.kind !== 'waiting') return;
  assert.deepEqual(await bench.executor.inspect(order.key, prepared.process), { kind: 'gated' });
  bench.executor.abandon(order.key);
  bench.executor.abandon(order.key);
  assert.deepEqual(await bench.over(order.key), { kind: 'not-started' });
  bench.executor.release(order.key, bootMs() + 10_000);
  assert.equal(existsSync(witness), false);
  assert.deepEqual(await bench.executor.inspect(order.key, prepared.process), {
    kind: 'not-started',
  });
});

test('the gate refuses a go whose deadline has passed', async () => {
  const witness = join(scratch, 'late');
  const order = bench.order(['/usr/bin/touch', witness]);
  assert.equal((await bench.executor.prepare(order)).kind, 'waiting');
  bench.executor.release(order.key, bootMs() - 50);
  assert.deepEqual(await bench.over(order.key), { kind: 'not-started' });
  assert.equal(existsSync(witness), false);
});

test('a wrapper whose record cannot be read serves no other run', async () => {
  const { key } = bench.order([]);
  const mark = join(bench.home, 'runs', key.runId, 'began');
  const wrapper = await bench.start(bench.order(['/bin/rm', mark], { key }));
  await bench.over(key);
  assert.equal(identify(wrapper.pid), null);
});

test('an attempt has files of its own', async () => {
  const { key } = bench.order([]);
  for (const number of [1, 2]) {
    const order = bench.order(shell(`echo ${number}`), { key: { ...key, number } });
    await bench.run(order);
    assert.equal(bench.output(order.key).toString(), `${number}\n`);
  }
  const folder = join(bench.home, 'runs', key.runId);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  for (const name of ['output.log', 'began', 'exit', '2/exit']) {
    assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600, name);
  }
  await bench.executor.removeOutput([key.runId]);
  assert.equal(existsSync(folder), false);
});

test('output is found by when its run began, and nothing else is taken for it', async () => {
  const began = [2_000, 1_000, 3_000].map((at) => toUlid(at, Array<number>(16).fill(7)));
  const [old = '', older = ''] = began;
  const names = [...began, 'notes', `${older}.new`];
  for (const name of names) mkdirSync(join(bench.home, 'runs', name), { recursive: true });
  const between = async (since: number, then: number) =>
    (await bench.executor.outputBetween(since, then)).toSorted();
  assert.deepEqual(await between(0, 2_001), [older, old]);
  assert.deepEqual(await between(1_001, 3_000), [old]);
  assert.deepEqual(await between(0, 1_000), []);
  for (const name of names) rmdirSync(join(bench.home, 'runs', name));
});

const refusals: readonly (readonly [string, string[], string, string])[] = [
  ['there is no such command', ['no-such-command-here'], '/tmp', 'command_not_found'],
  ['there is no such file', ['/no/such/file'], '/tmp', 'command_not_found'],
  ['the command is empty', [''], '/tmp', 'command_not_found'],
  ['the command is a folder', ['/tmp'], '/tmp', 'command_is_folder'],
  ['the file is not executable', ['/etc/passwd'], '/tmp', 'command_not_executable'],
  ['the folder is missing', ['true'], '/no/such/folder', 'cwd_missing'],
];
for (const [name, argv, cwd, reason] of refusals) {
  test(`it is told in words when ${name}`, async () => {
    const end = await bench.run(bench.order(argv, { cwd }));
    assert.equal(end.outcome, 'failed');
    assert.equal(end.reason, reason);
    assert.equal(end.exitCode, null);
    assert.match(end.message ?? '', /\./);
  });
}

test('a command is found in the PATH of the job and in its folder', async () => {
  const script = join(scratch, 'my tool');
  writeFileSync(script, '#!/bin/sh\necho "$0|$1"\n');
  chmodSync(script, 0o755);
  const byPath = bench.order(['my tool', 'x'], { env: { PATH: `/nowhere:${scratch}` } });
  assert.equal((await bench.run(byPath)).exitCode, 0);
  assert.equal(bench.output(byPath.key).toString(), `${script}|x\n`);
  const relative = bench.order(['./my tool', 'y'], { cwd: scratch, env: {} });
  assert.equal((await bench.run(relative)).exitCode, 0);
  assert.equal(bench.output(relative.key).toString(), './my tool|y\n');
});

test('what cannot be passed exactly is refused before anything is made', async () => {
  const bad = [
    bench.order(['true', 'a\0b']),
    bench.order([]),
    bench.order(['true'], { env: { 'a.b': '' } }),
    bench.order(['true'], { env: { _ck_code: '0' } }),
    bench.order(['true'], { env: { A: 'x\0' } }),
    bench.order(['true'], { cwd: 'relative' }),
    bench.order(['true', 'x'.repeat(1024 * 1024)]),
    bench.order(['true', 'x'.repeat(10 * 1024 * 1024)]),
    bench.order(['true'], { key: { runId: '../../../etc', number: 1 } }),
  ];
  for (const order of bad) {
    const prepared = await bench.executor.prepare(order);
    assert.equal(prepared.kind === 'failed' && prepared.reason, 'start_failed');
  }
});

test('arguments and environment arrive exactly as given, and nothing else does', async () => {
  const word = oneof(
    string({ unit: 'binary' }),
    constantFrom(
      '',
      '-n',
      '--',
      '-e',
      '*',
      '$(id)',
      '`id`',
      "'",
      '"',
      '\\',
      '\n',
      'a b',
      '~',
      '; x',
    ),
  ).map((text) => text.replaceAll('\0', ''));
  const program =
    'process.stdout.write(JSON.stringify([process.argv.slice(1), process.env, process.cwd()]))';
  const name = constantFrom('A', 'HOME', 'ENV', 'PS1', 'status', 'one', 'PWD', 'LC_X', '_x');
  await check(
    asyncProperty(array(word, { maxLength: 4 }), name, word, async (words, key, value) => {
      const env = { PATH: '/nowhere', [key]: key === 'PWD' ? '/tmp' : value };
      const order = bench.order([process.execPath, '-e', program, '--', ...words], { env });
      await bench.run(order);
      const said: unknown = JSON.parse(bench.output(order.key).toString());
      assert.deepEqual(said, [words, { ...env, CRONKEEPER_RUN_ID: order.key.runId }, '/tmp']);
    }),
    { numRuns: 25 },
  );
});

test('a job gets the three standard descriptors and ordinary signals, nothing more', async () => {
  const order = bench.order([
    '/bin/sh',
    '-c',
    'ls /proc/self/fd; grep SigIgn /proc/$$/status; umask',
  ]);
  await bench.run(order);
  // The fourth is the listing itself.
  assert.equal(
    bench.output(order.key).toString(),
    `0\n1\n2\n3\nSigIgn:\t0000000000000000\n${process.umask().toString(8).padStart(4, '0')}\n`,
  );
});

test('every exit code is kept', async () => {
  await check(
    asyncProperty(integer({ min: 0, max: 255 }), async (code) => {
      const end = await bench.run(bench.order(shell(`exit ${code}`)));
      assert.equal(end.exitCode, code);
      assert.equal(end.outcome, code === 0 ? 'succeeded' : 'failed');
    }),
    { numRuns: 25 },
  );
});

test('a command ended by a signal is told as 128 and the signal', async () => {
  const end = await bench.run(bench.order(shell('kill -KILL $$')));
  assert.equal(end.exitCode, 137);
});

test('output is kept raw', async () => {
  const order = bench.order(['/usr/bin/printf', '\\000\\377\\200x\\r\\n']);
  await bench.run(order);
  assert.deepEqual([...bench.output(order.key)], [0, 255, 128, 0x78, 13, 10]);
});

test('output past the limit is dropped, the run goes on, and memory stays small', async () => {
  const witness = join(scratch, 'after-flood');
  const flood = 'head -c 300000000 /dev/zero; echo done >"$0"; exit 5';
  const order = bench.order([...shell(flood), witness], { outputLimit: 100_352 });
  const end = await bench.run(order);
  assert.equal(end.exitCode, 5);
  assert.equal(existsSync(witness), true);
  assert.equal(end.outputTruncated, true);
  const output = bench.output(order.key);
  assert.ok(output.subarray(0, 100_352).every((byte) => byte === 0));
  assert.equal(
    output.subarray(100_352).toString(),
    '\n[cronkeeper: output limit of 100352 bytes reached; the rest was dropped]\n',
  );
});

test('output of exactly the limit is whole', async () => {
  const order = bench.order(['head', '-c', '1024', '/dev/zero'], { outputLimit: 1024 });
  const end = await bench.run(order);
  assert.equal(end.outputTruncated, false);
  assert.equal(bench.output(order.key).length, 1024);
});

test('all output that was written before the end is there', async () => {
  for (let round = 0; round < 20; round += 1) {
    const order = bench.order(shell('head -c 60000 /dev/zero'));
    const end = await bench.run(order);
    assert.equal(end.outputBytes, 60_000);
  }
});

test('a job that signals its own group does not reach its wrapper', async () => {
  const order = bench.order(shell('echo here; kill -KILL 0; sleep 60'));
  const end = await bench.run(order);
  assert.equal(end.exitCode, 137);
  assert.equal(bench.output(order.key).toString(), 'here\n');
});

test('what a command leaves in the background ends with it', async () => {
  const order = bench.order(shell('sleep 300 & exec sleep 301 >/dev/null 2>&1 & echo started'));
  const begun = Date.now();
  const end = await bench.run(order);
  assert.equal(end.exitCode, 0);
  assert.ok(Date.now() - begun < 60_000);
  assert.deepEqual(marked(order.key.runId), []);
});

test('what a command leaves in its group ends with it although it has neither output nor mark', async () => {
  const line = 'env -i /bin/sleep 300 </dev/null >/dev/null 2>&1 & echo $!';
  const order = bench.order(shell(`${line}; sleep 0.1`));
  await bench.run(order);
  assert.equal(identify(Number(bench.output(order.key).toString())), null);
});

test('a process that left the session and holds the output does not hold up the end', async () => {
  for (const wait of ['0', '1.3']) {
    const order = bench.order(shell(`setsid sleep 300 & sleep ${wait}; echo started`));
    const end = await bench.run(order);
    assert.equal(end.exitCode, 0);
    assert.equal(bench.output(order.key).toString(), 'started\n');
    assert.deepEqual(marked(order.key.runId), []);
  }
});

test('time that is up ends the command and is told', async () => {
  const order = bench.order(shell('echo begun; sleep 300'), { timeoutMs: 1_200 });
  const end = await bench.run(order);
  assert.equal(end.outcome, 'timed_out');
  assert.equal(end.reason, 'timeout');
  const tookMs = end.endedAt - end.startedAt;
  assert.ok(tookMs >= 1_190 && tookMs < 60_000, `${tookMs} ms`);
  assert.deepEqual(marked(order.key.runId), []);
});

test('silence that is too long ends the command; output past the limit is no silence', async () => {
  const silent = bench.order(shell('echo begun; sleep 300'), { noOutputTimeoutMs: 1_000 });
  const end = await bench.run(silent);
  assert.equal(end.outcome, 'timed_out');
  assert.equal(end.reason, 'no_output_timeout');
  assert.ok(end.endedAt - end.startedAt < 60_000);
  const talking = bench.order(
    shell('i=0; while [ $i -lt 8 ]; do head -c 1024 /dev/zero; sleep 0.4; i=$((i+1)); done'),
    { noOutputTimeoutMs: 1_200, outputLimit: 512 },
  );
  assert.equal((await bench.run(talking)).outcome, 'succeeded');
});

test('a job that is told to end ends, and the verdict is recorded', async () => {
  const order = bench.order(shell('trap "" TERM; sleep 300 & wait; sleep 300'));
  const wrapper = await bench.start(order);
  await bench.began(order.key);
  const begun = Date.now();
  await bench.executor.end(order.key, wrapper, {
    outcome: 'cancelled',
    reason: 'cancelled_by_request',
  });
  assert.ok(Date.now() - begun < 60_000);
  assert.deepEqual(marked(order.key.runId), []);
  const inspection = await bench.over(order.key);
  assert.equal(inspection.kind, 'ended');
  if (inspection.kind !== 'ended') return;
  assert.equal(inspection.end.outcome, 'cancelled');
  assert.equal(inspection.end.reason, 'cancelled_by_request');
});

test('a stopped wrapper is woken to record the verdict', async () => {
  const order = bench.order(['sleep', '300']);
  const wrapper = await bench.start(order);
  await bench.began(order.key);
  process.kill(wrapper.pid, 'SIGSTOP');
  await bench.executor.end(order.key, wrapper, { outcome: 'failed', reason: 'lease_lost' });
  const inspection = await bench.over(order.key);
  assert.equal(inspection.kind === 'ended' && inspection.end.reason, 'lease_lost');
});

test('ending a gated attempt ends it without having begun', async () => {
  const order = bench.order(['sleep', '300']);
  const prepared = await bench.executor.prepare(order);
  assert.equal(prepared.kind, 'waiting');
  if (prepared.kind !== 'waiting') return;
  await bench.executor.end(order.key, prepared.process, {
    outcome: 'cancelled',
    reason: 'replaced',
  });
  assert.deepEqual(await bench.over(order.key), { kind: 'not-started' });
});

test('when a wrapper is killed, its attempt is lost and nothing of it is left', async () => {
  const half = 'half done\n';
  const line = `printf '${half}'; trap "" TERM; sleep 300 & setsid sleep 301 & wait; sleep 302`;
  const order = bench.order(shell(line));
  const wrapper = await bench.start(order);
  await bench.began(order.key);
  await until('the command runs', 5_000, () => marked(order.key.runId).length >= 3);
  // Of a run that is short it is still in the pipe.
  const output = join(bench.home, 'runs', order.key.runId, 'output.log');
  const written = () => statSync(output, { throwIfNoEntry: false })?.size === half.length;
  await until('its output is kept', 5_000, written);
  process.kill(wrapper.pid, 'SIGKILL');
  const inspection = await bench.over(order.key);
  assert.ok(inspection.kind === 'lost');
  assert.equal(inspection.outputBytes, half.length);
  assert.deepEqual(marked(order.key.runId), []);
});

test('a wrapper serves one run after another, and tells from outside which', async () => {
  const told = ['/bin/sh', '-c', 'echo $PPID; readlink /proc/$PPID/fd/7'];
  const wrappers = new Set<string>();
  for (let round = 0; round < 6; round += 1) {
    const order = bench.order(told);
    await bench.run(order);
    const [wrapper = '', mark = ''] = bench.output(order.key).toString().split('\n');
    wrappers.add(wrapper);
    assert.match(mark, new RegExp(`/runs/${order.key.runId}/began$`));
  }
  assert.ok(wrappers.size < 6, 'none served twice');
});

test('a wrapper whose guard woke serves nobody else', async () => {
  const order = bench.order(shell('echo $PPID; sleep 0.4'));
  const wrapper = await bench.start(order);
  await bench.over(order.key);
  await until('it serves nobody', 5_000, () => identify(wrapper.pid) === null);
});

test('a process that escaped from an attempt is swept', async () => {
  const order = bench.order(shell('setsid sleep 300 </dev/null >/dev/null 2>&1 & sleep 0.2'));
  await bench.run(order);
  assert.equal(marked(order.key.runId).length, 1);
  assert.equal(await bench.executor.sweep([order.key], false), 1);
  assert.deepEqual(marked(order.key.runId), []);
});

test('an escaped process does not count as ended while no descriptor is left to look with', {
  skip: existsSync('/usr/bin/prlimit') ? false : 'needs prlimit: apt-get install util-linux',
}, async () => {
  const order = bench.order(shell('setsid sleep 300 </dev/null >/dev/null 2>&1 & sleep 0.2'));
  await bench.run(order);
  const most = 200;
  const limit = `prlimit --pid=${process.pid} --nofile`;
  const script = `before=$(ulimit -Sn); ${limit}=${most}:; echo; sleep 1; ${limit}=$before:`;
  const limited = spawn('/bin/sh', ['-c', script]);
  await new Promise((resolve) => limited.stdout.once('data', resolve));
  const held: number[] = [];
  assert.throws(() => {
    while (held.length < most) held.push(openSync('/dev/null', 'r'));
  }, /EMFILE/);
  const clock = {
    now: () => ({ wall: 0, boot: performance.now() }),
    sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
  };
  const search = { runIds: new Set([order.key.runId]), wrappers: false, sessions: [] };
  const ended = await endTree(search, clock);
  for (const file of held) closeSync(file);
  assert.equal(ended, 1);
  assert.deepEqual(marked(order.key.runId), []);
});

test('requirements are probed in the environment and folder of the run', async () => {
  const { executor } = bench;
  const env = { PATH: '/bin' };
  const probe = (kind: 'readable' | 'writable', path: string): Promise<string | null> =>
    executor.probe({ kind, path }, env, scratch);
  assert.equal(await probe('readable', '/etc/passwd'), null);
  assert.match((await probe('readable', '/no/such')) ?? '', /not readable/);
  assert.equal(await probe('writable', '.'), null);
  assert.match((await probe('writable', '/no/such')) ?? '', /not writable/);
  assert.equal(await executor.probe({ kind: 'command', command: 'sh' }, env, scratch), null);
  assert.match(
    (await executor.probe({ kind: 'command', command: 'sh' }, { PATH: '/no' }, scratch)) ?? '',
    /no command/,
  );
  assert.equal(await executor.probe({ kind: 'full-disk-access' }, env, scratch), null);
});

test('what is said of a command before it starts is how its attempt ends', async () => {
  const { executor } = bench;
  writeFileSync(join(scratch, 'no-program'), 'text', { mode: 0o600 });
  mkdirSync(join(scratch, 'a-folder'), { recursive: true });
  const PATH = `/no/such:${scratch}:/usr/bin:/bin`;
  const commands: readonly (readonly [
    argv: readonly string[],
    cwd: string,
    reason: string | null,
  ])[] = [
    [['true'], scratch, null],
    [['/bin/true'], scratch, null],
    [['no-such-command'], scratch, 'command_not_found'],
    [['/no/such/command'], scratch, 'command_not_found'],
    [['./true'], scratch, 'command_not_found'],
    [['no-program'], scratch, 'command_not_executable'],
    [['./no-program'], scratch, 'command_not_executable'],
    [['a-folder'], scratch, 'command_is_folder'],
    [['./a-folder'], scratch, 'command_is_folder'],
    // A word that only a shell knows is no command.
    [['export'], scratch, 'command_not_found'],
    [['true'], join(scratch, 'gone'), 'cwd_missing'],
  ];
  for (const [argv, cwd, reason] of commands) {
    const order = bench.order(argv, { cwd, env: { PATH } });
    const said = await executor.examine(order);
    assert.equal(said?.reason ?? null, reason, argv.join(' '));
    const end = await bench.run(order);
    assert.equal(end.reason, said?.reason ?? null, argv.join(' '));
    assert.equal(end.message, said?.message ?? null);
  }
  const bad = await executor.examine({ argv: [], cwd: scratch, env: {} });
  assert.equal(bad?.reason, 'start_failed');
});

test('the tests leave no process behind', async () => {
  const mine = newRunId().slice(0, 14);
  const left = (): boolean =>
    readdirSync('/proc').some((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`=${mine}`);
      } catch {
        return false;
      }
    });
  await until('all of them end', 3_000, () => !left());
});
