import type { CommandSpec } from '../spec.ts';
import { accessCommands } from './access.ts';
import { inboxCommands } from './inbox.ts';
import { jobCommands } from './jobs.ts';
import { keepingCommands } from './keeping.ts';
import { processCommands } from './processes.ts';
import { runCommands } from './runs.ts';
import { secretCommands } from './secrets.ts';
import { serviceCommands } from './services.ts';
import { truthCommands } from './truth.ts';

/** Every verb, in the order of help. */
export const commands: readonly CommandSpec[] = [
  ...jobCommands,
  ...runCommands,
  ...inboxCommands,
  ...truthCommands,
  ...processCommands,
  ...accessCommands,
  ...serviceCommands,
  ...secretCommands,
  ...keepingCommands,
];
