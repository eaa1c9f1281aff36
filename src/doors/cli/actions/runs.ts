import { runsCancelOutput, runsListOutput } from '../../../operations/outputs.ts';
import { answering } from '../call.ts';
import { presentCancelled, presentRuns } from '../present/runs.ts';

export const list = answering({
  operation: 'runs.list',
  output: runsListOutput,
  present: presentRuns,
});

export const cancel = answering({
  operation: 'runs.cancel',
  output: runsCancelOutput,
  present: presentCancelled,
});
