import assert from 'node:assert/strict';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import fc, { integer, nat, property, string } from 'fast-check';
import { reasonCodes } from '../../core/refusal.ts';
import {
  attemptFolder,
  leaveNoTrace,
  leaveVerdict,
  makeAttemptFolder,
  readAttempt,
  removeRunFolders,
} from './attempt-folder.ts';

const home = mkdtempSync(join(tmpdir(), 'cronkeeper-attempt-'));
after(() => rmSync(home, { recursive: true, force: true }));

let count = 0;
function folderWith(files: Readonly<Record<string, string>>): string {
  count += 1;
  const folder = mkdtempSync(join(home, `${count}-`));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

const whole = 'code 0\nwhy exit\ntruncated 0\nabout \nend\n';

test('an empty folder tells of nothing', () => {
  assert.deepEqual(readAttempt(folderWith({})), { startedAt: null, end: null });
});

test('a start is never before the instant at which the owner said go', () => {
  const folder = folderWith({ began: 'began 5000\n' });
  utimesSync(join(folder, 'began'), 4.996, 4.996);
  assert.equal(readAttempt(folder).startedAt, 5_000);
  utimesSync(join(folder, 'began'), 6, 6);
  assert.equal(readAttempt(folder).startedAt, 6_000);
});

test('of a shell that stood ready in vain nothing is left, and all of one that began', () => {
  const vain = folderWith({ began: '' });
  leaveNoTrace(vain);
  assert.deepEqual(readdirSync(vain), []);
  const begun = folderWith({ began: 'began 1\n' });
  leaveNoTrace(begun);
  assert.deepEqual(readdirSync(begun), ['began']);
  leaveNoTrace(join(home, 'missing'));
});

test('a folder that cannot be removed is answered, and keeps no other', async () => {
  const runId = `01J${'0'.repeat(23)}`;
  const folder = makeAttemptFolder(home, { runId, number: 1 });
  writeFileSync(join(folder, 'output.log'), 'x');
  const left = await removeRunFolders(home, ['..', runId, `02J${'0'.repeat(23)}`]);
  assert.deepEqual([...left.keys()], ['..']);
  assert.match(left.get('..') ?? '', /not the id of a run/);
  assert.equal(existsSync(folder), false);
});

test('a torn mark is no mark', () => {
  for (const began of ['', 'began', 'began 50']) {
    assert.equal(readAttempt(folderWith({ began, exit: whole })).startedAt, null);
  }
});

test('a record that is not whole is no record', () => {
  fc.assert(
    property(nat(whole.length - 1), (length) => {
      const torn = folderWith({ began: 'began 1\n', exit: whole.slice(0, length) });
      assert.equal(readAttempt(torn).end, null);
    }),
  );
});

test('the end is told as the wrapper recorded it', () => {
  fc.assert(
    property(integer({ min: 0, max: 255 }), nat(9), (code, bytes) => {
      const exit = `code ${code}\nwhy exit\ntruncated 1\nabout \nend\n`;
      const files = { began: 'began 1\n', exit, 'output.log': 'x'.repeat(bytes) };
      const { end } = readAttempt(folderWith(files));
      assert.equal(end?.exitCode, code);
      assert.equal(end?.outcome, code === 0 ? 'succeeded' : 'failed');
      assert.equal(end?.reason, code === 0 ? null : 'exit_nonzero');
      assert.equal(end?.outputBytes, bytes);
      assert.equal(end?.outputTruncated, true);
    }),
  );
});

test('whatever the command is called, its record is read', () => {
  fc.assert(
    property(string({ unit: 'binary' }), (name) => {
      const exit = `code -\nwhy command_not_found\ntruncated 0\nabout ${name}\nend\n`;
      const { end } = readAttempt(folderWith({ began: 'began 1\n', exit }));
      assert.equal(end?.reason, 'command_not_found');
      assert.equal(end?.exitCode, null);
    }),
  );
});

test('a verdict goes before what the exit code would mean', () => {
  for (const reason of reasonCodes) {
    const exit = `code 0\nwhy verdict cancelled ${reason}\ntruncated 0\nabout \nend\n`;
    const { end } = readAttempt(folderWith({ began: 'began 1\n', exit }));
    assert.equal(end?.outcome, 'cancelled');
    assert.equal(end?.reason, reason);
  }
});

test('the last verdict counts', () => {
  const folder = folderWith({});
  leaveVerdict(folder, 'cancelled', 'cancelled_by_request');
  leaveVerdict(folder, 'failed', 'lease_lost');
  assert.equal(readFileSync(join(folder, 'verdict'), 'utf8'), 'verdict failed lease_lost\n');
  assert.deepEqual(readdirSync(folder), ['verdict']);
});

test('only ids of ours become paths', () => {
  const runId = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
  assert.equal(attemptFolder('/h', { runId, number: 1 }), `/h/runs/${runId}`);
  assert.equal(attemptFolder('/h', { runId, number: 3 }), `/h/runs/${runId}/3`);
  for (const bad of ['', '..', `../${runId}`, runId.toLowerCase(), `${runId}/..`, `${runId}\n`]) {
    assert.throws(() => attemptFolder('/h', { runId: bad, number: 1 }), /not the id/);
  }
  for (const number of [0, -1, 1.5, Number.NaN]) {
    assert.throws(() => attemptFolder('/h', { runId, number }), /not the number/);
  }
});

test('a success says that it is silent by its first or last line, a failure never does', () => {
  const ends = (code: number): string => `code ${code}\nwhy exit\ntruncated 0\nabout \nend\n`;
  const silent = (output: string, code = 0): boolean | undefined =>
    readAttempt(folderWith({ began: 'began 1\n', exit: ends(code), 'output.log': output })).end
      ?.isSilent;
  assert.equal(silent('[SILENT]\nall is well\n'), true);
  assert.equal(silent(`${'x'.repeat(5_000)}\n[SILENT]\n`), true);
  assert.equal(silent('all is well\n'), undefined);
  assert.equal(silent(''), undefined);
  assert.equal(silent('[SILENT]\n', 1), undefined);
});

const report = { result: 'deferred', reason: 'rate_limited', message: 'Later.', notBefore: 9 };
const failed = { began: 'began 1\n', exit: 'code 1\nwhy exit\ntruncated 0\nabout \nend\n' };
const worked = { ...failed, 'work.json': '{}', 'report.json': JSON.stringify(report) };
const endOf = (files: Readonly<Record<string, string>>) => readAttempt(folderWith(files)).end;

test('what the worker reports is how its attempt ended, when it ended by itself', () => {
  const { outcome, reason, message, deferredUntil, exitCode } = endOf(worked) ?? {};
  assert.deepEqual(
    { outcome, reason, message, deferredUntil, exitCode },
    { outcome: 'failed', reason: 'rate_limited', message: 'Later.', deferredUntil: 9, exitCode: 1 },
  );
  const skipped = JSON.stringify({ ...report, result: 'skipped', reason: 'gate_closed' });
  const silent = endOf({ ...worked, 'report.json': skipped, 'output.log': 'nothing new' });
  assert.deepEqual(
    [silent?.outcome, silent?.reason, silent?.isSilent],
    ['succeeded', 'gate_closed', true],
  );
});

test('a worker that was ended, left no report or half of one, ended as a command does', () => {
  const late = { ...worked, exit: 'code 143\nwhy timeout\ntruncated 0\nabout \nend\n' };
  assert.equal(endOf(late)?.reason, 'timeout');
  assert.equal(endOf({ ...worked, 'report.json': '{"result":' })?.reason, 'exit_nonzero');
  assert.equal(endOf({ ...failed, 'work.json': '{}' })?.reason, 'exit_nonzero');
});

test('a command of the person cannot report', () => {
  const { 'work.json': _, ...command } = worked;
  assert.equal(endOf(command)?.reason, 'exit_nonzero');
});

test('words of a server do not keep what it answered from being delivered', () => {
  const answered = { began: 'began 1\n', exit: whole, 'output.log': '200\n[SILENT]\n' };
  assert.equal(endOf(answered)?.isSilent, true);
  const work = JSON.stringify({ kind: 'http', method: 'GET' });
  assert.equal(endOf({ ...answered, 'work.json': work })?.isSilent, undefined);
});
