import type { QueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { spendLink, takeLinkCode } from '../session.ts';

/** What becomes of a link that was opened. */
type Opened = { readonly isUnderWay: boolean; readonly refused: Error | null };

let opened: Opened = { isUnderWay: false, refused: null };
const watchers = new Set<() => void>();
const show = (next: Opened): void => {
  opened = next;
  for (const tell of watchers) tell();
};

export const useOpenedLink = (): Opened =>
  useSyncExternalStore(
    (tell) => {
      watchers.add(tell);
      return () => watchers.delete(tell);
    },
    () => opened,
  );

/**
 * Spends the link that stands in the address, if one does: when the page begins, and when a link is pasted into one that is open. It
 * is spent whoever is signed in already, since it may let them do more. Then everything is asked anew.
 */
export async function openLink(client: QueryClient): Promise<void> {
  const code = takeLinkCode();
  if (code === null) return;
  show({ isUnderWay: true, refused: null });
  const refused = await spendLink(code).then(
    () => null,
    (cause: unknown) => (cause instanceof Error ? cause : new Error(String(cause))),
  );
  // An answer that is under way was asked for with what the link has replaced.
  await client.cancelQueries();
  await client.invalidateQueries();
  show({ isUnderWay: false, refused });
}
