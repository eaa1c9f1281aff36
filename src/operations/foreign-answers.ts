import { z } from 'zod';

/** What starts schedulers of other programs from time to time. */
export const foreignTimerSchema = z.object({
  program: z.string(),
  name: z.string(),
  file: z.string(),
  /** Null where it has no meaning, as for a line of a crontab. */
  isEnabled: z.boolean().nullable(),
});
