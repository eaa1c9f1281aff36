import { Refusal } from '../../../core/refusal.ts';
import {
  secretsCheckOutput,
  secretsListOutput,
  secretsSetOutput,
} from '../../../operations/secret-answers.ts';
import { answering, textOf } from '../call.ts';
import { presentSecretChecks, presentSecrets, secretKept } from '../present/secrets.ts';

export const secretList = answering(secretsListOutput, presentSecrets);

export const secretCheck = answering(secretsCheckOutput, presentSecretChecks, {
  exitCode: ({ secrets }) => (secrets.some(({ trouble }) => trouble !== null) ? 1 : 0),
});

/** By standard input alone: an argument is seen by everybody on the machine, and a terminal would show it. */
export const secretSet = answering(secretsSetOutput, secretKept, {
  fill: async ({ host, input }) => {
    const name = textOf(input, 'name') ?? '';
    if (host.stdinIsTty)
      throw new Refusal('usage', 'The value is read from standard input, which is a terminal.', {
        kind: 'usage',
        remedy: {
          kind: 'advice',
          text: `Type: read -rs VALUE && printf %s "$VALUE" | cronkeeper secret set ${name}`,
        },
      });
    return { name, value: (await host.readStdin()).replace(/\r?\n$/, '') };
  },
});
