import { dirname, join } from 'node:path';
import { makeLocalExecutor } from '../adapters/executors/local.ts';
import type { Executor } from '../ports/executor.ts';
import type { Log } from '../ports/log.ts';
import type { Base } from './base.ts';

/** What a process that may own a profile runs jobs with. Who only asks does not load this file. */
export const makeExecutor = ({ home, processes, clock }: Base, log: Log): Executor =>
  makeLocalExecutor({
    home: home.path,
    starterPath: starterPath(),
    processes,
    identify: (pid) => processes.identify(pid),
    clock,
    log,
  });

/** Beside this file: `starter.ts` in development, `starter.js` in the bundle. */
function starterPath(): string {
  const here = import.meta.filename;
  return join(dirname(here), here.endsWith('.ts') ? 'starter.ts' : 'starter.js');
}
