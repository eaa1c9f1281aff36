import { Cron } from 'croner';
import { runStamp, serve } from '../schedulers/serve.ts';

await serve({
  open() {},
  arm(jobs) {
    for (const { label, when } of jobs) {
      if (!('cron' in when))
        throw new Error('it knows whole seconds only, and starts early otherwise');
      new Cron(when.cron, { timezone: 'UTC' }, () => runStamp(label));
    }
  },
});
