import { Logger, parseCronItems, quickAddJob, run, runMigrations } from 'graphile-worker';
import { runStamp, serve } from '../schedulers/serve.ts';
import { ask, untilNone } from './until-none.mjs';

const connectionString = process.env.POSTGRES;
const taskList = {
  stamp: ({ label }) => runStamp(label),
  nothing: async () => undefined,
};
// With it, it takes so many jobs at once; when it is killed, they are locked for four hours.
const prefetch = Number(process.env.PREFETCH ?? 0);
const preset =
  prefetch > 0
    ? { worker: { localQueue: { size: prefetch }, completeJobBatchDelay: 0 } }
    : { worker: {} };
// It would write to standard output, where answers go.
const logger = new Logger(() => () => undefined);
let runner;

/** Starts it with the given crontab; without one it waits for jobs. */
async function start(items) {
  await runner?.stop();
  runner = await run({
    preset: {
      worker: { ...preset.worker, connectionString, concurrentJobs: 100, maxPoolSize: 20 },
    },
    taskList,
    logger,
    noHandleSignals: true,
    parsedCronItems: parseCronItems(items),
  });
}

await serve({
  async open() {
    await runMigrations({ connectionString });
    await start([]);
  },
  async arm(jobs) {
    const items = [];
    for (const { label, when } of jobs) {
      const payload = { label };
      if ('cron' in when)
        items.push({ task: 'stamp', match: when.cron, identifier: label, payload });
      else
        await quickAddJob({ connectionString }, 'stamp', payload, { runAt: new Date(when.atMs) });
    }
    if (items.length > 0) await start(items);
  },
  async drain(count) {
    await runner.stop();
    await ask(`DO $$ BEGIN
      PERFORM graphile_worker.add_job('nothing', '{}') FROM generate_series(1, ${count});
    END $$`);
    runner = undefined;
    const began = performance.now();
    await start([]);
    await untilNone('SELECT 1 FROM graphile_worker.jobs');
    return performance.now() - began;
  },
  close: () => runner?.stop(),
});
