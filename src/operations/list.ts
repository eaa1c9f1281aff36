import { Refusal } from '../core/refusal.ts';
import { backup } from './backup.ts';
import { configGet, configList, configPath, configSet } from './config.ts';
import { doctor } from './doctor.ts';
import { applyInput, importCrontabInput, nothingInput } from './inputs.ts';
import { jobsAdd } from './jobs-add.ts';
import { jobsEdit } from './jobs-edit.ts';
import { jobsList, jobsShow } from './jobs-list.ts';
import { jobsNext } from './jobs-next.ts';
import { jobsRun, runsRetry } from './jobs-run.ts';
import { jobsPause, jobsRemove, jobsResume } from './jobs-state.ts';
import { jobsWhy } from './jobs-why.ts';
import { operation } from './operation.ts';
import { applyOutput, exportOutput, importOutput } from './outputs.ts';
import { ownerAppoint, ownerHandover, ownerHistory, ownerShow } from './owner.ts';
import { profilesAdd, profilesList, profilesRemove } from './profiles.ts';
import { runsList, runsShow } from './runs.ts';
import { runsCancel } from './runs-cancel.ts';
import { runsLogs } from './runs-logs.ts';
import { status } from './status.ts';

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
  jobsWhy,
  runsList,
  runsShow,
  runsLogs,
  runsCancel,
  runsRetry,
  status,
  ownerShow,
  ownerAppoint,
  ownerHandover,
  ownerHistory,
  doctor,
  profilesList,
  profilesAdd,
  profilesRemove,
  configList,
  configGet,
  configSet,
  configPath,
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
  backup,
] as const;
