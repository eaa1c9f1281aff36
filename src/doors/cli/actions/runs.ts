import {
  runsCancelOutput,
  runsListOutput,
  runsTranscriptOutput,
} from '../../../operations/outputs.ts';
import { answering } from '../call.ts';
import { presentCancelled, presentRuns } from '../present/runs.ts';
import { presentTranscript } from '../present/transcript.ts';

export const list = answering(runsListOutput, presentRuns);

export const transcript = answering(runsTranscriptOutput, presentTranscript);

const nobodyEndsIt = 4;

export const cancel = answering(runsCancelOutput, presentCancelled, {
  exitCode: ({ word }) => (word === 'Waiting' ? nobodyEndsIt : 0),
});
