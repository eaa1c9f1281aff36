import { routes } from './api.ts';
import { useAnswer } from './ask.ts';

/** The truth about the profile, kept fresh by events. Should they stay away, it is asked for every 15 s. */
export const useStatus = () => useAnswer(routes.status, {}, { refreshMs: 15_000, keep: true });
