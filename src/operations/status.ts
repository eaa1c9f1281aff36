import { statusInput } from './inputs.ts';
import { operation } from './operation.ts';
import { statusOutput } from './outputs.ts';
import { answerStatus } from './status-answer.ts';

/** Will jobs run; who runs them; what is next; what is wrong and what mends it. */
export const status = operation({
  name: 'status',
  summary: 'Say whether jobs will run, and who runs them',
  input: statusInput,
  output: statusOutput,
  scope: 'read',
  async handle(context, { allProfiles }) {
    const answer = await answerStatus(context, allProfiles);
    return 'profiles' in answer ? { profiles: [...answer.profiles] } : answer;
  },
});
