/**
 * The starter process: `starter HOME`, begun by the owner before it grows, because a fork costs in proportion to its parent.
 * It speaks with its owner on stdin and stdout and ends with it, or stays behind with its runs.
 */
import { runStarter } from '../adapters/executors/starter.ts';
import { makeClock } from '../adapters/host/clock.ts';
import { makeProcessTable } from '../adapters/host/processes.ts';

const home = process.argv[2];
if (home === undefined) {
  process.stderr.write('This program is started by cronkeeper itself.\n');
  process.exit(2);
}
runStarter(home, ({ machineId }) => {
  const clock = makeClock();
  return { clock, processes: makeProcessTable({ clock, fallbackMachineId: () => machineId }) };
});
