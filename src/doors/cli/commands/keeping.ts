import type { CommandSpec, Flag, Positional } from '../spec.ts';

const actions = () => import('../actions/keeping.ts');
const group = 'Keeping' as const;

const profileArgument: Positional = {
  name: 'NAME',
  field: 'name',
  help: 'name of a profile',
  completes: 'profiles',
};
const settingArgument: Positional = {
  name: 'NAME',
  field: 'name',
  help: 'name of a setting',
  completes: 'settings',
};
const plan: Flag = {
  field: 'plan',
  long: 'plan',
  kind: 'flag',
  help: 'only show what would change',
  also: ['dry-run'],
};
const file: Flag = {
  field: 'file',
  long: 'file',
  short: 'f',
  kind: 'text',
  value: 'FILE',
  help: '',
  isDoors: true,
};

const profiles: readonly CommandSpec[] = [
  {
    path: ['profile', 'list'],
    operation: 'profiles.list',
    group,
    args: [],
    flags: [],
    summary: 'List profiles and whether their jobs will run',
    examples: ['cronkeeper profile list', 'cronkeeper profile list --json'],
    load: async () => (await actions()).profileList,
  },
  {
    path: ['profile', 'add'],
    operation: 'profiles.add',
    group,
    flags: [],
    args: [{ name: 'NAME', field: 'name', help: 'letters, digits, dot, dash, underscore' }],
    summary: 'Add a profile',
    examples: ['cronkeeper profile add la', 'cronkeeper profile add la && cronkeeper -p la status'],
    load: async () => (await actions()).profileAdd,
  },
  {
    path: ['profile', 'use'],
    operation: null,
    group,
    flags: [],
    args: [{ ...profileArgument, isDoors: true }],
    summary: 'Make a profile the one that is meant',
    examples: ['cronkeeper profile use la', 'cronkeeper profile use default'],
    load: async () => (await actions()).profileUse,
  },
  {
    path: ['profile', 'remove'],
    operation: 'profiles.remove',
    group,
    flags: [],
    args: [profileArgument],
    summary: 'Remove an empty profile',
    examples: ['cronkeeper profile remove la', 'cronkeeper -p la list'],
    load: async () => (await actions()).profileRemove,
  },
];

const settings: readonly CommandSpec[] = [
  {
    path: ['config', 'list'],
    operation: 'config.list',
    group,
    args: [],
    flags: [],
    summary: 'List settings',
    examples: ['cronkeeper config list', 'cronkeeper config list --json'],
    load: async () => (await actions()).configList,
  },
  {
    path: ['config', 'get'],
    operation: 'config.get',
    group,
    flags: [],
    args: [settingArgument],
    summary: 'Show one setting',
    examples: ['cronkeeper config get leaseTtl', 'cronkeeper config list'],
    load: async () => (await actions()).configGet,
  },
  {
    path: ['config', 'set'],
    operation: 'config.set',
    group,
    flags: [],
    args: [settingArgument, { name: 'VALUE', field: 'value', help: 'its new value' }],
    summary: 'Change one setting',
    examples: ['cronkeeper config set leaseTtl 30s', 'cronkeeper config path'],
    load: async () => (await actions()).configSet,
  },
  {
    path: ['config', 'path'],
    operation: 'config.path',
    group,
    args: [],
    flags: [],
    summary: 'Show where settings are kept',
    examples: ['cronkeeper config path', '$EDITOR "$(cronkeeper config path)"'],
    load: async () => (await actions()).configPath,
  },
];

const fileArgument: Positional = {
  name: 'FILE',
  field: 'file',
  help: 'a file; - for standard input',
  isOptional: true,
  isDoors: true,
  completes: 'files',
};

const files: readonly CommandSpec[] = [
  {
    path: ['apply'],
    operation: 'apply',
    group,
    args: [fileArgument],
    filled: ['file'],
    flags: [
      file,
      plan,
      {
        field: 'prune',
        long: 'prune',
        kind: 'flag',
        help: 'remove jobs that the file does not name',
      },
    ],
    summary: 'Make the jobs be as a file says',
    examples: [
      'cronkeeper apply jobs.yaml --plan',
      'cronkeeper apply jobs.yaml',
      'cronkeeper export | cronkeeper -p la apply -',
    ],
    load: async () => (await actions()).apply,
  },
  {
    path: ['export'],
    operation: 'export',
    group,
    args: [],
    flags: [],
    summary: 'Write the jobs as a file for apply',
    examples: ['cronkeeper export > jobs.yaml', 'cronkeeper export -p la --json'],
    load: async () => (await actions()).exportJobs,
  },
  {
    path: ['import', 'crontab'],
    operation: 'import.crontab',
    group,
    args: [fileArgument],
    flags: [
      { ...plan, help: 'only show what would be added' },
      {
        field: 'userColumn',
        long: 'user-column',
        kind: 'flag',
        help: 'a system crontab, with a user in each line',
      },
      {
        field: 'takeOver',
        long: 'take-over',
        kind: 'flag',
        help: 'take your crontab, and its lines out of it',
        isDoors: true,
      },
      {
        field: 'lines',
        long: 'line',
        kind: 'numbers',
        value: 'N',
        help: 'only this line of the crontab',
      },
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
    group,
    flags: [],
    args: [
      { name: 'FILE', field: 'path', help: 'a file that does not exist yet', completes: 'files' },
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
    group,
    args: [{ name: 'FILE', field: 'file', help: 'a backup', isDoors: true, completes: 'files' }],
    flags: [
      {
        field: 'force',
        long: 'force',
        kind: 'flag',
        help: 'also while a process may still use the store',
        isDoors: true,
      },
    ],
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
    group,
    args: [{ name: 'SHELL', field: 'shell', help: 'bash, zsh or fish', isDoors: true }],
    flags: [],
    summary: 'Print a completion script for a shell',
    examples: ['source <(cronkeeper completion bash)', 'cronkeeper completion fish | source'],
    load: async () => (await import('../actions/completion.ts')).completion,
  },
];

export const keepingCommands: readonly CommandSpec[] = [...profiles, ...settings, ...files];
