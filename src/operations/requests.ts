import { nothingInput } from './inputs.ts';
import { requestsListOutput } from './outputs-timeline.ts';
import { requestAnswer } from './present.ts';
import { profileOperation } from './profile-check.ts';
import { readinessAnswer, readReadiness } from './readiness.ts';

const most = 200;

/** What was asked of the owner and is not answered yet. A probe asks for nothing that anybody waits to see done. */
export const requestsList = profileOperation({
  name: 'requests.list',
  summary: 'List what waits for an answer of the owner',
  input: nothingInput,
  output: requestsListOutput,
  scope: 'read',
  async handle(context) {
    const { store, profile } = context;
    const [view, waiting] = await Promise.all([
      readReadiness(context),
      store.requests.waiting(profile, most),
    ]);
    const requests = await Promise.all(
      waiting
        .filter(({ kind }) => kind !== 'probe')
        .map(async (request) => {
          const job = request.jobId === null ? null : await store.jobs.get(profile, request.jobId);
          const named = job === null ? null : { id: job.id, name: job.definition.name };
          return { ...requestAnswer(request, named), actor: request.actor };
        }),
    );
    return { requests, readiness: readinessAnswer(view.readiness) };
  },
});
