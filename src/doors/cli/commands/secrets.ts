import { argument, verbsOf } from '../flag.ts';

const actions = () => import('../actions/secrets.ts');

export const secretCommands = verbsOf('Keeping', [
  {
    path: ['secret', 'list'],
    operation: 'secrets.list',
    summary: 'List secrets and where they are kept',
    examples: ['cronkeeper secret list', 'cronkeeper secret list --json'],
    load: async () => (await actions()).secretList,
  },
  {
    path: ['secret', 'check'],
    operation: 'secrets.check',
    args: [argument('NAME', 'of one secret; all without it', { isOptional: true })],
    summary: 'Ask where secrets are kept whether they are there',
    examples: ['cronkeeper secret check', 'cronkeeper secret check github'],
    load: async () => (await actions()).secretCheck,
  },
  {
    path: ['secret', 'set'],
    operation: 'secrets.set',
    args: [argument('NAME', 'by which jobs refer to it')],
    filled: ['value'],
    summary: 'Keep a secret, read from standard input',
    examples: [
      'cronkeeper secret set github < token.txt',
      'pass show github | cronkeeper secret set github',
      `cronkeeper add 'every 1h' --name sync --env 'TOKEN=\${secret:github}' -- ./sync`,
      "cronkeeper config set secrets.github 'command:pass show github'",
    ],
    load: async () => (await actions()).secretSet,
  },
]);
