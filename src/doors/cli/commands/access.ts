import { argument, flag, verbsOf } from '../flag.ts';

const actions = () => import('../actions/access.ts');

export const accessCommands = verbsOf('Processes', [
  {
    path: ['dashboard', 'link'],
    operation: 'access.link',
    summary: 'Print a link that lets one browser in',
    flags: [
      flag('--scope SCOPE', 'read, operate, edit or admin (admin)'),
      flag('--url URL', 'of the dashboard (those that run)'),
    ],
    examples: ['cronkeeper dashboard link', 'cronkeeper dashboard link --scope read'],
    load: async () => (await actions()).link,
  },
  {
    path: ['dashboard', 'token', 'add'],
    operation: 'access.add',
    args: [argument('NAME', 'what the audit log calls its user')],
    summary: 'Make a token with which a program comes in',
    flags: [
      flag('--scope SCOPE', 'read, operate, edit or admin (read)'),
      flag('--expires DURATION', 'how long it counts (until it is revoked)'),
      flag('-A, --all-profiles', 'for every profile, and the home itself'),
    ],
    examples: [
      'cronkeeper dashboard token add monitor',
      'cronkeeper -p la dashboard token add deploy --scope edit --expires 90d',
    ],
    load: async () => (await actions()).tokenAdd,
  },
  {
    path: ['dashboard', 'token', 'list'],
    operation: 'access.list',
    summary: 'List who may come in: tokens and browsers',
    examples: ['cronkeeper dashboard token list', 'cronkeeper dashboard token list --json'],
    load: async () => (await actions()).tokenList,
  },
  {
    path: ['dashboard', 'token', 'revoke'],
    operation: 'access.revoke',
    args: [argument('TOKEN', 'name of a token, or id of a token or browser', { field: 'id' })],
    summary: 'Let a token or a browser in no longer',
    examples: [
      'cronkeeper dashboard token revoke monitor',
      'cronkeeper dashboard token revoke 01JD8Q4Z6M3V9W2X5Y7A0B1C2D',
    ],
    load: async () => (await actions()).tokenRevoke,
  },
]);
