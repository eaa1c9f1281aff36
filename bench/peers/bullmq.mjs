import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { runStamp, serve } from '../schedulers/serve.ts';

const connection = new Redis({ path: process.env.REDIS, maxRetriesPerRequest: null });
const queue = new Queue('stamps', { connection });
const keepNothing = { removeOnComplete: true, removeOnFail: true };
let worker;

await serve({
  async open() {
    const run = ({ data }) => runStamp(data.label);
    worker = new Worker('stamps', run, { connection, concurrency: 100 });
    await worker.waitUntilReady();
  },
  async arm(jobs) {
    for (const { label, when } of jobs) {
      const data = { label };
      if ('cron' in when) {
        const repeat = { pattern: when.cron, tz: 'UTC' };
        await queue.upsertJobScheduler(label, repeat, { name: label, data, opts: keepNothing });
      } else {
        const delay = Math.max(0, when.atMs - Date.now());
        await queue.add(label, data, { ...keepNothing, delay });
      }
    }
  },
  async drain(count) {
    const many = new Queue('many', { connection });
    for (let from = 0; from < count; from += 1_000) {
      const size = Math.min(1_000, count - from);
      const jobs = Array.from({ length: size }, () => ({ name: 'nothing', opts: keepNothing }));
      await many.addBulk(jobs);
    }
    let done = 0;
    const began = performance.now();
    let idle;
    await new Promise((resolve) => {
      idle = new Worker('many', async () => undefined, { connection, concurrency: 100 });
      idle.on('completed', () => {
        done += 1;
        if (done === count) resolve();
      });
    });
    const tookMs = performance.now() - began;
    await idle.close();
    return tookMs;
  },
  async close() {
    await worker.close();
    await queue.close();
    connection.disconnect();
  },
});
