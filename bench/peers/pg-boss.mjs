import { PgBoss } from 'pg-boss';
import { runStamp, serve } from '../schedulers/serve.ts';
import { untilNone } from './until-none.mjs';

// With its finest settings it looks every second for schedules that are due, and every half second for jobs.
const isFinest = process.env.SETTINGS !== 'defaults';
const boss = new PgBoss({
  connectionString: process.env.POSTGRES,
  max: 20,
  ...(isFinest
    ? { useListenNotify: true, cronMonitorIntervalSeconds: 1, cronWorkerIntervalSeconds: 1 }
    : {}),
});
const polls = isFinest ? { pollingIntervalSeconds: 0.5, notifyPollingIntervalSeconds: 0.5 } : {};
const problems = process.stderr;

await serve({
  async open() {
    boss.on('error', (error) => problems.write(`${error}\n`));
    await boss.start();
    await boss.createQueue('stamps', { notify: isFinest });
    const run = (jobs) => Promise.all(jobs.map(({ data }) => runStamp(data.label)));
    await boss.work('stamps', { ...polls, batchSize: 100 }, run);
  },
  async arm(jobs) {
    for (const { label, when } of jobs) {
      const data = { label };
      if ('cron' in when) await boss.schedule('stamps', when.cron, data, { tz: 'UTC', key: label });
      else await boss.send('stamps', data, { startAfter: new Date(when.atMs) });
    }
  },
  async drain(count) {
    await boss.createQueue('many', { notify: true });
    for (let from = 0; from < count; from += 1_000) {
      const size = Math.min(1_000, count - from);
      await boss.insert(
        'many',
        Array.from({ length: size }, () => ({ data: {} })),
      );
    }
    const began = performance.now();
    const options = { ...polls, batchSize: 2_000, localConcurrency: 4, burstWhenBatchFull: true };
    await boss.work('many', options, async () => undefined);
    await untilNone(`SELECT 1 FROM pgboss.job WHERE name = 'many' AND state < 'completed'`);
    return performance.now() - began;
  },
  close: () => boss.stop({ graceful: false }),
});
