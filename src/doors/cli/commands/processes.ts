import type { CommandSpec } from '../spec.ts';

const actions = () => import('../actions/processes.ts');

const shared = { operation: null, group: 'Processes', args: [] } as const;

export const processCommands: readonly CommandSpec[] = [
  {
    ...shared,
    path: ['up'],
    summary: 'Run the scheduler here and show what happens',
    flags: [
      {
        field: 'noDashboard',
        long: 'no-dashboard',
        kind: 'flag',
        help: 'no dashboard beside it',
        isDoors: true,
      },
    ],
    examples: ['cronkeeper up', 'cronkeeper up -p la --no-dashboard'],
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
    path: ['dashboard'],
    summary: 'Show the dashboard in a browser; it asks, it does not run',
    flags: [
      {
        field: 'schedule',
        long: 'schedule',
        kind: 'flag',
        help: 'run the jobs as well, while no runner or gateway does',
        isDoors: true,
      },
      {
        field: 'desktop',
        long: 'desktop',
        kind: 'flag',
        help: 'of a desktop application: a free port, ends with it (CRONKEEPER_DESKTOP=1)',
        isDoors: true,
      },
      {
        field: 'host',
        long: 'host',
        kind: 'text',
        value: 'ADDRESS',
        help: 'where it answers (127.0.0.1)',
        isDoors: true,
      },
      {
        field: 'port',
        long: 'port',
        kind: 'number',
        value: 'N',
        help: 'on which port (2766); 0 for any that is free',
        isDoors: true,
      },
      {
        field: 'cert',
        long: 'cert',
        kind: 'text',
        value: 'FILE',
        help: 'a certificate, in PEM form',
        heading: 'Beyond this machine:',
        isDoors: true,
      },
      {
        field: 'key',
        long: 'key',
        kind: 'text',
        value: 'FILE',
        help: 'its key',
        heading: 'Beyond this machine:',
        isDoors: true,
      },
      {
        field: 'proxies',
        long: 'proxy',
        kind: 'list',
        value: 'ADDRESS',
        help: 'or: the address of a proxy that ends TLS',
        heading: 'Beyond this machine:',
        isDoors: true,
      },
      {
        field: 'origin',
        long: 'origin',
        kind: 'text',
        value: 'URL',
        help: 'https://NAME by which browsers know the proxy',
        heading: 'Beyond this machine:',
        isDoors: true,
      },
      {
        field: 'noOpen',
        long: 'no-open',
        kind: 'flag',
        help: 'open no browser',
        isDoors: true,
      },
    ],
    examples: [
      'cronkeeper dashboard',
      'cronkeeper dashboard --schedule --no-open',
      'cronkeeper dashboard --port 8080 -p la',
    ],
    load: async () => (await actions()).dashboard,
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
