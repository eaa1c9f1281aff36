import { runsCancelOutput, runsListOutput } from '../../../operations/outputs.ts';
import { answering } from '../call.ts';
import { presentCancelled, presentRuns } from '../present/runs.ts';

export const list = answering(runsListOutput, presentRuns);

export const cancel = answering(runsCancelOutput, presentCancelled);
