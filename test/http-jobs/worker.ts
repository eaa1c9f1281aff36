/** Does the work that CRONKEEPER_WORK holds, as a process. Leaves its report and its largest size in memory on the error stream. */
import { runHttpWork } from '../../src/adapters/http-jobs/http-jobs.ts';
import { makeNetwork } from '../../src/adapters/network/network.ts';
import { workOf } from './servers.ts';

const stop = new AbortController();
process.on('SIGTERM', () => stop.abort());
const env = Object.fromEntries(
  Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  ),
);
const report = await runHttpWork(
  workOf(JSON.parse(env['CRONKEEPER_WORK'] ?? '')),
  {
    folder: '.',
    home: '/',
    env,
    write: (text) => void process.stdout.write(text),
    now: () => Date.now(),
    signal: stop.signal,
    sleep: async () => {},
  },
  makeNetwork(),
);
const said = JSON.stringify({ report, largestKiB: process.resourceUsage().maxRSS });
process.stdout.write('', () => {
  process.stderr.write(said, () => process.exit(report.result === 'succeeded' ? 0 : 1));
});
