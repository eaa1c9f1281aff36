/**
 * The starter process: `starter HOME`, begun by the owner before it grows, because a fork costs in proportion to its parent.
 * It speaks with its owner on stdin and stdout and ends with it, or stays behind with its runs.
 */
import { dirname, join } from 'node:path';
import { runStarter } from '../adapters/executors/starter.ts';
import { makeClock } from '../adapters/host/clock.ts';
import { makeProcessTable } from '../adapters/host/processes.ts';

const home = process.argv[2];
if (home === undefined) {
  process.stderr.write('This program is started by cronkeeper itself.\n');
  process.exit(2);
}
runStarter(home, redactorPath(), ({ machineId }) => {
  const clock = makeClock();
  return { clock, processes: makeProcessTable({ clock, fallbackMachineId: () => machineId }) };
});

/** Beside this file, as the starter is beside its owner. */
function redactorPath(): string {
  const here = import.meta.filename;
  return join(dirname(here), here.endsWith('.ts') ? 'redactor.ts' : 'redactor.js');
}
