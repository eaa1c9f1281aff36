import { z } from 'zod';
import { type Delivery, deliveryEvents } from '../core/delivery.ts';
import { toIso } from '../core/instant.ts';
import { time, warningSchema } from './answers.ts';
import { isoOrNull } from './present.ts';

const jobName = z.object({ id: z.string(), name: z.string() });

/** A message that is owed, or was, to one target. */
export const deliverySchema = z.object({
  id: z.string(),
  kind: z.enum(['result', 'alert', 'ping']),
  event: z.enum(deliveryEvents),
  target: z.string(),
  run: z.string().nullable(),
  job: jobName.nullable(),
  title: z.string(),
  /** `unknown`: it may have arrived, and is not sent again by itself. */
  state: z.enum(['pending', 'sending', 'delivered', 'failed', 'unknown']),
  tries: z.number(),
  createdAt: time,
  /** While it is pending. */
  nextTryAt: time.nullable(),
  settledAt: time.nullable(),
  /** Why the last try did not deliver. */
  cause: z.string().nullable(),
  receipt: z.string().nullable(),
});

export type DeliveryAnswer = z.infer<typeof deliverySchema>;

export const deliveriesListOutput = z.object({
  deliveries: z.array(deliverySchema),
  /** Give it as `before` to read on; null at the end. */
  next: z.string().nullable(),
});

export const deliveriesRetryOutput = z.object({ delivery: deliverySchema });

export const inboxEntrySchema = z.object({
  id: z.string(),
  kind: z.enum(['result', 'alert', 'ping']),
  event: z.enum(deliveryEvents),
  at: time,
  title: z.string(),
  /** The beginning of a result, or what happened and how the output ended. */
  text: z.string(),
  isCut: z.boolean(),
  run: z.string().nullable(),
  job: jobName.nullable(),
  readAt: time.nullable(),
});

export const inboxListOutput = z.object({
  entries: z.array(inboxEntrySchema),
  unread: z.number(),
  /** Give it as `before` to read on; null at the end. */
  next: z.string().nullable(),
  warnings: z.array(warningSchema),
});

export const inboxReadOutput = z.object({ read: z.number(), unread: z.number() });

export type InboxEntry = z.infer<typeof inboxEntrySchema>;

export const jobOf = ({ jobId, jobName: name }: Delivery): InboxEntry['job'] =>
  jobId === null ? null : { id: jobId, name: name ?? jobId };

export function deliveryAnswer(delivery: Delivery): DeliveryAnswer {
  const { id, kind, event, target, runId, title, state, tries, cause, receipt } = delivery;
  return {
    id,
    kind,
    event,
    target,
    run: runId,
    job: jobOf(delivery),
    title,
    state,
    tries,
    createdAt: toIso(delivery.createdAt),
    nextTryAt: state === 'pending' ? toIso(delivery.nextTryAt) : null,
    settledAt: isoOrNull(delivery.settledAt),
    cause,
    receipt,
  };
}
