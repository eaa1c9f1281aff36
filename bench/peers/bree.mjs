import { join } from 'node:path';
import Bree from 'bree';
import { serve } from '../schedulers/serve.ts';

const bree = new Bree({ root: false, logger: false, jobs: [] });

await serve({
  open() {},
  async arm(jobs) {
    await bree.add(
      jobs.map(({ label, when }) => ({
        name: label,
        path: join(import.meta.dirname, 'bree-job.mjs'),
        worker: { workerData: { label } },
        ...('cron' in when
          ? { cron: when.cron, hasSeconds: when.cron.split(' ').length === 6 }
          : { date: new Date(when.atMs) }),
      })),
    );
    await bree.start();
  },
  close: () => bree.stop(),
});
