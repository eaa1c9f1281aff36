import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { clientRows, countRace, raceRows, renderTable } from './tables.ts';
import { readTestimonies, witnessLine } from './witness.ts';

const names = new Map([
  [10, 'gateway'],
  [20, 'desktop 1'],
]);
const run = (fireTime: string, pid: number, ended = true) => ({
  job: 'report',
  fireTime,
  chain: [99, pid, 1],
  ended,
});

test('runs are counted by the process above them, and what is missing, doubled or cut is seen', () => {
  const seen = [
    run('a', 10),
    run('b', 20),
    run('b', 10),
    run('c', 20, false),
    run('x', 10),
    run('e', 7),
  ];
  const count = countRace(['a', 'b', 'c', 'd', 'e'], seen, names);
  assert.deepEqual(count, {
    due: 5,
    byOwner: 2,
    byOthers: new Map([
      ['desktop 1', 2],
      ['nobody known', 1],
    ]),
    cut: 1,
    doubled: 1,
    neverRan: 1,
  });
  assert.equal(raceRows(count, count)[2]?.[1], '3 (2 + 1)');
});

test('a table stays within its columns', () => {
  const client = {
    answer: 'a word '.repeat(30),
    ranAfterMs: null,
    answerAlone: 'yes',
    statusAlone: 'no',
  };
  for (const line of renderTable('', clientRows(client, { ...client, ranAfterMs: 40 })).split('\n'))
    assert.ok(line.length <= 120, line);
});

test('a run writes down which processes are above it, and whether it came to its end', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ck-witness-'));
  try {
    const file = join(folder, 'witness');
    const env = { PATH: process.env['PATH'], CRONKEEPER_JOB_NAME: 'a', CRONKEEPER_FIRE_TIME: 't' };
    spawnSync('/bin/sh', ['-c', witnessLine(file)], { env });
    // One that is cut off in its work.
    spawnSync('/bin/sh', ['-c', witnessLine(file, 60)], {
      env: { ...env, CRONKEEPER_FIRE_TIME: 'u' },
      timeout: 500,
    });
    const [first, second, ...more] = readTestimonies(file);
    assert.deepEqual(more, []);
    assert.ok(first?.ended && first.job === 'a' && first.fireTime === 't');
    assert.ok(second?.fireTime === 'u' && !second.ended);
    for (const { chain } of [first, second]) assert.ok(chain.includes(process.pid), chain.join());
  } finally {
    rmSync(folder, { recursive: true });
  }
});
