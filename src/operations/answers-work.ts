import { z } from 'zod';
import { reasonCodes } from '../core/refusal.ts';

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

/** What a run used of models, all its answers together. */
export const usageSchema = z.object({
  model: z.string().nullable(),
  inputTokens: z.number(),
  outputTokens: z.number(),
  /** Millionths of a US dollar; null when the price is not known. */
  costMicroUsd: z.number().nullable(),
  toolCalls: z.number(),
  steps: z.number(),
});

/** A run that can be done later and not now. */
export const deferredSchema = z.object({
  run: z.string(),
  job: z.object({ id: z.string(), name: z.string() }),
  until: z.iso.datetime(),
  reason: z.enum(reasonCodes),
  message: z.string(),
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

/** How many jobs there are of each kind, and what is next. */
export const jobNumbersSchema = z.object({
  enabled: z.number(),
  paused: z.number(),
  pending: z.number(),
  done: z.number(),
  overdue: z.number(),
  nextFireAt: z.iso.datetime().nullable(),
  nextJob: z.object({ id: z.string(), name: z.string() }).nullable(),
  oldestOverdueMs: z.number(),
  /** Those that failed and have not succeeded since; counted up to 100, the first three named. */
  failing: z.number(),
  failingJobs: z.array(z.object({ id: z.string(), name: z.string() })),
});
