/** Shells that stand ready for a command while its gate is shut, with real processes. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StartOrder } from '../../ports/executor.ts';
import { type Bench, bootMs, identify, makeBench, processes, until } from './test-bench.ts';

let bench: Bench;
let scratch: string;
before(async () => {
  bench = await makeBench();
  scratch = mkdtempSync(join(tmpdir(), 'cronkeeper-ready-'));
});
after(async () => {
  await bench.close();
  rmSync(scratch, { recursive: true, force: true });
});

const shell = (line: string): string[] => ['/bin/sh', '-c', line];
const folderOf = ({ key }: StartOrder): string => join(bench.home, 'runs', key.runId);

/** Prepares an attempt and waits until a shell stands ready for it. */
async function stand(order: StartOrder, at = bench) {
  const prepared = await at.executor.prepare(order);
  if (prepared.kind === 'failed') throw new Error(prepared.message);
  const wrapper = prepared.process;
  const pid = await until('a shell stands ready', 5_000, () => waiting(wrapper.pid));
  return { wrapper, pid };
}

/** The shell that stands ready behind this wrapper: its only child in a session of its own. */
function waiting(wrapper: number): number | null {
  const children = readFileSync(`/proc/${wrapper}/task/${wrapper}/children`, 'latin1');
  return (
    children
      .split(' ')
      .filter((pid) => pid !== '')
      .map(Number)
      .find((pid) => relativesOf(pid).session === pid && commandOf(pid).startsWith('/bin/sh\0')) ??
    null
  );
}

/** Parent and session of a process; nulls when it is gone. */
function relativesOf(pid: number) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [, parent, , session] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    return { parent: parent ?? null, session: session ?? null };
  } catch {
    return { parent: null, session: null };
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return '';
  }
}

const release = ({ key }: StartOrder): void => bench.executor.release(key, bootMs() + 10_000);

test('the shell that stands ready becomes the command, and its wrapper serves again', async () => {
  const told = shell('echo $$ $PPID; readlink /proc/$PPID/fd/7; exit 7');
  const wrappers = new Set<number>();
  for (let round = 0; round < 6; round += 1) {
    const order = bench.order(told);
    const { wrapper, pid } = await stand(order);
    wrappers.add(wrapper.pid);
    assert.equal(
      bench.events.some((event) => 'key' in event && event.key === order.key),
      false,
    );
    release(order);
    const over = await bench.over(order.key);
    assert.equal(over.kind === 'ended' && over.end.exitCode, 7);
    const [who, mark] = bench.output(order.key).toString().split('\n');
    assert.equal(who, `${pid} ${wrapper.pid}`);
    assert.equal(mark, join(folderOf(order), 'began'));
  }
  assert.ok(wrappers.size < 6, 'none served twice');
});

test('words, environment, descriptors, signals and the modes of files are as without it', async () => {
  const script = shell(
    'printf "%s|" "$@"; env -0 | sort -z | tr "\\0" "|"; ls /proc/self/fd | tr "\\n" "|"; ' +
      'grep -E "SigIgn|SigBlk" /proc/self/status; cat /proc/self/oom_score_adj; umask',
  );
  const argv = [...script, 'x', ' a  b\n', "it's", '$(false)`false`', '', '*', '\\n', '😀'];
  const env = { PATH: '/usr/bin:/bin', HOME: "/h'x\n", EMPTY: '', PWD: '/tmp', IFS: '%' };
  const atOnce = bench.order(argv, { env });
  await bench.run(atOnce);
  const readily = bench.order(argv, { env });
  await stand(readily);
  release(readily);
  await bench.over(readily.key);
  const said = (order: StartOrder): string =>
    bench.output(order.key).toString().replaceAll(order.key.runId, 'RUN');
  assert.match(said(readily), /it's\|/);
  assert.equal(said(readily), said(atOnce));
});

test('a folder that is missing and a command that is not there are told in words', async () => {
  for (const [argv, cwd, reason] of [
    [['no-such-command'], '/tmp', 'command_not_found'],
    [['true'], '/no/such/folder', 'cwd_missing'],
  ] as const) {
    const order = bench.order(argv, { cwd });
    assert.equal((await bench.executor.prepare(order)).kind, 'waiting');
    await sleep(250);
    assert.equal(
      bench.events.some((event) => 'key' in event && event.key === order.key),
      false,
    );
    release(order);
    const over = await bench.over(order.key);
    assert.equal(over.kind === 'ended' && over.end.reason, reason);
  }
});

test('it enters its folder when its time has come, and leaves a command that is gone by then to the next try', async () => {
  for (const name of ['old', 'new']) mkdirSync(join(scratch, name));
  const cwd = join(scratch, 'current');
  symlinkSync('old', cwd);
  const moved = bench.order(shell('pwd -P'), { cwd });
  await stand(moved);
  rmSync(cwd);
  symlinkSync('new', cwd);
  release(moved);
  await bench.over(moved.key);
  assert.equal(bench.output(moved.key).toString(), `${join(scratch, 'new')}\n`);
  const program = join(scratch, 'program');
  symlinkSync('/bin/true', program);
  const gone = bench.order([program]);
  await stand(gone);
  rmSync(program);
  release(gone);
  assert.deepEqual(await bench.over(gone.key), { kind: 'not-started' });
});

test('what its command leaves behind ends with it, and so does what takes too long', async () => {
  const leaving = bench.order(shell('sleep 300 & echo left'));
  await stand(leaving);
  release(leaving);
  const left = await bench.over(leaving.key);
  assert.equal(left.kind === 'ended' && left.end.outcome, 'succeeded');
  assert.equal(bench.output(leaving.key).toString(), 'left\n');
  const lasting = bench.order(shell('sleep 300 & wait; sleep 300'), {
    timeoutMs: 400,
  });
  const { pid } = await stand(lasting);
  release(lasting);
  const late = await bench.over(lasting.key);
  assert.equal(late.kind === 'ended' && late.end.reason, 'timeout');
  assert.equal(identify(pid), null);
});

test('a stop that reaches the whole service leaves it standing', async () => {
  const order = bench.order(shell('echo ran'));
  const { pid } = await stand(order);
  await until('it is ready', 5_000, () => isDeaf(pid));
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.kill(pid, signal);
  release(order);
  assert.equal((await bench.over(order.key)).kind, 'ended');
});

/** Whether it minds no TERM any more, which is what it does first. */
function isDeaf(pid: number): boolean {
  const [, ignored = '0'] =
    /^SigIgn:\t(\S+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
  return (BigInt(`0x${ignored}`) & (1n << 14n)) !== 0n;
}

test('abandoned, or too late, it never becomes the command, and leaves nothing', async () => {
  const witness = join(scratch, 'vain');
  const given = bench.order(['/usr/bin/touch', witness]);
  const abandoned = await stand(given);
  bench.executor.abandon(given.key);
  assert.deepEqual(await bench.over(given.key), { kind: 'not-started' });
  await until('it is gone', 2_000, () => identify(abandoned.pid) === null);
  await until('its folder is gone', 2_000, () => !existsSync(folderOf(given)));
  const late = bench.order(['/usr/bin/touch', witness]);
  const standing = await stand(late);
  bench.executor.release(late.key, bootMs() - 50);
  assert.deepEqual(await bench.over(late.key), { kind: 'not-started' });
  await until('it is gone', 2_000, () => identify(standing.pid) === null);
  assert.equal(existsSync(witness), false);
});

test('whoever finds its wrapper gone and no mark may count on it that nothing begins', async () => {
  const witness = join(scratch, 'orphan');
  const order = bench.order(['/usr/bin/touch', witness]);
  const { wrapper, pid } = await stand(order);
  await until('it is ready', 5_000, () => isDeaf(pid));
  process.kill(pid, 'SIGSTOP');
  release(order);
  await sleep(50);
  await processes.kill(wrapper, 2_000);
  assert.deepEqual(await bench.over(order.key), { kind: 'not-started' });
  // It finds the word to go, which was said before.
  process.kill(pid, 'SIGCONT');
  await until('it is gone', 5_000, () => identify(pid) === null);
  assert.equal(existsSync(witness), false);
});

test('a wrapper killed around the word to go never leaves a command that nobody knows of', async () => {
  for (let round = 0; round < 12; round += 1) {
    const witness = join(scratch, `around-${round}`);
    const order = bench.order(['/usr/bin/touch', witness]);
    const { wrapper, pid } = await stand(order);
    release(order);
    await sleep(round / 4);
    await processes.kill(wrapper, 2_000);
    const { kind } = await bench.over(order.key);
    await until('it is gone', 5_000, () => identify(pid) === null);
    if (kind === 'not-started') assert.equal(existsSync(witness), false, `round ${round}`);
  }
});

test('a starter that is killed takes along who stood ready', async () => {
  const other = await makeBench();
  try {
    const witness = join(scratch, 'starter');
    const { wrapper, pid } = await stand(other.order(['/usr/bin/touch', witness]), other);
    process.kill(relativesOf(wrapper.pid).parent ?? 0, 'SIGKILL');
    await until(
      'both are gone',
      5_000,
      () => identify(pid) === null && identify(wrapper.pid) === null,
    );
    assert.equal(existsSync(witness), false);
  } finally {
    await other.close();
  }
});
