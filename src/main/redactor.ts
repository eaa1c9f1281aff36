/**
 * The redactor process: `redactor LIMIT FILE`, put by the wrapper between a command that was given secrets and its `output.log`. At its end it
 * writes into FILE whether something was dropped, 1 or 0: whoever finds no such word knows that it did not come to its end.
 */
import { writeFileSync } from 'node:fs';
import { redactOutput } from '../adapters/executors/redactor.ts';

process.on('SIGPIPE', () => {});
const [, , limit, path = ''] = process.argv;
writeFileSync(path, `${redactOutput(process.env, Number(limit))}\n`, { mode: 0o600 });
