import { z } from 'zod';
import { readinessSchema, reasonSchema, remedySchema, time, warningSchema } from './answers.ts';

const fields = z.record(z.string(), z.unknown());
const place = { number: z.number(), turn: z.string(), at: time };

/** One piece of a conversation. A card is the answer of an operation, as every door gives it. */
export const chatLineSchema = z.object({
  ...place,
  part: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('asked'), text: z.string() }),
    z.object({ kind: z.literal('text'), text: z.string() }),
    z.object({ kind: z.literal('call'), operation: z.string(), input: fields }),
    z.object({ kind: z.literal('card'), operation: z.string(), answer: fields }),
    z.object({
      kind: z.literal('refused'),
      operation: z.string(),
      code: reasonSchema,
      message: z.string(),
      remedy: remedySchema.nullable(),
    }),
    z.object({ kind: z.literal('end'), how: z.enum(['done', 'failed', 'interrupted']) }),
  ]),
});

const common = {
  /** Who answers here, and how to get one that thinks. */
  assistant: z.object({ name: z.string(), note: z.string().nullable() }),
  readiness: readinessSchema,
  warnings: z.array(warningSchema),
};

export const chatSayInput = z.strictObject({
  text: z.string().min(1).max(16_384).describe('what to say'),
  key: z.string().min(1).max(200).describe('the same key again is the same turn').optional(),
});

export const chatSayOutput = z.object({
  turn: z.string(),
  /** Whether the key was used before; then nothing was done again. */
  repeated: z.boolean(),
  /** Of this turn. Without an end another process still answers it. */
  lines: z.array(chatLineSchema),
  ...common,
});

export const chatReadInput = z.strictObject({
  after: z.int().min(0).optional().describe('the last number seen; default: the newest lines'),
  limit: z.int().min(1).max(1_000).default(200),
});

export const chatReadOutput = z.object({
  lines: z.array(chatLineSchema),
  /** Give it as `after` to read on. */
  next: z.number(),
  /** Whether a turn is being answered. */
  isOpen: z.boolean(),
  ...common,
});

export type ChatLineAnswer = z.infer<typeof chatLineSchema>;
export type ChatSayAnswer = z.infer<typeof chatSayOutput>;
