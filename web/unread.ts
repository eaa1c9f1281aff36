import { routes } from './api.ts';
import { useAnswer } from './ask.ts';

/** How much in the inbox nobody has read. */
export const useUnread = (): number =>
  useAnswer(routes.inbox, { limit: 1 }, { refreshMs: 60_000, keep: true }).data?.unread ?? 0;
