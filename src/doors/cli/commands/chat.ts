import { argument, flag, verbsOf } from '../flag.ts';

const actions = () => import('../actions/chat.ts');

/** Asking in words. */
export const chatCommands = verbsOf('Jobs', [
  {
    path: ['chat'],
    operation: 'chat.say',
    summary: 'Say in plain English what you want; without TEXT, line by line',
    args: [argument('TEXT', 'one thing at a time', { isOptional: true })],
    takesExcess: true,
    flags: [flag('--key KEY', 'the same key again is answered, not done, again')],
    examples: [
      'cronkeeper chat "remind me in 20 seconds to stretch"',
      'cronkeeper chat "will everything run tonight?" --json',
      'cronkeeper chat help',
    ],
    load: async () => (await actions()).chat,
  },
  {
    path: ['chat', 'read'],
    operation: 'chat.read',
    summary: 'Show what was said, here and in the dashboard',
    flags: [
      flag('--after N', 'only lines after this one'),
      flag('-n, --limit N', 'at most so many'),
    ],
    examples: ['cronkeeper chat read', 'cronkeeper chat read --after 12 --json'],
    load: async () => (await actions()).read,
  },
]);
