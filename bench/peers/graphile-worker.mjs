import { parseCronItems, quickAddJob, run, runMigrations } from 'graphile-worker';
import { runStamp, serve } from '../schedulers/serve.ts';

const connectionString = process.env.POSTGRES;
const taskList = {
  stamp: ({ label }) => runStamp(label),
};
let runner;

/** Starts it with the given crontab; without one it waits for jobs. */
async function start(items) {
  await runner?.stop();
  runner = await run({
    connectionString,
    taskList,
    concurrency: 100,
    maxPoolSize: 20,
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
  close: () => runner?.stop(),
});
