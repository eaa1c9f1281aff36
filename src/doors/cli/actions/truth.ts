import { command, Refusal } from '../../../core/refusal.ts';
import {
  doctorOutput,
  environmentOutput,
  ownerAppointOutput,
  ownerHandoverOutput,
  ownerHistoryOutput,
  ownerShowOutput,
  statusOutput,
} from '../../../operations/outputs.ts';
import { answering, isSet, textOf } from '../call.ts';
import { presentEnvironment } from '../present/environment.ts';
import {
  presentAppointed,
  presentHandover,
  presentHistory,
  presentOwner,
} from '../present/owner.ts';
import { renderStatus, renderStatuses } from '../present/status.ts';
import { presentDoctor } from '../present/upkeep.ts';
import { plain } from '../present/view.ts';
import { commandWords } from '../present/words.ts';
import type { Action } from '../spec.ts';

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

const environment = answering({
  operation: 'environment',
  output: environmentOutput,
  present: presentEnvironment,
  fill: ({ own }) => (own['job'] === undefined ? {} : { job: own['job'] }),
});

/** With `--env` another question is meant; a job alone means nothing to the doctor. */
export const doctor: Action = (call) => {
  if (isSet(call.own, 'env')) return environment(call);
  if (call.own['job'] === undefined) return diagnosis(call);
  throw new Refusal('usage', 'The doctor looks at a whole profile; a job goes with --env.', {
    kind: 'usage',
    remedy: command(`cronkeeper doctor --env ${commandWords([textOf(call.own, 'job') ?? ''])}`),
  });
};

const diagnosis = answering({
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
