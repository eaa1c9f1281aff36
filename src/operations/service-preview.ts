import { commandIn } from './commands.ts';
import { nothingInput } from './inputs.ts';
import { servicePlanOutput } from './outputs.ts';
import { profileOperation } from './profile-check.ts';

/**
 * What would be written for a runner that starts at boot, and the words that do it. Whoever asks reads it first and types it then:
 * nothing is installed here.
 */
export const servicePlan = profileOperation({
  name: 'service.plan',
  summary: 'Show what a runner at boot would be made of',
  input: nothingInput,
  output: servicePlanOutput,
  scope: 'read',
  async handle({ services, profile }) {
    return {
      hasManager: services.hasManager(),
      files: (await services.plan(profile)).map(({ path, text }) => ({ path, text })),
      command: commandIn(profile, 'service install runner --user').text,
    };
  },
});
