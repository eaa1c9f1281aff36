import cron from 'node-cron';
import { runStamp, serve } from '../schedulers/serve.ts';

await serve({
  open() {},
  arm(jobs) {
    for (const { label, when } of jobs) {
      if (!('cron' in when)) throw new Error('it knows no single instants');
      cron.schedule(when.cron, () => runStamp(label), { timezone: 'UTC' });
    }
  },
});
