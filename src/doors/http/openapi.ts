import { z } from 'zod';
import { reasonCodes } from '../../core/refusal.ts';
import { eventKinds } from '../../ports/events.ts';
import type { Routed } from './asking.ts';
import { problemType } from './problem.ts';
import { base } from './routes.ts';

type Schema = Readonly<Record<string, unknown>>;
type Part = Readonly<Record<string, unknown>>;

const json = (schema: Schema): Part => ({ 'application/json': { schema } });

/** What a path or a query can say is text; the schema tells what it becomes. */
const parameter = (
  name: string,
  place: 'path' | 'query' | 'header',
  schema: unknown,
  isRequired: boolean,
): Part => ({
  name,
  in: place,
  required: isRequired,
  schema,
});

const profileParameter = { $ref: '#/components/parameters/profile' };
const keyParameter = { $ref: '#/components/parameters/key' };
const revisionParameter = { $ref: '#/components/parameters/revision' };
const problem = { $ref: '#/components/responses/problem' };

function withoutMeta(schema: Schema): Schema {
  const { $schema: _, ...rest } = schema;
  return rest;
}

const inputOf = ({ operation }: Routed): Schema =>
  withoutMeta(z.toJSONSchema(operation.input, { io: 'input' }));

const outputOf = ({ operation }: Routed): Schema =>
  withoutMeta(z.toJSONSchema(operation.output, { io: 'output' }));

const propertiesOf = ({ properties }: Schema): Readonly<Record<string, unknown>> =>
  typeof properties === 'object' && properties !== null
    ? Object.fromEntries(Object.entries(properties))
    : {};

const requiredOf = ({ required }: Schema): readonly string[] =>
  Array.isArray(required) ? required.map(String) : [];

function operationPart(routed: Routed): Part {
  const { route, operation, kinds } = routed;
  const input = inputOf(routed);
  const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const fields = Object.entries(propertiesOf(input));
  const isRead = route.method === 'GET';
  const hasBody = !isRead && route.method !== 'DELETE';
  const isRequired = (name: string): boolean => requiredOf(input).includes(name);
  const others = fields.filter(([name]) => !inPath.includes(name));
  const parameters = [
    profileParameter,
    ...fields
      .filter(([name]) => inPath.includes(name))
      .map(([name, schema]) => parameter(name, 'path', schema, true)),
    ...(hasBody
      ? []
      : others.map(([name, schema]) => parameter(name, 'query', schema, isRequired(name)))),
    ...(isRead || route.isSecret ? [] : [keyParameter]),
    ...(kinds.has('revision') ? [revisionParameter] : []),
  ];
  const body = {
    ...input,
    properties: Object.fromEntries(others),
    required: requiredOf(input).filter((name) => !inPath.includes(name)),
  };
  const needsBody = body.required.length > 0;
  return {
    operationId: operation.name,
    summary: operation.summary,
    tags: [operation.name.split('.')[0]],
    'x-scope': operation.scope,
    'x-reach': route.reach,
    parameters,
    ...(hasBody ? { requestBody: { required: needsBody, content: json(body) } } : {}),
    responses: {
      [route.status]: {
        description: 'The answer of the operation.',
        content: json(outputOf(routed)),
      },
      default: problem,
    },
  };
}

const text = { type: 'string' };
const answered = (description: string, schema: Schema): Part => ({
  description,
  content: json(schema),
});
const object = (properties: Schema, required = Object.keys(properties)): Schema => ({
  type: 'object',
  properties,
  required,
});

/** What is no operation: who asks, changes as they happen, and what monitors ask. */
const otherPaths: Readonly<Record<string, Part>> = {
  [`${base}/session`]: {
    get: {
      operationId: 'session.show',
      summary: 'Tell who asks and what they may do',
      responses: { 200: answered('Who asks.', { type: 'object' }), default: problem },
    },
    post: {
      operationId: 'session.open',
      summary: 'Spend a link and set the cookie of a session',
      security: [],
      requestBody: { required: true, content: json(object({ link: text })) },
      responses: {
        200: answered('Signed in.', object({ signedIn: { const: true } })),
        default: problem,
      },
    },
    delete: {
      operationId: 'session.close',
      summary: 'Sign this browser out',
      responses: {
        200: answered('Signed out.', object({ signedIn: { const: false } })),
        default: problem,
      },
    },
  },
  [`${base}/events`]: {
    get: {
      operationId: 'events.follow',
      summary: 'Follow changes as they happen, as server-sent events',
      description:
        'Events are "change" (something changed: ask again), "readiness" (at once, and when it is otherwise) and "reset" (what changed since is no longer kept: load everything anew). The id is a sequence to resume from, by "after" or Last-Event-ID.',
      parameters: [
        profileParameter,
        parameter('after', 'query', { type: 'integer', minimum: 0 }, false),
        parameter('Last-Event-ID', 'header', { type: 'integer', minimum: 0 }, false),
      ],
      responses: {
        200: {
          description: 'A stream that stays open.',
          content: { 'text/event-stream': { schema: { type: 'string' } } },
        },
        default: problem,
      },
    },
  },
  [`${base}/openapi.json`]: {
    get: {
      operationId: 'openapi',
      summary: 'This document',
      responses: { 200: answered('OpenAPI 3.1.', { type: 'object' }), default: problem },
    },
  },
  '/healthz': {
    get: {
      operationId: 'healthz',
      summary: 'Whether the jobs of the profile run',
      parameters: [profileParameter],
      responses: {
        200: answered('They run.', { type: 'object' }),
        503: answered('Nothing will run them, or one is overdue.', { type: 'object' }),
        default: problem,
      },
    },
  },
  '/readyz': {
    get: {
      operationId: 'readyz',
      summary: 'Whether this process can answer',
      responses: { 200: answered('It can.', { type: 'object' }), default: problem },
    },
  },
  '/metrics': {
    get: {
      operationId: 'metrics',
      summary: 'Figures for Prometheus',
      responses: {
        200: { description: 'Figures.', content: { 'text/plain': { schema: { type: 'string' } } } },
        default: problem,
      },
    },
  },
};

const components = {
  securitySchemes: {
    token: { type: 'http', scheme: 'bearer', description: 'cronkeeper dashboard token add NAME' },
    session: {
      type: 'apiKey',
      in: 'cookie',
      name: 'ck_PROFILE_PORT',
      description:
        'Set by spending a link; what changes something then needs an Origin header too.',
    },
  },
  parameters: {
    profile: parameter('profile', 'query', text, false),
    key: parameter(
      'Idempotency-Key',
      'header',
      { type: 'string', minLength: 1, maxLength: 128 },
      false,
    ),
    revision: parameter('If-Match', 'header', text, false),
  },
  responses: {
    problem: {
      description: 'Why not, and what to do now.',
      content: { [problemType]: { schema: { $ref: '#/components/schemas/problem' } } },
    },
  },
  schemas: {
    problem: object({
      type: text,
      title: text,
      status: { type: 'integer' },
      detail: text,
      code: { type: 'string', enum: reasonCodes },
      remedy: {
        anyOf: [
          { type: 'null' },
          object({ kind: { type: 'string', enum: ['command', 'advice'] }, text }),
        ],
      },
      details: { type: 'object' },
    }),
    change: object({
      sequence: { type: 'integer' },
      profile: text,
      at: { type: 'string', format: 'date-time' },
      kind: { type: 'string', enum: eventKinds },
      id: text,
    }),
  },
} as const;

/** The document of the API, made of the schemas by which questions are judged. */
export function openApiDocument(routed: readonly Routed[], version: string): Part {
  const paths = new Map<string, Part>(Object.entries(otherPaths));
  for (const one of routed) {
    const path = base + one.route.path;
    const method = one.route.method.toLowerCase();
    paths.set(path, { ...paths.get(path), [method]: operationPart(one) });
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'cronkeeper',
      version,
      description:
        'See everything, change what you may; the owner of a profile executes. One route for each operation of the command line, with the same answers.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }, { session: [] }],
    paths: Object.fromEntries(paths),
    components,
  };
}
