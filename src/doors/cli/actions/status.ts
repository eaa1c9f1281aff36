import type { StatusAnswer } from '../../../operations/answers.ts';
import { answerStatus, type Statuses } from '../../../operations/status-answer.ts';
import { inSession, isSet, print } from '../call.ts';
import { renderReadiness, renderStatus, renderStatuses } from '../present/status.ts';
import { plain, type View } from '../present/view.ts';
import type { Action } from '../spec.ts';

const nothingWillRun = 4;
const failed = 1;

/** The same answer as that of the operation, without the list of operations, whose loading takes longer than all the rest. */
const asking =
  (
    render: (answer: Statuses, view: View) => string,
    exitCode: (answers: readonly StatusAnswer[]) => number,
  ): Action =>
  (call) =>
    inSession(call, async ({ context, view }) => {
      const answer = await answerStatus(context, isSet(call.input, 'allProfiles'));
      await print(call, answer, plain(render(answer, view)));
      return exitCode(allOf(answer));
    });

const allOf = (answer: Statuses): readonly StatusAnswer[] =>
  'profiles' in answer ? answer.profiles : [answer];

const everyoneRuns = (answers: readonly StatusAnswer[]): boolean =>
  answers.every(({ readiness }) => readiness.willRun);

export const status = asking(
  (answer, view) =>
    'profiles' in answer ? renderStatuses(answer.profiles, view) : renderStatus(answer, view),
  (answers) => (everyoneRuns(answers) ? 0 : nothingWillRun),
);

/** For containers and monitors that know healthy and unhealthy only, as 0 and 1. One line, because they keep no more. */
export const healthcheck = asking(
  (answer, view) =>
    allOf(answer)
      .map((one) => renderReadiness(one, view))
      .join(''),
  (answers) => (everyoneRuns(answers) ? 0 : failed),
);
