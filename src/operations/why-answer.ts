import { z } from 'zod';
import { readinessSchema, runSchema, time } from './answers.ts';

const step = z.object({ code: z.string(), message: z.string() });

export const whySchema = z.object({
  job: z.object({ id: z.string(), name: z.string() }),
  fireTime: time.nullable(),
  eligible: step,
  elected: step,
  decided: step,
  attempted: step,
  run: runSchema.nullable(),
  readiness: readinessSchema,
});

export type WhyAnswer = z.infer<typeof whySchema>;
