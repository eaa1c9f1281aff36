import type { z } from 'zod';
import { profileOption } from '../../../core/refusal.ts';
import type {
  DeliveryAnswer,
  deliveriesListOutput,
  deliveriesRetryOutput,
  InboxEntry,
  inboxListOutput,
  inboxReadOutput,
} from '../../../operations/delivery-answers.ts';
import { escapeLine } from './escape.ts';
import { isNarrowed, readOn, type Typed } from './read-on.ts';
import { renderTable } from './table.ts';
import { relativeAndAbsolute, shortTime } from './time.ts';
import {
  count,
  inHome,
  lines,
  type Presented,
  paint,
  plain,
  type Tone,
  type View,
} from './view.ts';
import { truncate } from './width.ts';
import { renderWarnings } from './words.ts';

const mostLines = 12;

/** Of an alert so much of its beginning, which says what happened; the rest is how the output ended. */
const mostWords = 4;

/** The newest first, each with what matters of what it says. */
export function presentInbox(
  { entries, unread, next, warnings }: z.infer<typeof inboxListOutput>,
  view: View,
  typed: Typed,
): Presented {
  const told = renderWarnings(warnings, view);
  if (entries.length === 0) return { text: lines('Nothing unread.'), warnings: told };
  const more = readOn('Older', typed, { before: next }, view);
  const text = entries.map((entry) => renderEntry(entry, view)).join('\n');
  return { text: text + more + lines(left(unread, entries)), warnings: told };
}

const left = (unread: number, entries: readonly InboxEntry[]): string | null => {
  const hidden = unread - entries.filter(({ readAt }) => readAt === null).length;
  return hidden > 0 ? `${count(hidden, 'more')} unread.` : null;
};

const tones: Readonly<Record<InboxEntry['event'], Tone>> = {
  succeeded: 'good',
  recovered: 'good',
  owner_present: 'good',
  failed: 'bad',
  refused: 'bad',
  owner_absent: 'bad',
  missed: 'warn',
  undelivered: 'warn',
};

function renderEntry(entry: InboxEntry, view: View): string {
  const { event, title, isCut, at, run, id } = entry;
  const time = relativeAndAbsolute(at, view);
  const head = `${paint(view, tones[event], truncate(escapeLine(title), 60))}  ${time}`;
  const all = entry.text.trimEnd().split('\n').map(escapeLine);
  const text = shownOf(entry.kind, all).map((line) => `  ${line}`);
  const isLonger = isCut || all.length > mostLines;
  const rest =
    isLonger && run !== null
      ? `  … ${inHome(view, `cronkeeper logs ${run}${profileOption(view.profile)}`)}`
      : isLonger
        ? '  …'
        : null;
  return lines(head, ...(entry.text === '' ? [] : text), rest, view.verbose ? `  ${id}` : null);
}

function shownOf(kind: InboxEntry['kind'], all: readonly string[]): readonly string[] {
  if (all.length <= mostLines) return all;
  if (kind === 'result') return all.slice(0, mostLines);
  return [...all.slice(0, mostWords), '…', ...all.slice(mostWords + 1 - mostLines)];
}

export const presentRead = (
  { read, unread }: z.infer<typeof inboxReadOutput>,
  _view: View,
): Presented =>
  plain(lines(`${count(read, 'entry').replace('entrys', 'entries')} read, ${unread} unread.`));

/** What became of a message, in a few words. */
export function deliveryWords(delivery: DeliveryAnswer, view: View): string {
  const { state, tries, cause, nextTryAt, settledAt } = delivery;
  const why = cause === null ? '' : `: ${escapeLine(cause)}`;
  switch (state) {
    case 'delivered':
      return settledAt === null ? 'delivered' : `delivered ${shortTime(settledAt, view)}`;
    case 'sending':
      return 'on its way';
    case 'unknown':
      return `may not have arrived, is not sent again${why}`;
    case 'failed':
      return `not delivered${why}`;
    case 'pending':
      return tries === 0 || nextTryAt === null
        ? 'to be sent'
        : `not taken yet, try ${tries + 1} at ${shortTime(nextTryAt, view)}${why}`;
  }
}

const stateTones: Readonly<Record<DeliveryAnswer['state'], Tone>> = {
  pending: 'dim',
  sending: 'dim',
  delivered: 'good',
  failed: 'bad',
  unknown: 'warn',
};

export function presentDeliveries(
  { deliveries, next }: z.infer<typeof deliveriesListOutput>,
  view: View,
  typed: Typed,
): Presented {
  if (deliveries.length === 0) {
    return plain(
      lines(isNarrowed(typed) ? 'No such message.' : 'Nothing was sent, and nothing is owed.'),
    );
  }
  const table = renderTable(
    [
      { title: 'TIME' },
      { title: 'WHAT', least: 10 },
      { title: 'TARGET', least: 10 },
      { title: 'STATE' },
      { title: 'TRIES', align: 'right', spare: 8 },
      { title: 'WHY', least: 10, spare: 3 },
      { title: 'DELIVERY', spare: 1 },
    ],
    deliveries.map((one) => [
      shortTime(one.createdAt, view),
      one.title,
      one.target,
      { text: one.state, tone: stateTones[one.state] },
      String(one.tries),
      one.cause ?? '',
      { text: one.id, tone: 'dim' },
    ]),
    view,
  );
  return plain(table + readOn('Older', typed, { before: next }, view));
}

export const presentDelivery = (
  { delivery }: z.infer<typeof deliveriesRetryOutput>,
  view: View,
): Presented =>
  plain(
    lines(
      `${truncate(escapeLine(delivery.title), 60)} to ${truncate(escapeLine(delivery.target), 80)}: ${deliveryWords(delivery, view)}`,
    ),
  );

/** The lines that tell of a run who was told, under those of the run itself. */
export const renderDeliveries = (deliveries: readonly DeliveryAnswer[], view: View): string =>
  lines(
    ...deliveries.map(
      (one) => `  to ${truncate(escapeLine(one.target), 60)}: ${deliveryWords(one, view)}`,
    ),
  );

export function unreadLine(unread: number, profile: string, view: View): string | null {
  const read = inHome(view, `cronkeeper inbox${profileOption(profile)}`);
  return unread === 0 ? null : `  ${count(unread, 'message')} unread: ${read}`;
}
