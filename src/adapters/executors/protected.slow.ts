import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { leaseFile, whyNoLease } from '../../../test/journeys/leased-file.ts';
import { grantHint } from './full-disk-access.ts';
import { scriptOf } from './probe-scripts.ts';
import { type Bench, makeBench } from './test-bench.ts';

/** Files whose opening is denied or never answered although their modes allow it. */

let scratch = '';
let bench: Bench;
before(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'ck-protected-'));
  bench = await makeBench();
});
after(async () => {
  await bench.close();
  rmSync(scratch, { recursive: true, force: true });
});

const readable = (path: string): Promise<string | null> =>
  bench.executor.probe({ kind: 'readable', path }, { PATH: '/usr/bin:/bin' }, scratch);

function probesLeft(): number {
  return readdirSync('/proc').filter((name) => {
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'latin1').includes(
        `cronkeeper-probe\0${scratch}`,
      );
    } catch {
      // No process, or gone.
      return false;
    }
  }).length;
}

test('a file whose opening blocks is unmet after five seconds, and nobody else waits for it', {
  skip: whyNoLease(),
}, async () => {
  const path = join(scratch, 'leased');
  const leased = await leaseFile(path);
  try {
    const begun = performance.now();
    const blocked = readable(path);
    const first = await Promise.race([blocked, readable('/etc/passwd')]);
    assert.equal(first, null, 'another probe waited for the blocked one');
    assert.match((await blocked) ?? '', /^Opening ".*leased" took longer than 5000 ms\./);
    const tookMs = performance.now() - begun;
    assert.ok(tookMs > 4_000 && tookMs < 60_000, `it took ${tookMs} ms`);
    assert.equal(probesLeft(), 0);
  } finally {
    await leased.release();
  }
  assert.equal(await readable(path), null);
});

test('a folder is opened, too, and a file that is not there is not readable', async () => {
  assert.equal(await readable(scratch), null);
  assert.match((await readable(join(scratch, 'gone'))) ?? '', /is not readable/);
});

/** Of mode 0200; root may ignore the mode, but such a file has nothing to read, and its opening is denied. */
const writeOnly = '/sys/bus/platform/drivers_probe';
const isRoot = process.getuid?.() === 0;

test('a denied opening is told apart from modes that deny it', {
  skip: isRoot && existsSync(writeOnly) ? false : 'needs root and sysfs',
}, async () => {
  assert.match(
    (await readable(writeOnly)) ?? '',
    /may be read by its modes, but opening it is denied/,
  );
});

test('a pipe is not opened: its writer goes on waiting for a real reader', {
  skip: whyNoLease(),
}, async () => {
  const path = join(scratch, 'pipe');
  assert.equal(spawnSync('mkfifo', [path]).status, 0);
  const mark = join(scratch, 'opened');
  const writer = spawn('sh', ['-c', 'exec 4>"$1"; : >"$2"', 'writer', path, mark], {
    stdio: 'ignore',
  });
  try {
    assert.equal(await readable(path), null);
    assert.ok(!existsSync(mark), 'the writer was let through');
    assert.equal(writer.exitCode, null);
  } finally {
    writer.kill('SIGKILL');
  }
});

test('on a Mac the words say which executable needs the grant', () => {
  assert.equal(grantHint('linux', '/usr/bin/node'), '');
  assert.match(
    grantHint('darwin', '/usr/local/bin/node'),
    /Full Disk Access\. Grant it to \/usr\/local\/bin\/node: System Settings/,
  );
});

test('the probe itself waits for a blocked file, denies what cannot be opened, and leaves pipes alone', {
  skip: whyNoLease(),
}, async () => {
  const statusOf = (path: string): number | null => {
    const [script, what] = scriptOf({ kind: 'readable', path });
    const args = ['-c', script, 'probe', scratch, what];
    return spawnSync('/bin/sh', args, { stdio: 'ignore', timeout: 1_500 }).status;
  };
  const pipe = join(scratch, 'other-pipe');
  spawnSync('mkfifo', [pipe]);
  const leased = await leaseFile(join(scratch, 'other-leased'));
  try {
    assert.equal(statusOf('/etc/passwd'), 0);
    assert.equal(statusOf(join(scratch, 'gone')), 1);
    assert.equal(statusOf(pipe), 0, 'a pipe was opened');
    assert.equal(statusOf(join(scratch, 'other-leased')), null, 'a blocked file was not opened');
  } finally {
    await leased.release();
  }
});
