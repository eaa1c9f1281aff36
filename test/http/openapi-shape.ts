import { z } from 'zod';

/**
 * What OpenAPI 3.1 demands of the parts that our document is made of, as far as a document can be judged without its servers: the
 * fixed fields of each object, strictly, and then what no schema says (`problemsOf`).
 */
const schema = z.record(z.string(), z.unknown());
const reference = z.strictObject({ $ref: z.string().startsWith('#/') });
const extensions = { 'x-scope': z.string().optional(), 'x-reach': z.string().optional() };
const content = z.record(z.string().regex(/^[\w.+-]+\/[\w.+-]+$/), z.strictObject({ schema }));
const parameter = z.strictObject({
  name: z.string().min(1),
  in: z.enum(['path', 'query', 'header', 'cookie']),
  required: z.boolean().optional(),
  description: z.string().optional(),
  schema,
});
const response = z.strictObject({ description: z.string().min(1), content: content.optional() });
const security = z.array(z.record(z.string(), z.array(z.string())));
const operation = z.strictObject({
  operationId: z.string().min(1),
  summary: z.string().optional(),
  description: z.string().optional(),
  tags: z.array(z.string()).optional(),
  parameters: z.array(z.union([reference, parameter])).optional(),
  requestBody: z.strictObject({ required: z.boolean().optional(), content }).optional(),
  responses: z.record(z.string().regex(/^([1-5]\d\d|default)$/), z.union([reference, response])),
  security: security.optional(),
  ...extensions,
});
export const openApiShape = z.strictObject({
  openapi: z.string().regex(/^3\.1\.\d+$/),
  info: z.strictObject({
    title: z.string(),
    version: z.string(),
    description: z.string().optional(),
    license: z.strictObject({ name: z.string(), identifier: z.string() }).optional(),
  }),
  servers: z.array(z.strictObject({ url: z.string() })),
  security,
  paths: z.record(
    z.string().startsWith('/'),
    z.partialRecord(z.enum(['get', 'post', 'put', 'patch', 'delete']), operation),
  ),
  components: z.strictObject({
    securitySchemes: z.record(z.string(), z.record(z.string(), z.string())),
    parameters: z.record(z.string(), parameter),
    responses: z.record(z.string(), response),
    schemas: z.record(z.string(), schema),
  }),
});

export type OpenApi = z.output<typeof openApiShape>;

/** What is wrong with a document that has the right shape. */
export function problemsOf(document: OpenApi): readonly string[] {
  const problems: string[] = [];
  const ids = new Set<string>();
  for (const [path, item] of Object.entries(document.paths)) {
    for (const [method, one] of Object.entries(item)) {
      const where = `${method} ${path}`;
      if (ids.has(one.operationId)) problems.push(`${where}: the id is taken`);
      ids.add(one.operationId);
      if (Object.keys(one.responses).every((status) => status === 'default'))
        problems.push(`${where}: there is no answer but the refusal`);
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
      const known = (one.parameters ?? [])
        .flatMap((each) =>
          'in' in each && each.in === 'path' && each.required === true ? each.name : [],
        )
        .sort();
      if (JSON.stringify(named) !== JSON.stringify(known))
        problems.push(`${where}: the path has ${named}, its parameters ${known}`);
      if ((method === 'get' || method === 'delete') && one.requestBody !== undefined)
        problems.push(`${where}: a body that no client would send`);
    }
  }
  return [...problems, ...brokenReferences(document), ...brokenSchemas(document)];
}

function* partsOf(value: unknown): Generator<Readonly<Record<string, unknown>>> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield Object.fromEntries(Object.entries(value));
  for (const part of Object.values(value)) yield* partsOf(part);
}

function brokenReferences(document: OpenApi): readonly string[] {
  const problems: string[] = [];
  for (const { $ref } of partsOf(document)) {
    if (typeof $ref !== 'string') continue;
    let found: unknown = document;
    for (const step of $ref.slice(2).split('/'))
      found = typeof found === 'object' && found !== null ? Reflect.get(found, step) : undefined;
    if (found === undefined) problems.push(`${$ref} leads nowhere`);
  }
  return problems;
}

/** Each schema can be read back as one, which fails for types and keywords that JSON Schema does not know. */
function brokenSchemas(document: OpenApi): readonly string[] {
  return [...partsOf(document.paths)].flatMap((part) => {
    const { schema: one } = part;
    if (typeof one !== 'object' || one === null || '$ref' in one) return [];
    try {
      z.fromJSONSchema(Object.fromEntries(Object.entries(one)));
      return [];
    } catch (error) {
      return [`${JSON.stringify(one).slice(0, 80)}: ${String(error)}`];
    }
  });
}
