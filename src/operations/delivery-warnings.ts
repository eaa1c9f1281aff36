import { hourMs } from '../core/instant.ts';
import { advice } from '../core/refusal.ts';
import type { WarningAnswer } from './answers.ts';
import { commandIn } from './commands.ts';
import type { OperationContext } from './operation.ts';

const lookedBackMs = 24 * hourMs;

/** That messages did not arrive, for everybody who asks how things are. */
export async function deliveryWarnings(
  { store, profile, clock }: OperationContext,
  since = clock.now().wall - lookedBackMs,
): Promise<readonly WarningAnswer[]> {
  const { failed, unknown, waiting } = await store.outbox.troubles(profile, since);
  const said = [
    ...(failed > 0 ? [`${counted(failed)} not delivered`] : []),
    ...(unknown > 0 ? [`${counted(unknown)} perhaps not delivered`] : []),
    ...(waiting > 0 ? [`${counted(waiting)} not taken yet, tried again`] : []),
  ];
  if (said.length === 0) return [];
  return [
    {
      code: 'not_delivered',
      message: `${said.join('; ')}.`,
      remedy:
        failed + unknown > 0
          ? commandIn(profile, 'deliveries')
          : advice(`See why: ${commandIn(profile, 'deliveries --state pending').text}`),
    },
  ];
}

const counted = (count: number): string => (count === 1 ? '1 message' : `${count} messages`);
