import type { z } from 'zod';
import { Refusal } from '../core/refusal.ts';
import { issueWords } from './issue-words.ts';

/** What was asked, held to the shape of its operation; the same for every door. @throws Refusal of kind `usage` that names the field */
export function heldTo<T>(input: z.ZodType<T>, fields: Readonly<Record<string, unknown>>): T {
  const parsed = input.safeParse(fields);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const field = unknown ?? String(issue?.path[0] ?? '');
  const wrong = issue === undefined ? 'is not understood' : issueWords(issue);
  throw new Refusal('usage', field === '' ? `${wrong}.` : `${field}: ${wrong}.`, {
    kind: 'usage',
    details: { field },
  });
}
