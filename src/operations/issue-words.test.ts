import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { issueWords } from './issue-words.ts';

const clearable = z.union([z.int().positive(), z.literal('none')]);
const duration = z.union([z.string().max(3), z.int().nonnegative()]);
const cases: readonly (readonly [z.ZodType, unknown, string])[] = [
  [z.string(), undefined, 'is missing'],
  [z.string(), 5, 'must be a text'],
  [z.int(), 'x', 'must be a number'],
  [z.int(), 1.5, 'must be a whole number'],
  [z.array(z.string()), 'x', 'must be a list'],
  [z.date(), 'x', 'Invalid input: expected date, received string'],
  [z.string().min(1), '', 'must not be empty'],
  [z.string().min(2), '', 'must have at least 2 characters'],
  [z.string().max(1), 'xx', 'must have at most 1 character'],
  [z.array(z.string()).max(1), ['x', 'y'], 'must have at most 1 entry'],
  [z.array(z.string()).min(2), [], 'must have at least 2 entries'],
  [z.int().min(1).max(1_000), -3, 'must be at least 1'],
  [z.int().min(1).max(1_000), 1_001, 'must be at most 1000'],
  [z.int().nonnegative(), -1, 'must be at least 0'],
  [z.number().positive(), 0, 'must be above 0'],
  [z.int().positive(), 0, 'must be above 0'],
  [z.literal(1), 2, 'must be 1'],
  [z.enum(['skip', 'queue']), 'x', 'must be one of skip, queue'],
  [duration, -1, 'must be at least 0'],
  [duration, 'xxxx', 'must have at most 3 characters'],
  [duration, true, 'must be a text or a number'],
  [clearable, 'x', 'must be a number or none'],
  [clearable, -2, 'must be above 0'],
];
for (const [schema, value, words] of cases) {
  test(`${JSON.stringify(value)} ${words}`, () => {
    const { error } = schema.safeParse(value);
    assert.ok(error?.issues[0] !== undefined);
    assert.equal(issueWords(error.issues[0]), words);
  });
}
