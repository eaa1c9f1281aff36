import { type ReadinessAnswer, readinessSchema } from '../../operations/answers.ts';
import type { OperationContext } from '../../operations/operation.ts';
import { readinessAnswer, readReadiness } from '../../operations/readiness.ts';
import { warningOf } from './words.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * The answer of an operation as an agent gets it: the operation's fields, its `readiness` or else that of the profile, and before all of
 * it, when nothing will run the jobs, a `warning` in words. It is one document, because clients differ in which part of a result they
 * show to their model, and no model may miss the warning.
 */
export async function documentOf(context: OperationContext, answer: unknown): Promise<Fields> {
  const fields = readable(fieldsOf(JSON.parse(JSON.stringify(answer))));
  const readiness = await readinessOf(context, fields);
  const warning = warningOf(readiness, isAboutOneJob(fields) ? 'THIS JOB' : 'THESE JOBS');
  return { ...(warning === null ? {} : { warning }), ...fields, readiness };
}

async function readinessOf(context: OperationContext, fields: Fields): Promise<ReadinessAnswer> {
  const own = readinessSchema.safeParse(fields['readiness']);
  return own.success ? own.data : readinessAnswer((await readReadiness(context)).readiness);
}

const isAboutOneJob = (fields: Fields): boolean => 'job' in fields || 'run' in fields;

/** Bytes as base64 are right for programs. A model reads text. */
function readable({ base64, ...rest }: Fields): Fields {
  if (typeof base64 !== 'string') return base64 === undefined ? rest : { base64, ...rest };
  return { ...rest, text: Buffer.from(base64, 'base64').toString('utf8') };
}

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
