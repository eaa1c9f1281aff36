import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import type { StartOrder } from '../../ports/executor.ts';
import { makeAttemptFolder } from './attempt-folder.ts';
import { OrderFile } from './order-file.ts';
import { identify, newRunId, until } from './test-bench.ts';
import { home, order, plainGo, tools, wrap } from './test-wrapper.ts';
import { orderText, wrapperArguments } from './wrapper.ts';

/** Both ways to the command: by the wrapper itself, and by a shell that stood ready. */
const ways: readonly (readonly [name: string, before: string])[] = [
  ['at once', ''],
  ['when ready', 'ready\n'],
];

function asSh(path: string): string {
  const folder = mkdtempSync(join(home, 'shell-'));
  symlinkSync(path, join(folder, 'sh'));
  return join(folder, 'sh');
}

for (const path of ['/bin/dash', '/bin/bash', '/bin/busybox', '/bin/ksh', '/bin/zsh']) {
  const skip = existsSync(path) ? false : `this host has no ${path}`;

  for (const [way, before] of ways) {
    test(`the wrapper is right under ${path}, ${way}`, { skip }, async () => {
      const sh = asSh(path);
      const go = () => `${before}${plainGo()}`;
      const plain = await wrap(sh, order('echo "$A"; exit 4'), go());
      assert.equal(plain.record.end?.exitCode, 4);
      assert.equal(plain.output, 'x y\n');
      const flood = await wrap(sh, order('head -c 100000 /dev/zero; exit 3'), go());
      assert.equal(flood.record.end?.exitCode, 3);
      assert.equal(flood.record.end?.outputTruncated, true);
      assert.equal(flood.output.indexOf('\n'), 1_024);
      const killed = await wrap(sh, order('kill -KILL $$'), go());
      assert.equal(killed.record.end?.exitCode, 137);
      const left = await wrap(sh, order('sleep 300 & exit 0'), go());
      assert.equal(left.record.end?.exitCode, 0);
      const escaped = await wrap(sh, order('setsid sleep 300 & sleep 1.2'), go());
      assert.equal(escaped.record.end?.exitCode, 0);
      const late = await wrap(sh, order('trap "" HUP; sleep 300', { timeoutMs: 500 }), go());
      assert.equal(late.record.end?.reason, 'timeout');
      const deaf = '(trap "" TERM; sleep 300) >/dev/null 2>&1 & sleep 0.6';
      const inTime = await wrap(sh, order(deaf, { timeoutMs: 1_500 }), go());
      assert.equal(inTime.record.end?.exitCode, 0);
      assert.equal(
        inTime.record.end?.reason,
        null,
        'what it left behind ended when its time was over',
      );
      const agent = order('');
      const transcript = join(home, 'runs', agent.key.runId, 'transcript.jsonl');
      const thinks = `for n in 1 2 3; do sleep 0.7; echo $n >>${transcript}; done; exec sleep 30`;
      const argv = ['/bin/sh', '-c', thinks];
      const thought = await wrap(sh, { ...agent, argv, noOutputTimeoutMs: 1_400 }, go());
      assert.equal(thought.record.end?.reason, 'no_output_timeout');
      assert.equal(readFileSync(transcript, 'utf8'), '1\n2\n3\n', 'it was ended while it thought');
      // 3 is the listing itself. High numbers are what this test itself was given; a starter closes those before it begins.
      const signals = await wrap(sh, order('grep SigIgn /proc/$$/status; ls /proc/self/fd'), go());
      const descriptors = signals.output.replaceAll(/^\d{2,}\n/gm, '');
      assert.equal(descriptors, 'SigIgn:\t0000000000000000\n0\n1\n2\n3\n');
      const gone = order('');
      const removing = { ...gone, argv: ['/bin/rm', '-r', join(home, 'runs', gone.key.runId)] };
      // Without a folder there is nothing to wait for: it ends at once, and its owner learns that the end is unknown.
      assert.equal((await wrap(sh, removing, go())).code, 1);
      const missing = await wrap(sh, order('', { argv: ['no such'] }), go());
      assert.equal(missing.record.end?.reason, 'command_not_found');
    });

    test(`the gate stays shut under ${path}, ${way}, unless all of go arrives`, {
      skip,
    }, async () => {
      const sh = asSh(path);
      for (const said of ['', 'go', plainGo().trim(), 'stop 1 1\n', '\n', 'go 1 1\n']) {
        const ran = await wrap(sh, order('echo ran'), `${before}${said}`);
        assert.equal(ran.code, 125, JSON.stringify(said));
        assert.deepEqual(ran.record, { startedAt: null, end: null });
        assert.equal(ran.output, '');
      }
    });
  }
}

test('a guard knows nothing of an attempt whose gate was not opened', async () => {
  const given = order('echo ran');
  const folder = makeAttemptFolder(home, given.key);
  const orders = new OrderFile(home, given.key.runId);
  orders.write(orderText(given, folder, tools));
  const child = spawn(tools.shell, wrapperArguments(tools, 0o022, orders.path), {
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe', orders.file],
  });
  try {
    const { pid = 0 } = child;
    const firstChild = () => Number.parseInt(readOf(`${pid}`, `task/${pid}/children`), 10) || null;
    const guard = await until('its guard waits', 5_000, firstChild);
    child.kill('SIGSTOP');
    child.stdio[4]?.destroy();
    // Of a run it would go on looking whether its wrapper begins, which it cannot tell from another wrapper of the same attempt.
    await until('its guard left', 2_000, () => identify(guard) === null);
  } finally {
    child.kill('SIGKILL');
    orders.close();
  }
});

test('a run that is over at once leaves nothing behind, however short it was', async () => {
  const left: string[] = [];
  for (let round = 0; round < 20; round += 1) {
    const runs = Array.from({ length: 8 }, () => order('', { argv: ['/bin/true'] }));
    await Promise.all(runs.map((run) => wrap(tools.shell, run, plainGo())));
    left.push(...(await thoseThatStay(runs)));
  }
  assert.deepEqual(left.map(commandOf), []);
});

/** What was told to end may not have come to it yet; the shortest sleep that a wrapper begins is longer than this. */
async function thoseThatStay(runs: readonly StartOrder[]): Promise<readonly string[]> {
  const endsAt = performance.now() + 300;
  for (;;) {
    const there = membersOf(runs);
    if (there.length === 0 || performance.now() > endsAt) return there;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const membersOf = (runs: readonly StartOrder[]): readonly string[] =>
  readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && belongsTo(pid, runs));

const readOf = (pid: string, name: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1');
  } catch {
    // Gone meanwhile.
    return '';
  }
};
const belongsTo = (pid: string, runs: readonly StartOrder[]): boolean =>
  runs.some(({ key }) => readOf(pid, 'environ').includes(key.runId));
const commandOf = (pid: string): string => readOf(pid, 'cmdline').replaceAll('\0', ' ');

test('a guard that is late to listen does not keep a wrapper waiting whose folder is gone', async () => {
  const given = order('');
  const removing = { ...given, argv: ['/bin/rm', '-r', join(home, 'runs', given.key.runId)] };
  const late = (text: string): string =>
    text.replace("  trap '_ck_ended=1;", `  "$_ck_sleep" 0.5\n  trap '_ck_ended=1;`);
  const began = performance.now();
  assert.equal((await wrap(tools.shell, removing, plainGo(), { change: late })).code, 1);
  assert.ok(performance.now() - began < 5_000);
});

test('what helps to free the output does not end what delivers the result', async (t) => {
  const holder = order('setsid sh -c \'trap "" TERM; sleep 300\' & sleep 0.6');
  const ran = await wrap(asSh('/bin/dash'), holder, plainGo());
  assert.equal(ran.record.end?.exitCode, 0);
  const env = { CRONKEEPER_RUN_ID: holder.key.runId, CRONKEEPER_SENDER: String(process.pid) };
  const delivers = spawn('/bin/sleep', ['300'], { env, stdio: 'ignore' });
  t.after(() => delivers.kill('SIGKILL'));
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  assert.equal(delivers.signalCode, null);
});

test('a wrapper for which no descriptor is left is a failed start, and its starter goes on', async () => {
  const program = `
    import { openSync, closeSync } from 'node:fs';
    import { Wrappers } from ${JSON.stringify(new URL('./wrappers.ts', import.meta.url).href)};
    import { findTools } from ${JSON.stringify(new URL('./wrapper.ts', import.meta.url).href)};
    const wrappers = new Wrappers(${JSON.stringify(home)}, findTools(''), 0o022, () => {});
    const opened = [];
    try { for (;;) opened.push(openSync('/dev/null')); } catch {}
    for (const file of opened.splice(-3)) closeSync(file);
    const { key } = ${JSON.stringify({ key: { runId: newRunId(), number: 1 } })};
    let why = '';
    try { wrappers.make({ key, hidden: [], env: {} }); } catch (error) { why = error.message; }
    for (const file of opened) closeSync(file);
    setTimeout(() => { console.log(why); process.exit(0); }, 100);
  `;
  const limited = spawn('/bin/sh', [
    '-c',
    'ulimit -n 64; exec "$0" --input-type=module-typescript -e "$1"',
    process.execPath,
    program,
  ]);
  let said = '';
  limited.stdout.on('data', (part: Buffer) => {
    said += part.toString();
  });
  const [code] = await once(limited, 'exit');
  assert.deepEqual([code, said], [0, 'No descriptor is left for another wrapper.\n']);
});

test('a starter that dies right after go costs no run', async () => {
  for (let round = 0; round < 10; round += 1) {
    const ran = await wrap(tools.shell, order('echo ran; exit 2'), plainGo(), { thenGone: true });
    assert.equal(ran.record.end?.exitCode, 2);
    assert.equal(ran.output, 'ran\n');
  }
});

test('nothing runs when the beginning cannot be marked', async () => {
  const given = order('echo ran');
  symlinkSync('/dev/full', join(makeAttemptFolder(home, given.key), 'began'));
  const ran = await wrap(tools.shell, given, plainGo());
  assert.equal(ran.code, 125);
  assert.equal(ran.output, '');
  await until('its guard ends', 5_000, () => membersOf([given]).length === 0);
});

test('an end that cannot be recorded at once is recorded later', async () => {
  const given = order('echo ran; exit 6');
  const folder = makeAttemptFolder(home, given.key);
  symlinkSync('/dev/full', join(folder, 'exit'));
  const running = wrap(tools.shell, given, plainGo());
  const path = join(folder, 'output.log');
  await until('the command ran', 5_000, () => existsSync(path) && statSync(path).size > 0);
  await until('room is made', 5_000, () => {
    rmSync(join(folder, 'exit'));
    return true;
  });
  assert.equal((await running).record.end?.exitCode, 6);
});
