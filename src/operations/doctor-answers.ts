import { z } from 'zod';
import { mends } from '../core/finding.ts';
import { remedySchema } from './answers.ts';

export const findingSchema = z.object({
  check: z.string(),
  state: z.enum(['ok', 'warning', 'problem']),
  message: z.string(),
  remedy: remedySchema.nullable(),
  /** What `doctor --fix` would do about it; null when it can do nothing without harm. */
  mend: z.enum(mends).nullable(),
});

/** What `doctor --fix` did, or why it could not. */
export const mendedSchema = z.object({
  mend: z.enum(mends),
  isDone: z.boolean(),
  message: z.string(),
});

export type FindingAnswer = z.infer<typeof findingSchema>;
export type MendedAnswer = z.infer<typeof mendedSchema>;
