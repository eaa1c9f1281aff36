import { Refusal } from '../core/refusal.ts';
import { whySchema } from './answers.ts';
import {
  applyInput,
  backupInput,
  configGetInput,
  configSetInput,
  importCrontabInput,
  jobsWhyInput,
  nothingInput,
  ownerAppointInput,
  ownerHistoryInput,
  profileInput,
  statusInput,
} from './inputs.ts';
import { jobsAdd } from './jobs-add.ts';
import { jobsEdit } from './jobs-edit.ts';
import { jobsList, jobsShow } from './jobs-list.ts';
import { jobsNext } from './jobs-next.ts';
import { jobsRun, runsRetry } from './jobs-run.ts';
import { jobsPause, jobsRemove, jobsResume } from './jobs-state.ts';
import { operation } from './operation.ts';
import {
  applyOutput,
  backupOutput,
  configGetOutput,
  configListOutput,
  configPathOutput,
  doctorOutput,
  exportOutput,
  importOutput,
  ownerAppointOutput,
  ownerHandoverOutput,
  ownerHistoryOutput,
  ownerShowOutput,
  profilesAddOutput,
  profilesListOutput,
  profilesRemoveOutput,
  statusOutput,
} from './outputs.ts';
import { runsList, runsShow } from './runs.ts';
import { runsCancel } from './runs-cancel.ts';
import { runsLogs } from './runs-logs.ts';

const notYet = (): never => {
  throw new Refusal('not_in_this_build', 'This is not in this build yet.');
};

/** Everything that people and agents may ask. Doors derive their commands, routes and tools from it. */
export const operations = [
  jobsAdd,
  jobsList,
  jobsShow,
  jobsEdit,
  jobsPause,
  jobsResume,
  jobsRemove,
  jobsRun,
  jobsNext,
  operation({
    name: 'jobs.why',
    summary: 'Say why an occurrence ran or did not run',
    input: jobsWhyInput,
    output: whySchema,
    scope: 'read',
    handle: async () => notYet(),
  }),
  runsList,
  runsShow,
  runsLogs,
  runsCancel,
  runsRetry,
  operation({
    name: 'status',
    summary: 'Say whether jobs will run, and who runs them',
    input: statusInput,
    output: statusOutput,
    scope: 'read',
    handle: async () => notYet(),
  }),
  operation({
    name: 'owner.show',
    summary: 'Show who may own the profile and who does',
    input: nothingInput,
    output: ownerShowOutput,
    scope: 'read',
    handle: async () => notYet(),
  }),
  operation({
    name: 'owner.appoint',
    summary: 'Appoint who may own the profile',
    input: ownerAppointInput,
    output: ownerAppointOutput,
    scope: 'admin',
    handle: async () => notYet(),
  }),
  operation({
    name: 'owner.handover',
    summary: 'Ask the holder to hand over',
    input: nothingInput,
    output: ownerHandoverOutput,
    scope: 'admin',
    handle: async () => notYet(),
  }),
  operation({
    name: 'owner.history',
    summary: 'Show how ownership changed',
    input: ownerHistoryInput,
    output: ownerHistoryOutput,
    scope: 'read',
    handle: async () => notYet(),
  }),
  operation({
    name: 'doctor',
    summary: 'Look for problems and say what mends them',
    input: nothingInput,
    output: doctorOutput,
    scope: 'read',
    handle: async () => notYet(),
  }),
  operation({
    name: 'profiles.list',
    summary: 'List profiles',
    input: nothingInput,
    output: profilesListOutput,
    scope: 'read',
    handle: async () => notYet(),
  }),
  operation({
    name: 'profiles.add',
    summary: 'Add a profile',
    input: profileInput,
    output: profilesAddOutput,
    scope: 'admin',
    handle: async () => notYet(),
  }),
  operation({
    name: 'profiles.remove',
    summary: 'Remove an empty profile',
    input: profileInput,
    output: profilesRemoveOutput,
    scope: 'admin',
    handle: async () => notYet(),
  }),
  operation({
    name: 'config.list',
    summary: 'List settings',
    input: nothingInput,
    output: configListOutput,
    scope: 'read',
    handle: async () => notYet(),
  }),
  operation({
    name: 'config.get',
    summary: 'Show one setting',
    input: configGetInput,
    output: configGetOutput,
    scope: 'read',
    handle: async () => notYet(),
  }),
  operation({
    name: 'config.set',
    summary: 'Change one setting',
    input: configSetInput,
    output: configGetOutput,
    scope: 'admin',
    handle: async () => notYet(),
  }),
  operation({
    name: 'config.path',
    summary: 'Show where settings are kept',
    input: nothingInput,
    output: configPathOutput,
    scope: 'read',
    handle: async () => notYet(),
  }),
  operation({
    name: 'apply',
    summary: 'Make the jobs be as a file says',
    input: applyInput,
    output: applyOutput,
    scope: 'edit',
    handle: async () => notYet(),
  }),
  operation({
    name: 'export',
    summary: 'Write the jobs as a file for apply',
    input: nothingInput,
    output: exportOutput,
    scope: 'read',
    handle: async () => notYet(),
  }),
  operation({
    name: 'import.crontab',
    summary: 'Add the jobs of a crontab',
    input: importCrontabInput,
    output: importOutput,
    scope: 'edit',
    handle: async () => notYet(),
  }),
  operation({
    name: 'backup',
    summary: 'Copy the store into a new file',
    input: backupInput,
    output: backupOutput,
    scope: 'admin',
    handle: async () => notYet(),
  }),
] as const;
