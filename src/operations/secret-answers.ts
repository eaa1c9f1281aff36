import { z } from 'zod';

/** A secret as it may be told: never its value, nor what a command or keychain said. */
const secretSchema = z.object({
  name: z.string(),
  /** Where it is kept, in words. */
  source: z.string(),
});

export const secretsListOutput = z.object({ secrets: z.array(secretSchema) });

export const secretsCheckOutput = z.object({
  secrets: z.array(
    secretSchema.extend({
      /** Why it leads to no value, and what to do; null when it leads to one. */
      trouble: z.string().nullable(),
    }),
  ),
});

export const secretsSetOutput = secretSchema;
