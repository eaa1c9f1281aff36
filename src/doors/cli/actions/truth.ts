import {
  ownerAppointOutput,
  ownerHandoverOutput,
  ownerHistoryOutput,
  ownerShowOutput,
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
import { presentTonight } from '../present/tonight.ts';

const nothingWillRun = 4;

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
