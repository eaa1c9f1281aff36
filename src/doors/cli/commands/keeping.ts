import { argument, flag, ownFlag, type Verb, verbsOf } from '../flag.ts';

const actions = () => import('../actions/keeping.ts');

const profileArgument = argument('NAME', 'name of a profile', { completes: 'profiles' });
const settingArgument = argument('NAME', 'name of a setting', { completes: 'settings' });
const plan = flag('--plan', 'only show what would change', { also: ['dry-run'] });
const file = ownFlag('-f, --file FILE', '');

const profiles: readonly Verb[] = [
  {
    path: ['profile', 'list'],
    operation: 'profiles.list',
    summary: 'List profiles and whether their jobs will run',
    examples: ['cronkeeper profile list', 'cronkeeper profile list --json'],
    load: async () => (await actions()).profileList,
  },
  {
    path: ['profile', 'add'],
    operation: 'profiles.add',
    args: [argument('NAME', 'letters, digits, dot, dash, underscore')],
    summary: 'Add a profile',
    examples: ['cronkeeper profile add la', 'cronkeeper profile add la && cronkeeper -p la status'],
    load: async () => (await actions()).profileAdd,
  },
  {
    path: ['profile', 'use'],
    operation: null,
    args: [{ ...profileArgument, isDoors: true }],
    summary: 'Make a profile the one that is meant',
    examples: ['cronkeeper profile use la', 'cronkeeper profile use default'],
    load: async () => (await actions()).profileUse,
  },
  {
    path: ['profile', 'remove'],
    operation: 'profiles.remove',
    args: [profileArgument],
    summary: 'Remove an empty profile',
    examples: ['cronkeeper profile remove la', 'cronkeeper -p la list'],
    load: async () => (await actions()).profileRemove,
  },
];

const settings: readonly Verb[] = [
  {
    path: ['config', 'list'],
    operation: 'config.list',
    summary: 'List settings',
    examples: ['cronkeeper config list', 'cronkeeper config list --json'],
    load: async () => (await actions()).configList,
  },
  {
    path: ['config', 'get'],
    operation: 'config.get',
    args: [settingArgument],
    summary: 'Show one setting',
    examples: ['cronkeeper config get leaseTtl', 'cronkeeper config list'],
    load: async () => (await actions()).setting,
  },
  {
    path: ['config', 'set'],
    operation: 'config.set',
    args: [settingArgument, argument('VALUE', 'its new value')],
    summary: 'Change one setting',
    examples: ['cronkeeper config set leaseTtl 30s', 'cronkeeper config path'],
    load: async () => (await actions()).setting,
  },
  {
    path: ['config', 'path'],
    operation: 'config.path',
    summary: 'Show where settings are kept',
    examples: ['cronkeeper config path', '$EDITOR "$(cronkeeper config path)"'],
    load: async () => (await actions()).configPath,
  },
];

const fileArgument = argument('FILE', 'a file; - for standard input', {
  isOptional: true,
  isDoors: true,
  completes: 'files',
});

const files: readonly Verb[] = [
  {
    path: ['apply'],
    operation: 'apply',
    args: [fileArgument],
    filled: ['file'],
    flags: [file, plan, flag('--prune', 'remove jobs that the file does not name')],
    summary: 'Make the jobs be as a file says',
    examples: [
      'cronkeeper apply jobs.yaml --plan',
      'cronkeeper apply jobs.yaml',
      'cronkeeper apply jobs.yaml --prune',
    ],
    load: async () => (await actions()).apply,
  },
  {
    path: ['export'],
    operation: 'export',
    summary: 'Write the jobs as a file for apply',
    examples: ['cronkeeper export > jobs.yaml', 'cronkeeper export -p la --json'],
    load: async () => (await actions()).exportJobs,
  },
  {
    path: ['import', 'crontab'],
    operation: 'import.crontab',
    args: [fileArgument],
    flags: [
      { ...plan, help: 'only show what would be added' },
      flag('--user-column', 'a system crontab, with a user in each line'),
      ownFlag('--take-over', 'take your crontab, and its lines out of it'),
      flag('--line N...', 'only this line of the crontab', { field: 'lines' }),
    ],
    filled: ['text', 'hold'],
    summary: 'Add the jobs of a crontab',
    examples: [
      'crontab -l | cronkeeper import crontab - --plan',
      'cronkeeper import crontab --take-over',
      'cronkeeper import crontab /etc/crontab --user-column',
    ],
    load: async () => (await actions()).importCrontab,
  },
  {
    path: ['backup'],
    operation: 'backup',
    args: [
      argument('FILE', 'a file that does not exist yet', { field: 'path', completes: 'files' }),
    ],
    summary: 'Copy the store into a new file',
    examples: [
      'cronkeeper backup ~/cronkeeper-backup.db',
      'cronkeeper backup /mnt/safe/cronkeeper.db --json',
    ],
    load: async () => (await actions()).backup,
  },
  {
    path: ['restore'],
    operation: null,
    args: [argument('FILE', 'a backup', { isDoors: true, completes: 'files' })],
    flags: [ownFlag('--force', 'also while a process may still use the store')],
    summary: 'Put a backup in the place of the store',
    examples: [
      'cronkeeper restore ~/cronkeeper-backup.db',
      'cronkeeper restore safe.db --home /srv/cronkeeper',
    ],
    load: async () => (await actions()).restore,
  },
  {
    path: ['completion'],
    operation: null,
    args: [argument('SHELL', 'bash, zsh or fish', { isDoors: true })],
    summary: 'Print a completion script for a shell',
    examples: ['source <(cronkeeper completion bash)', 'cronkeeper completion fish | source'],
    load: async () => (await import('../actions/completion.ts')).completion,
  },
];

export const keepingCommands = verbsOf('Keeping', [...profiles, ...settings, ...files]);
