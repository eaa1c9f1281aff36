import { Refusal } from '../core/refusal.ts';
import { commandIn } from './commands.ts';
import { deliveriesListOutput, deliveriesRetryOutput, deliveryAnswer } from './delivery-answers.ts';
import { findRun } from './find-run.ts';
import { deliveriesListInput, deliveriesRetryInput } from './inputs.ts';
import { pokeAll } from './poke.ts';
import { profileOperation } from './profile-check.ts';

/** What was sent or is owed outside of the inbox; of one run everything. */
export const deliveriesList = profileOperation({
  name: 'deliveries.list',
  summary: 'List messages that were sent or are owed, newest first',
  input: deliveriesListInput,
  output: deliveriesListOutput,
  scope: 'read',
  async handle(context, { run, state, before, limit }) {
    const deliveries = await context.store.outbox.list(context.profile, {
      ...(run === undefined ? {} : { runId: (await findRun(context, run)).id }),
      ...(state === undefined ? {} : { states: [state] }),
      before,
      limit,
    });
    return {
      deliveries: deliveries.map(deliveryAnswer),
      next: deliveries.length === limit ? (deliveries.at(-1)?.id ?? null) : null,
    };
  },
});

/** Sends a message once more that was not delivered, or may not have been: a person knows better than we. */
export const deliveriesRetry = profileOperation({
  name: 'deliveries.retry',
  summary: 'Send a message again that was not delivered',
  input: deliveriesRetryInput,
  output: deliveriesRetryOutput,
  scope: 'operate',
  async handle(context, input) {
    const { store, profile, actor } = context;
    const before = await store.outbox.get(profile, input.delivery);
    if (before === null)
      throw new Refusal('not_found', `There is no delivery "${input.delivery.slice(0, 80)}".`, {
        remedy: commandIn(profile, 'deliveries'),
      });
    const at = context.clock.now().wall;
    const { id: subject, target, state } = before;
    const entry = {
      profile,
      at,
      actor,
      kind: 'delivery.again',
      subject,
      detail: { target, state },
    };
    if (!(await store.outbox.again(profile, subject, at, entry)))
      throw new Refusal('not_failed', `This delivery is ${state}; nothing is to be sent again.`, {
        details: { state },
      });
    await pokeAll(context);
    const after = await store.outbox.get(profile, subject);
    return { delivery: deliveryAnswer(after ?? before) };
  },
});
