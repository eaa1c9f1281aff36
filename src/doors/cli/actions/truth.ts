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

export const status = answering(
  statusOutput,
  (answer, view) =>
    plain(
      'profiles' in answer ? renderStatuses(answer.profiles, view) : renderStatus(answer, view),
    ),
  {
    exitCode: (answer) => {
      const all = 'profiles' in answer ? answer.profiles : [answer];
      return all.every(({ readiness }) => readiness.willRun) ? 0 : nothingWillRun;
    },
  },
);

/** For containers and monitors that know healthy and unhealthy only, as 0 and 1. One line, because they keep no more. */
export const healthcheck = answering(
  statusSchema,
  (answer, view) => plain(renderReadiness(answer, view)),
  { exitCode: ({ readiness }) => (readiness.willRun ? 0 : failed) },
);

export const tonight = answering(tonightOutput, presentTonight, {
  exitCode: ({ verdict }) => (verdict.isGood ? 0 : nothingWillRun),
});

export const morning = answering(morningOutput, presentMorning);

export const ownerShow = answering(ownerShowOutput, presentOwner);

/** The rule may be one argument or several: `owner appoint role gateway`. */
export const ownerAppoint = answering(ownerAppointOutput, presentAppointed, {
  fill: ({ input, excess }) => ({
    ...input,
    rule: [textOf(input, 'rule') ?? '', ...excess].join(' '),
  }),
});

export const ownerHandover = answering(ownerHandoverOutput, presentHandover);

export const ownerHistory = answering(ownerHistoryOutput, presentHistory);
