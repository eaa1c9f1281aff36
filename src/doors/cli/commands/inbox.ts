import type { CommandSpec, Flag } from '../spec.ts';

const actions = () => import('../actions/inbox.ts');

const page: readonly Flag[] = [
  {
    field: 'limit',
    long: 'limit',
    short: 'n',
    kind: 'number',
    value: 'N',
    help: 'at most so many',
  },
  {
    field: 'before',
    long: 'before',
    kind: 'text',
    value: 'ID',
    help: 'read on before this one',
  },
];

/** What runs said, and who was told. */
export const inboxCommands: readonly CommandSpec[] = [
  {
    path: ['inbox'],
    operation: 'inbox.list',
    group: 'Runs',
    summary: 'Show results and alerts that nobody has read',
    args: [],
    flags: [
      { field: 'all', long: 'all', kind: 'flag', help: 'with what was read' },
      {
        field: 'keep',
        long: 'keep',
        kind: 'flag',
        help: 'leave unread what is shown',
        isDoors: true,
      },
      ...page,
    ],
    examples: ['cronkeeper inbox', 'cronkeeper inbox --all -n 50', 'cronkeeper inbox --json'],
    load: async () => (await actions()).inbox,
  },
  {
    path: ['inbox', 'read'],
    operation: 'inbox.read',
    group: 'Runs',
    summary: 'Mark one entry of the inbox as read, or all of them',
    args: [{ name: 'ENTRY', field: 'entry', help: 'its id', isOptional: true, isDoors: true }],
    flags: [],
    filled: ['entries', 'upTo'],
    examples: ['cronkeeper inbox read', 'cronkeeper inbox read 01K9Z3T6W4J2VQ8M5R7N1XCDEF.a0'],
    load: async () => (await actions()).read,
  },
  {
    path: ['deliveries'],
    operation: 'deliveries.list',
    group: 'Runs',
    summary: 'List messages that were sent or are owed, newest first',
    args: [],
    flags: [
      {
        field: 'state',
        long: 'state',
        kind: 'text',
        value: 'STATE',
        help: 'pending, sending, delivered, failed, unknown',
      },
      { field: 'run', long: 'run', kind: 'text', value: 'RUN', help: 'all that one run owed' },
      ...page,
    ],
    examples: ['cronkeeper deliveries', 'cronkeeper deliveries --state failed'],
    load: async () => (await actions()).deliveries,
  },
  {
    path: ['deliveries', 'retry'],
    operation: 'deliveries.retry',
    group: 'Runs',
    summary: 'Send a message again that was not delivered',
    args: [{ name: 'DELIVERY', field: 'delivery', help: 'its id' }],
    flags: [],
    examples: [
      'cronkeeper deliveries retry 01K9Z3T6W4J2VQ8M5R7N1XCDEF.r0',
      'cronkeeper deliveries retry 01K9Z3T6W4J2VQ8M5R7N1XCDEF.a1 --json',
    ],
    load: async () => (await actions()).retry,
  },
];
