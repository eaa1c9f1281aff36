import { z } from 'zod';

/** What a job asks an agent. Limits: null is none. */
export const agentWorkSchema = z.object({
  prompt: z.string(),
  /** `built-in`, a program that is known, or `command:LINE`. */
  name: z.string(),
  model: z.string().nullable(),
  tools: z.array(z.string()),
  /** Ids of jobs; `last` is the job itself. */
  contextFrom: z.array(z.string()),
  gate: z.string().nullable(),
  maxTokens: z.number().nullable(),
  /** US dollars. */
  maxCost: z.number().nullable(),
  maxToolCalls: z.number().nullable(),
});

/** What a job asks a server. */
export const httpWorkSchema = z.object({
  method: z.string(),
  url: z.string(),
  /** Names only: values may be secret. */
  headers: z.array(z.string()),
  hasBody: z.boolean(),
  expect: z.string(),
  allow: z.array(z.string()),
  maxBytes: z.number(),
});
