import { environmentOutput } from '../../../operations/outputs.ts';
import { answering } from '../call.ts';
import { presentEnvironment } from '../present/environment.ts';

/** Of a job, or of none in particular. */
export const environment = answering(environmentOutput, presentEnvironment, {
  operation: 'environment',
  fill: ({ own }) => (own['job'] === undefined ? {} : { job: own['job'] }),
});
