import { z } from 'zod';
import { Refusal } from '../../core/refusal.ts';

type Kind = 'number' | 'boolean' | 'list' | 'text';

type Fields = Readonly<Record<string, unknown>>;

/** What the fields of an operation's input are made of, so that text of a path or a query can become it. */
export type FieldKinds = ReadonlyMap<string, Kind>;

export function fieldKindsOf(input: z.ZodType): FieldKinds {
  const { properties = {} } = z.toJSONSchema(input, { io: 'input' });
  return new Map(Object.entries(properties).map(([name, schema]) => [name, kindOf(schema)]));
}

function kindOf(schema: unknown): Kind {
  const types = typesIn(schema);
  if (types.includes('array')) return 'list';
  // A text that is also a number or a truth elsewhere stays text: the operation reads it.
  if (types.includes('string')) return 'text';
  if (types.includes('integer') || types.includes('number')) return 'number';
  return types.includes('boolean') ? 'boolean' : 'text';
}

function typesIn(schema: unknown): readonly unknown[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { type, anyOf } = Object.fromEntries(Object.entries(schema));
  return [
    ...(Array.isArray(type) ? type : [type]),
    ...(Array.isArray(anyOf) ? anyOf : []).flatMap(typesIn),
  ];
}

function read(kind: Kind, texts: readonly string[]): unknown {
  const [text = ''] = texts;
  switch (kind) {
    case 'list':
      return texts;
    case 'number':
      return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
    case 'boolean':
      return text === 'true' || text === '' || (text === 'false' ? false : text);
    case 'text':
      return text;
  }
}

/**
 * The input of an operation as it was asked by path and query. A query that names a field twice, other than a list, keeps the first.
 */
export function readTexts(
  kinds: FieldKinds,
  path: Readonly<Record<string, string>>,
  query: URLSearchParams,
): Fields {
  const fields = Object.entries(path).map(([name, text]) => [name, [text]] as const);
  const asked = [...new Set(query.keys())].map((name) => [name, query.getAll(name)] as const);
  return Object.fromEntries(
    [...asked, ...fields].map(([name, texts]) => [name, read(kinds.get(name) ?? 'text', texts)]),
  );
}

/**
 * Reads a body, but no more than `limitBytes` of it. An empty one says nothing.
 *
 * @throws Refusal when it is larger, or no JSON object
 */
export async function readBody(request: Request, limitBytes: number): Promise<Fields> {
  const text = await readText(request, limitBytes);
  if (text === '') return {};
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/json\s*(;|$)/i.test(type))
    throw malformed('A body must be application/json; forms are not read.');
  const value = parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw malformed('The body must be one JSON object.');
  return Object.fromEntries(Object.entries(value));
}

async function readText(request: Request, limitBytes: number): Promise<string> {
  if (Number(request.headers.get('content-length') ?? 0) > limitBytes) throw tooLarge(limitBytes);
  if (request.body === null) return '';
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of request.body) {
    size += part.byteLength;
    if (size > limitBytes) throw tooLarge(limitBytes);
    parts.push(part);
  }
  return new TextDecoder().decode(Buffer.concat(parts));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw malformed('The body is no JSON.', error);
  }
}

const malformed = (message: string, cause?: unknown): Refusal =>
  new Refusal('request_malformed', message, { kind: 'usage', cause });

const tooLarge = (limitBytes: number): Refusal =>
  new Refusal('request_too_large', `The body may have ${limitBytes} bytes at most.`, {
    kind: 'usage',
    details: { limitBytes },
  });
