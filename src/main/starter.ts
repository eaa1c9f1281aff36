/**
 * The starter process: `starter HOME`, begun by the owner before it grows, because a fork costs in proportion to its parent.
 * It speaks with its owner on stdin and stdout and ends with it.
 */
import { runStarter } from '../adapters/executors/starter.ts';

const home = process.argv[2];
if (home === undefined) {
  process.stderr.write('This program is started by cronkeeper itself.\n');
  process.exit(2);
}
runStarter(home);
