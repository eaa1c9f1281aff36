import type { Delivery } from '../core/delivery.ts';
import { toIso } from '../core/instant.ts';
import { letterText, outputNeeded } from '../core/letter.ts';
import { type InboxEntry, inboxListOutput, inboxReadOutput, jobOf } from './delivery-answers.ts';
import { deliveryWarnings } from './delivery-warnings.ts';
import { inboxListInput, inboxReadInput } from './inputs.ts';
import type { OperationContext } from './operation.ts';
import { isoOrNull } from './present.ts';
import { profileOperation } from './profile-check.ts';

/** Bytes of an output that are shown with its entry; the whole of it is with its run. */
const shownBytes = 2_000;

/** Results and alerts, newest first. Their text is read from the run, where it is kept. */
export const inboxList = profileOperation({
  name: 'inbox.list',
  summary: 'List results and alerts, newest first',
  input: inboxListInput,
  output: inboxListOutput,
  scope: 'read',
  async handle(context, { all, before, limit }) {
    const { store, profile } = context;
    const filter = { target: 'inbox', isUnread: !all, before, limit };
    const entries = await store.outbox.list(profile, filter);
    return {
      entries: await Promise.all(entries.map((entry) => entryAnswer(context, entry))),
      unread: await store.outbox.unread(profile),
      next: entries.length === limit ? (entries.at(-1)?.id ?? null) : null,
      warnings: [...(await deliveryWarnings(context))],
    };
  },
});

/** Marks entries as read: those that are named, or everything up to the newest that was seen. Twice is fine. */
export const inboxRead = profileOperation({
  name: 'inbox.read',
  summary: 'Mark results and alerts as read',
  input: inboxReadInput,
  output: inboxReadOutput,
  scope: 'operate',
  async handle({ store, profile, clock, actor }, { entries, upTo }) {
    const at = clock.now().wall;
    const read =
      upTo === undefined
        ? await store.outbox.markRead(profile, { ids: entries }, at)
        : await store.outbox.markRead(profile, { upTo }, at);
    if (read > 0) {
      const subject = upTo ?? entries[0] ?? '';
      const detail = { entries: read };
      await store.audit.append({ profile, at, actor, kind: 'inbox.read', subject, detail });
    }
    return { read, unread: await store.outbox.unread(profile) };
  },
});

async function entryAnswer(context: OperationContext, delivery: Delivery): Promise<InboxEntry> {
  const { id, kind, event, createdAt, title, runId, readAt } = delivery;
  const { store, output } = context;
  const run = runId === null ? null : await store.runs.get(delivery.profile, runId);
  const needed = outputNeeded(delivery, run);
  const written = run?.outputBytes ?? 0;
  // A result begins with what matters, an alert ends with it.
  const from = kind === 'result' ? 0 : Math.max(needed?.fromByte ?? 0, written - shownBytes);
  const part =
    needed === null || runId === null ? null : await output.read(runId, null, from, shownBytes);
  const text = part === null ? '' : new TextDecoder().decode(part.bytes);
  return {
    id,
    kind,
    event,
    at: toIso(createdAt),
    title,
    text: letterText(delivery, text),
    isCut: part !== null && (from > 0 || part.nextByte < written),
    run: runId,
    job: jobOf(delivery),
    readAt: isoOrNull(readAt),
  };
}
