import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { Person, sleep, until } from '../journeys/program.ts';
import {
  address,
  askFor,
  type Door,
  doorOf,
  jobs,
  latenessSince,
  multiply,
  runs,
} from './large-home.ts';

/**
 * What a dashboard costs beside a runner that works: 10,000 jobs and 100,000 runs of history, 50 questions a second, 1,000 streams. By
 * hand, because it measures: `LOAD=full node --test test/http/load.slow.ts` after a build. The figures are printed; the bounds are
 * those that we promise on a machine that does nothing else.
 */
const streams = 1_000;
/** How many jobs begin at the same moment, each second: they and the dashboard share the processors. Five are 432,000 runs a day. */
const workingJobs = Number(process.env['WORKING'] ?? 5);
const secondsMeasured = Number(process.env['LOAD_SECONDS'] ?? 20);

const skip =
  process.env['LOAD'] === 'full' ? false : 'it measures for two minutes: LOAD=full node --test';

const quantile = (values: readonly number[], part: number): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length * part)] ?? Number.NaN;

const residentMb = (pid: number): number => {
  const [, kb = ''] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kb) / 1_024;
};

/** Processor time that the process has used, in ms: says what an answer costs, however busy the machine is. */
const usedMs = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
};

/** Opens the streams in a thread of their own, so that their reading does not delay the clock of the questions. */
async function openStreams(door: Door): Promise<Worker> {
  const listeners = new Worker(new URL('./listeners.ts', import.meta.url), {
    workerData: {
      request: { ...address(door), path: '/api/v1/events', agent: false },
      streams,
    },
  });
  await once(listeners, 'message');
  return listeners;
}

test('a large home is looked at without the runner noticing', {
  skip,
  timeout: 600_000,
}, async (t) => {
  const person = new Person();
  try {
    await person.type(['add', 'every 365d', '--name', 'rare', '--', 'true']);
    person.start(['runner']);
    await until(
      'an owner',
      async () => (await person.type(['run', 'rare', '--wait'])).code === 0 || undefined,
      60_000,
    );
    multiply(person);
    for (let count = 0; count < workingJobs; count += 1)
      await person.type(['add', 'every 1s', '--name', `works ${count}`, '--', 'true']);
    await sleep(5_000);
    const alone = Date.now();
    await sleep(secondsMeasured * 1_000);
    const before = latenessSince(person, alone);

    const dashboard = person.start(['--json', 'dashboard', '--no-open', '--port', '0']);
    const door = await doorOf(dashboard, person);
    const lists = ['/api/v1/jobs?limit=100', '/api/v1/runs?limit=100'];
    await askFor(door, lists, 3);
    const quietMb = residentMb(dashboard.pid);
    const busy = Date.now();
    const open = await openStreams(door);
    const openMb = residentMb(dashboard.pid);
    const used = usedMs(dashboard.pid);
    const took = await askFor(door, lists, secondsMeasured);
    const usedPerAnswerMs = (usedMs(dashboard.pid) - used) / took.length;
    const during = latenessSince(person, busy);
    const workedMb = residentMb(dashboard.pid);
    const heard = once(open, 'message');
    open.postMessage('end');
    const [bytesHeard] = await heard;
    await open.terminate();

    const figures = {
      jobs,
      runs,
      answers: took.length,
      usedPerAnswerMs,
      p50Ms: quantile(took, 0.5),
      p99Ms: quantile(took, 0.99),
      quietMb,
      openMb,
      workedMb,
      bytesHeard,
      latenessAloneMs: {
        runs: before.length,
        p50: quantile(before, 0.5),
        p99: quantile(before, 0.99),
      },
      latenessDuringMs: {
        runs: during.length,
        p50: quantile(during, 0.5),
        p99: quantile(during, 0.99),
      },
    };
    t.diagnostic(JSON.stringify(figures));
    assert.ok(before.length > workingJobs && during.length > workingJobs);
    assert.ok(openMb - quietMb < 60, `${openMb - quietMb} MB for ${streams} streams`);
    assert.ok(figures.p99Ms < 50, `p99 ${figures.p99Ms} ms`);
    assert.ok(figures.latenessDuringMs.p99 - figures.latenessAloneMs.p99 < 100);
  } finally {
    await person.leave();
  }
});
