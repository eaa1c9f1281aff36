import { Cron } from 'croner';
import { runStamp, serve } from '../schedulers/serve.ts';

await serve({
  open() {},
  arm(jobs) {
    for (const { label, when } of jobs) {
      const at = 'cron' in when ? when.cron : new Date(when.atMs);
      new Cron(at, { timezone: 'UTC' }, () => runStamp(label));
    }
  },
});
