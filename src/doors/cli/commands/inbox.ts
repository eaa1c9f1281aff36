import { argument, flag, ownFlag, verbsOf } from '../flag.ts';
import type { Flag } from '../spec.ts';

const actions = () => import('../actions/inbox.ts');

const page: readonly Flag[] = [
  flag('-n, --limit N', 'at most so many'),
  flag('--before ID', 'read on before this one'),
];

/** What runs said, and who was told. */
export const inboxCommands = verbsOf('Runs', [
  {
    path: ['inbox'],
    operation: 'inbox.list',
    summary: 'Show results and alerts that nobody has read',
    flags: [
      flag('--all', 'with what was read'),
      ownFlag('--keep', 'leave unread what is shown'),
      ...page,
    ],
    examples: ['cronkeeper inbox', 'cronkeeper inbox --all -n 50', 'cronkeeper inbox --json'],
    load: async () => (await actions()).inbox,
  },
  {
    path: ['inbox', 'read'],
    operation: 'inbox.read',
    summary: 'Mark one entry of the inbox as read, or all of them',
    args: [argument('ENTRY', 'its id', { isOptional: true, isDoors: true })],
    filled: ['entries', 'upTo'],
    examples: ['cronkeeper inbox read', 'cronkeeper inbox read 01K9Z3T6W4J2VQ8M5R7N1XCDEF.a0'],
    load: async () => (await actions()).read,
  },
  {
    path: ['deliveries'],
    operation: 'deliveries.list',
    summary: 'List messages that were sent or are owed, newest first',
    flags: [
      flag('--state STATE', 'pending, sending, delivered, failed, unknown'),
      flag('--run RUN', 'all that one run owed'),
      ...page,
    ],
    examples: ['cronkeeper deliveries', 'cronkeeper deliveries --state failed'],
    load: async () => (await actions()).deliveries,
  },
  {
    path: ['deliveries', 'retry'],
    operation: 'deliveries.retry',
    summary: 'Send a message again that was not delivered',
    args: [argument('DELIVERY', 'its id')],
    examples: [
      'cronkeeper deliveries retry 01K9Z3T6W4J2VQ8M5R7N1XCDEF.r0',
      'cronkeeper deliveries retry 01K9Z3T6W4J2VQ8M5R7N1XCDEF.a1 --json',
    ],
    load: async () => (await actions()).retry,
  },
]);
