import { z } from 'zod';
import { makerKinds, powers } from '../core/maker.ts';

/** Whose a job is, as an answer tells it. */
export const authorityFields = {
  madeBy: z.object({
    kind: z.enum(makerKinds),
    name: z.string(),
    /** The run inside which it was made. */
    run: z.string().nullable(),
  }),
  /** What a person must approve before it runs; empty when nothing. */
  unapproved: z.array(z.enum(powers)),
  approval: z.object({ by: z.string(), at: z.iso.datetime() }).nullable(),
};
