import type { CommandSpec } from '../spec.ts';

const actions = () => import('../actions/access.ts');
const group = 'Processes' as const;

export const accessCommands: readonly CommandSpec[] = [
  {
    path: ['dashboard', 'link'],
    operation: 'access.link',
    group,
    args: [],
    summary: 'Print a link that lets one browser in',
    flags: [
      {
        field: 'scope',
        long: 'scope',
        kind: 'text',
        value: 'SCOPE',
        help: 'read, operate, edit or admin (admin)',
      },
      {
        field: 'url',
        long: 'url',
        kind: 'text',
        value: 'URL',
        help: 'of the dashboard (those that run)',
      },
    ],
    examples: ['cronkeeper dashboard link', 'cronkeeper dashboard link --scope read'],
    load: async () => (await actions()).link,
  },
  {
    path: ['dashboard', 'token', 'add'],
    operation: 'access.add',
    group,
    args: [{ name: 'NAME', field: 'name', help: 'what the audit log calls its user' }],
    summary: 'Make a token with which a program comes in',
    flags: [
      {
        field: 'scope',
        long: 'scope',
        kind: 'text',
        value: 'SCOPE',
        help: 'read, operate, edit or admin (read)',
      },
      {
        field: 'expires',
        long: 'expires',
        kind: 'text',
        value: 'DURATION',
        help: 'how long it counts (until it is revoked)',
      },
      {
        field: 'allProfiles',
        long: 'all-profiles',
        short: 'A',
        kind: 'flag',
        help: 'for every profile, and the home itself',
      },
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
    group,
    args: [],
    flags: [],
    summary: 'List who may come in: tokens and browsers',
    examples: ['cronkeeper dashboard token list', 'cronkeeper dashboard token list --json'],
    load: async () => (await actions()).tokenList,
  },
  {
    path: ['dashboard', 'token', 'revoke'],
    operation: 'access.revoke',
    group,
    args: [{ name: 'TOKEN', field: 'id', help: 'name of a token, or id of a token or browser' }],
    flags: [],
    summary: 'Let a token or a browser in no longer',
    examples: [
      'cronkeeper dashboard token revoke monitor',
      'cronkeeper dashboard token revoke 01JD8Q4Z6M3V9W2X5Y7A0B1C2D',
    ],
    load: async () => (await actions()).tokenRevoke,
  },
];
