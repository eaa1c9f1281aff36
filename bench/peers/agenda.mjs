import { PostgresBackend } from '@agendajs/postgres-backend';
import { Agenda } from 'agenda';
import { runStamp, serve } from '../schedulers/serve.ts';
import { untilNone } from './until-none.mjs';

const agenda = new Agenda({
  backend: new PostgresBackend({ connectionString: process.env.POSTGRES }),
  // It polls, every five seconds by default; between two looks it arms timers for what it has seen.
  ...(process.env.SETTINGS === 'defaults' ? {} : { processEvery: '1 second' }),
  defaultConcurrency: 100,
  maxConcurrency: 200,
  removeOnComplete: true,
});
const data = (job) => job.attrs.data;
const define = (name, run) => agenda.define(name, run);

await serve({
  async open() {
    define('stamp', (job) => runStamp(data(job).label));
    await agenda.start();
  },
  async arm(jobs) {
    for (const { label, when } of jobs) {
      if ('cron' in when) {
        define(label, () => runStamp(label));
        await agenda.every(when.cron, label, {}, { timezone: 'UTC', skipImmediate: true });
      } else await agenda.schedule(new Date(when.atMs), 'stamp', { label });
    }
  },
  async drain(count) {
    define('nothing', async () => undefined);
    const began = performance.now();
    // It has no way to store many at once, so that storing them is part of its time.
    for (let index = 0; index < count; index += 1) await agenda.now('nothing', {});
    await untilNone(`SELECT 1 FROM agenda_jobs WHERE name = 'nothing'`);
    return performance.now() - began;
  },
  close: () => agenda.stop(),
});
