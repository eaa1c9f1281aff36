import { statusSchema } from '../../../operations/answers.ts';
import {
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
import { renderReadiness, renderStatus, renderStatuses } from '../present/status.ts';
import { presentTonight } from '../present/tonight.ts';
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

/** For containers and monitors that know healthy and unhealthy only, as 0 and 1. One line, because they keep no more. */
export const healthcheck = answering({
  operation: 'status',
  output: statusSchema,
  present: (answer, view) => plain(renderReadiness(answer, view)),
  exitCode: ({ readiness }) => (readiness.willRun ? 0 : failed),
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
