import { workerData } from 'node:worker_threads';
import { runStamp } from '../schedulers/serve.ts';

await runStamp(workerData.label);
