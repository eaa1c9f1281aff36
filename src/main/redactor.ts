/** The redactor process: `redactor LIMIT`, put by the wrapper between a command that was given secrets and its `output.log`. */
import { redactOutput } from '../adapters/executors/redactor.ts';

process.on('SIGPIPE', () => {});
process.exitCode = redactOutput(process.env, Number(process.argv[2]));
