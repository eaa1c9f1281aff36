import { Refusal } from '../../../core/refusal.ts';
import { textOf } from '../call.ts';
import { completionScript } from '../completion-script.ts';
import type { Action } from '../spec.ts';

const shells = ['bash', 'zsh', 'fish'] as const;

export const completion: Action = async ({ host, own }) => {
  const name = textOf(own, 'shell');
  const shell = shells.find((known) => known === name);
  if (shell === undefined) {
    throw new Refusal('usage', `There is no completion for "${name ?? ''}".`, {
      kind: 'usage',
      remedy: { kind: 'advice', text: `There is: ${shells.join(', ')}.` },
    });
  }
  await host.stdout.write(await completionScript(shell));
  return 0;
};
