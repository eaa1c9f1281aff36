import type { CommandSpec } from '../spec.ts';

const actions = () => import('../actions/processes.ts');

const shared = { operation: null, group: 'Processes', args: [] } as const;

export const processCommands: readonly CommandSpec[] = [
  {
    ...shared,
    path: ['up'],
    summary: 'Run the scheduler here and show what happens',
    flags: [],
    examples: ['cronkeeper up', 'cronkeeper up -p la'],
    load: async () => (await actions()).up,
  },
  {
    ...shared,
    path: ['runner'],
    summary: 'Run the scheduler, for a service manager',
    flags: [
      {
        field: 'replace',
        long: 'replace',
        kind: 'flag',
        help: 'end the present runner first',
        isDoors: true,
      },
    ],
    examples: ['cronkeeper runner', 'cronkeeper runner -p la'],
    load: async () => (await actions()).runner,
  },
  {
    ...shared,
    path: ['gateway', 'run'],
    summary: 'Run the gateway: scheduler and channels',
    flags: [
      {
        field: 'replace',
        long: 'replace',
        kind: 'flag',
        help: 'end the present gateway first',
        isDoors: true,
      },
    ],
    examples: ['cronkeeper gateway run -p la', 'cronkeeper -p la gateway run --replace'],
    load: async () => (await actions()).gateway,
  },
  {
    ...shared,
    path: ['tick'],
    summary: 'Run what is due, then end; for a timer or crontab',
    flags: [{ field: 'acceptHooks', long: 'accept-hooks', kind: 'flag', help: '', isDoors: true }],
    examples: ['cronkeeper tick', '* * * * * cronkeeper -p la tick'],
    load: async () => (await actions()).tick,
  },
];
