import { accessAdd, accessLink, accessList, accessRevoke } from './access.ts';
import { apply } from './apply.ts';
import { backup } from './backup.ts';
import { chatRead, chatSay } from './chat.ts';
import { configGet, configList, configPath, configSet } from './config.ts';
import { deliveriesList, deliveriesRetry } from './deliveries.ts';
import { doctor } from './doctor.ts';
import { environment } from './environment.ts';
import { exportJobs } from './export.ts';
import { importCrontab } from './import-crontab.ts';
import { inboxList, inboxRead } from './inbox.ts';
import { jobsAdd } from './jobs-add.ts';
import { jobsApprove } from './jobs-approve.ts';
import { jobsEdit } from './jobs-edit.ts';
import { jobsList, jobsShow } from './jobs-list.ts';
import { jobsNext } from './jobs-next.ts';
import { jobsPreview } from './jobs-preview.ts';
import { jobsRun, runsRetry } from './jobs-run.ts';
import { jobsPause, jobsRemove, jobsResume } from './jobs-state.ts';
import { jobsWhy } from './jobs-why.ts';
import { morning } from './morning.ts';
import { ownerAppoint, ownerHandover, ownerHistory, ownerShow } from './owner.ts';
import { profilesAdd, profilesList, profilesRemove } from './profiles.ts';
import { requestsList } from './requests.ts';
import { runsList, runsShow } from './runs.ts';
import { runsCancel } from './runs-cancel.ts';
import { runsLogs } from './runs-logs.ts';
import { runsTranscript } from './runs-transcript.ts';
import { secretsCheck, secretsList, secretsSet } from './secrets.ts';
import { servicePlan } from './service-preview.ts';
import { status } from './status.ts';
import { timeline } from './timeline.ts';
import { tonight } from './tonight.ts';

/** Everything that people and agents may ask. Doors derive their commands, routes and tools from it. */
export const operations = [
  jobsAdd,
  jobsList,
  jobsShow,
  jobsEdit,
  jobsPreview,
  jobsApprove,
  jobsPause,
  jobsResume,
  jobsRemove,
  jobsRun,
  jobsNext,
  jobsWhy,
  runsList,
  runsShow,
  runsLogs,
  runsTranscript,
  runsCancel,
  runsRetry,
  chatSay,
  chatRead,
  inboxList,
  inboxRead,
  deliveriesList,
  deliveriesRetry,
  status,
  tonight,
  morning,
  timeline,
  ownerShow,
  ownerAppoint,
  ownerHandover,
  ownerHistory,
  requestsList,
  servicePlan,
  doctor,
  environment,
  profilesList,
  profilesAdd,
  profilesRemove,
  configList,
  configGet,
  configSet,
  configPath,
  secretsList,
  secretsCheck,
  secretsSet,
  apply,
  exportJobs,
  importCrontab,
  backup,
  accessLink,
  accessAdd,
  accessList,
  accessRevoke,
] as const;

/** The names of all operations, so that a door's table of them can be checked to be complete. */
export type OperationName = (typeof operations)[number]['name'];
