import {
  doctorOutput,
  ownerAppointOutput,
  ownerHandoverOutput,
  ownerHistoryOutput,
  ownerShowOutput,
  statusOutput,
} from '../../../operations/outputs.ts';
import { morningOutput, tonightOutput } from '../../../operations/outputs-evening.ts';
import { answering, textOf } from '../call.ts';
import { presentMorning } from '../present/morning.ts';
import {
  presentAppointed,
  presentHandover,
  presentHistory,
  presentOwner,
} from '../present/owner.ts';
import { renderStatus, renderStatuses } from '../present/status.ts';
import { presentTonight } from '../present/tonight.ts';
import { presentDoctor } from '../present/upkeep.ts';
import { plain } from '../present/view.ts';

const nothingWillRun = 4;
const failed = 1;

export const status = answering({
  operation: 'status',
  output: statusOutput,
  present: (answer, view) =>
    plain(
      'profiles' in answer ? renderStatuses(answer.profiles, view) : renderStatus(answer, view),
    ),
  exitCode: (answer) => {
    const all = 'profiles' in answer ? answer.profiles : [answer];
    return all.every(({ readiness }) => readiness.willRun) ? 0 : nothingWillRun;
  },
});

export const tonight = answering({
  operation: 'tonight',
  output: tonightOutput,
  present: presentTonight,
  exitCode: ({ verdict }) => (verdict.isGood ? 0 : nothingWillRun),
});

export const morning = answering({
  operation: 'morning',
  output: morningOutput,
  present: presentMorning,
});

export const doctor = answering({
  operation: 'doctor',
  output: doctorOutput,
  present: presentDoctor,
  exitCode: ({ isHealthy }) => (isHealthy ? 0 : failed),
});

export const ownerShow = answering({
  operation: 'owner.show',
  output: ownerShowOutput,
  present: presentOwner,
});

/** The rule may be one argument or several: `owner appoint role gateway`. */
export const ownerAppoint = answering({
  operation: 'owner.appoint',
  output: ownerAppointOutput,
  present: presentAppointed,
  fill: ({ input, excess }) => ({
    ...input,
    rule: [textOf(input, 'rule') ?? '', ...excess].join(' '),
  }),
});

export const ownerHandover = answering({
  operation: 'owner.handover',
  output: ownerHandoverOutput,
  present: presentHandover,
});

export const ownerHistory = answering({
  operation: 'owner.history',
  output: ownerHistoryOutput,
  present: presentHistory,
});
