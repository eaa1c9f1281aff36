import {
  deliveriesListOutput,
  deliveriesRetryOutput,
  inboxListOutput,
  inboxReadOutput,
} from '../../../operations/delivery-answers.ts';
import { answering, ask, inSession, isSet, print, textOf } from '../call.ts';
import { presentDeliveries, presentDelivery, presentInbox, presentRead } from '../present/inbox.ts';
import type { Action } from '../spec.ts';

/** Shows entries; a person who sees them on a terminal has read them. */
export const inbox: Action = (call) =>
  inSession(call, async (session) => {
    const { document, answer } = await ask(session, 'inbox.list', call.input, inboxListOutput);
    await print(call, document, presentInbox(answer, session.view, call));
    const entries = answer.entries.filter(({ readAt }) => readAt === null).map(({ id }) => id);
    const isSeen = call.host.stdoutIsTty && !call.globals.json && !isSet(call.own, 'keep');
    if (isSeen && entries.length > 0)
      await ask(session, 'inbox.read', { entries }, inboxReadOutput);
    return 0;
  });

/** Without an entry everything that is there now. */
export const read = answering(inboxReadOutput, presentRead, {
  fill: async (session) => {
    const entry = textOf(session.own, 'entry');
    if (entry !== null) return { entries: [entry] };
    const newest = await ask(session, 'inbox.list', { limit: 1 }, inboxListOutput);
    const [first] = newest.answer.entries;
    return first === undefined ? {} : { upTo: first.id };
  },
});

export const deliveries = answering(deliveriesListOutput, presentDeliveries);

export const retry = answering(deliveriesRetryOutput, presentDelivery);
