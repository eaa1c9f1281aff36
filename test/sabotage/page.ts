import type { Sabotage, TestRun } from './sabotage.ts';

const inBrowser = (file: string, pattern: string, red: RegExp): TestRun => ({
  file: `test/web/${file}.test.ts`,
  pattern,
  red,
  usesProgram: true,
  withinMs: 180_000,
});

/** What the page of the dashboard promises to whoever looks at it. */
export const page: readonly Sabotage[] = [
  {
    name: 'an edit overwrites what others changed',
    file: 'web/pages/job-form/edit-job-page.tsx',
    find: ', revision: job.revision',
    put: '',
    by: inBrowser('form', 'does not overwrite', /Timeout|strictly/),
  },
  {
    name: 'what is approved is the job as it is by then',
    file: 'web/pages/jobs/approve.tsx',
    find: 'const [job] = useState(current);',
    put: 'const job = current;',
    by: inBrowser('approve', 'as it was shown', /the text was changed/),
  },
  {
    name: 'a job that was removed goes on running on its page',
    file: 'web/pages/job/job-page.tsx',
    find: ' || error?.status === 404',
    put: '',
    by: inBrowser('truth', 'removed elsewhere', /Timeout|strictly/),
  },
  {
    name: 'what was true counts as true while nobody can say',
    file: 'web/shell/keeper.tsx',
    find: ' && error === null;',
    put: ';',
    by: inBrowser('truth', 'nobody can say', /Timeout/),
  },
  {
    name: 'a job that its owner could not begin is said to run',
    file: 'web/pages/job-form/new-job-page.tsx',
    find: 'return warnings.length > 0 ?',
    put: 'return warnings.length > 99 ?',
    by: inBrowser('form', 'could not begin', /Timeout|match/),
  },
  {
    name: 'what was asked of many goes on after it was cancelled',
    file: 'web/pages/jobs/bulk-bar.tsx',
    find: '      if (isStopped.current) break;\n',
    put: '',
    by: inBrowser('jobs', 'stops where somebody cancels', /Timeout/),
  },
  {
    name: 'a tab that nobody looks at keeps its connection',
    file: 'web/events.ts',
    find: 'leaving = setTimeout(close, hiddenMs)',
    put: 'leaving = setTimeout(() => {}, hiddenMs)',
    by: inBrowser('truth', 'nobody looks at', /Timeout/),
  },
  {
    name: 'a menu writes a style sheet into the page',
    file: 'web/parts/menu.tsx',
    find: '<DropdownMenu.Root modal={false}>',
    put: '<DropdownMenu.Root modal>',
    by: inBrowser('jobs', 'menus open', /the browser complained/),
  },
  {
    name: 'a search finds what nobody said of a job',
    file: 'src/operations/jobs-list.ts',
    find: 'const isFound = hasAll(job, words);',
    put: 'const isFound = words.length > 0;',
    by: {
      file: 'src/operations/jobs-edit.test.ts',
      pattern: 'nothing else of a job',
      red: /overlap|deep-equal/,
    },
  },
  {
    name: 'a sign in a search stands for any other',
    file: 'src/adapters/stores/jobs.ts',
    find: `text.replace(/[!%_]/g, '!$&')`,
    put: 'text',
    by: {
      file: 'test/conformance/sqlite.test.ts',
      pattern: 'whatever signs it has',
      red: /deep-equal/,
    },
  },
];
