import { ownFlag, verbsOf } from '../flag.ts';

const actions = () => import('../actions/processes.ts');

const heading = 'Beyond this machine:';

export const processCommands = verbsOf('Processes', [
  {
    operation: null,
    path: ['up'],
    summary: 'Run the scheduler here and show what happens',
    flags: [ownFlag('--no-dashboard', 'no dashboard beside it')],
    examples: ['cronkeeper up', 'cronkeeper up -p la --no-dashboard'],
    load: async () => (await actions()).up,
  },
  {
    operation: null,
    path: ['runner'],
    summary: 'Run the scheduler, for a service manager',
    flags: [ownFlag('--replace', 'end the present runner first')],
    examples: ['cronkeeper runner', 'cronkeeper runner -p la'],
    load: async () => (await actions()).runner,
  },
  {
    operation: null,
    path: ['gateway', 'run'],
    summary: 'Run the gateway: a scheduler, and the place of channels',
    flags: [ownFlag('--replace', 'end the present gateway first')],
    examples: ['cronkeeper gateway run -p la', 'cronkeeper -p la gateway run --replace'],
    load: async () => (await actions()).gateway,
  },
  {
    operation: null,
    path: ['dashboard'],
    summary: 'Show the dashboard in a browser; it asks, it does not run',
    flags: [
      ownFlag('--schedule', 'run the jobs as well, while no runner or gateway does'),
      ownFlag(
        '--desktop',
        'of a desktop application: a free port, ends with it (CRONKEEPER_DESKTOP=1)',
      ),
      ownFlag('--host ADDRESS', 'where it answers (127.0.0.1)'),
      ownFlag('--port N', 'on which port (2766); 0 for any that is free'),
      ownFlag('--cert FILE', 'a certificate, in PEM form', { heading }),
      ownFlag('--key FILE', 'its key', { heading }),
      ownFlag('--proxy ADDRESS...', 'or: the address of a proxy that ends TLS', {
        field: 'proxies',
        heading,
      }),
      ownFlag('--origin URL', 'https://NAME by which browsers know the proxy', { heading }),
      ownFlag('--no-open', 'open no browser'),
    ],
    examples: [
      'cronkeeper dashboard',
      'cronkeeper dashboard --schedule --no-open',
      'cronkeeper dashboard --port 8080 -p la',
    ],
    load: async () => (await actions()).dashboard,
  },
  {
    operation: null,
    path: ['tick'],
    summary: 'Run what is due, then end; for a timer or crontab',
    flags: [ownFlag('--accept-hooks', '')],
    examples: ['cronkeeper tick', '* * * * * cronkeeper -p la tick'],
    load: async () => (await actions()).tick,
  },
  {
    operation: null,
    path: ['mcp'],
    summary: 'Let an agent ask, over MCP on standard input and output',
    flags: [ownFlag('--scope SCOPE', 'what it may do: read, operate or edit (edit)')],
    examples: [
      'claude mcp add cron -- cronkeeper mcp',
      'codex mcp add cron -- cronkeeper -p la mcp --scope read',
      'cronkeeper mcp --home ~/other -p la',
    ],
    load: async () => (await actions()).mcp,
  },
]);
