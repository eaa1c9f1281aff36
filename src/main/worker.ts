/**
 * The worker of one run: reads the work that CRONKEEPER_WORK names, does it, and leaves `report.json` beside it. It is started through
 * the gate as any command is, and ends as one: with 0 when the work succeeded, with 1 when it did not, with 2 when there was none to do.
 */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runAgentWork } from '../adapters/agents/agent.ts';
import { makeRedact } from '../adapters/agents/environment.ts';
import { makeClock } from '../adapters/host/clock.ts';
import { runHttpWork } from '../adapters/http-jobs/http-jobs.ts';
import { makeNetwork } from '../adapters/network/network.ts';
import { readWork } from '../core/read-work.ts';
import type { Work, WorkReport } from '../core/work.ts';
import type { WorkWorld } from '../ports/work.ts';

/** Told to end, work has so long to say how far it came. */
const graceMs = 800;

const ended = (message: string): WorkReport => ({
  result: 'failed',
  reason: null,
  message,
  notBefore: null,
  usage: null,
});

function doWork(work: Work, world: WorkWorld): Promise<WorkReport> {
  if (work.kind === 'agent') return runAgentWork(work, world);
  return runHttpWork(work, world, makeNetwork());
}

/** The report of the work; one of ours when it does not end in time after it was told to, or fails by a fault. */
async function reportOf(work: Work, world: WorkWorld): Promise<WorkReport> {
  const told = new Promise<void>((resolve) => {
    world.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  const late = told.then(() => world.sleep(graceMs)).then(() => ended('It was told to end.'));
  try {
    return await Promise.race([doWork(work, world), late]);
  } catch (error) {
    const fault = error instanceof Error ? (error.stack ?? error.message) : String(error);
    world.write(`${makeRedact(world.env)(fault)}\n`);
    return ended('The worker failed by a fault of its own; its output says which.');
  }
}

/** Whole, or not there. */
function leave(folder: string, report: WorkReport): void {
  const draft = join(folder, 'report.json.new');
  const file = openSync(draft, 'w', 0o600);
  writeSync(file, JSON.stringify(report));
  fsyncSync(file);
  closeSync(file);
  renameSync(draft, join(folder, 'report.json'));
}

async function main(path: string): Promise<number> {
  const stop = new AbortController();
  process.on('SIGTERM', () => stop.abort());
  process.on('SIGINT', () => stop.abort());
  const clock = makeClock();
  const world: WorkWorld = {
    folder: dirname(path),
    // Untold, everything lies inside of it.
    home: process.env['CRONKEEPER_WORK_HOME'] || '/',
    env: Object.fromEntries(
      Object.entries(process.env).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, value]],
      ),
    ),
    write: (text) => void process.stdout.write(text),
    now: () => clock.now().wall,
    signal: stop.signal,
    sleep: clock.sleep,
  };
  const report = await reportOf(readWork(readFileSync(path, 'utf8')), world);
  leave(world.folder, report);
  return report.result === 'succeeded' || report.result === 'skipped' ? 0 : 1;
}

const path = process.env['CRONKEEPER_WORK'];
if (path === undefined) {
  process.stderr.write('This program is started by cronkeeper itself.\n');
  process.exit(2);
}
// Connections that servers keep open would hold the process.
void main(path).then((code) => process.stdout.write('', () => process.exit(code)));
